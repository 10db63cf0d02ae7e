# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # VGG16: from PyTorch to Keras and back
#
# The thirteen convolutions and three dense layers of VGG16, as narrow as a notebook on two cores wants them, trained in
# PyTorch on a part of scikit-learn's digits at 32 by 32 pixels. In Keras training goes on: first the dense layers
# alone, then all of it.

# %% tags=["skip-execution"]
# %pip install -q "onnx-keras[tutorials]"

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import onnx
import onnxruntime
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix

import onnx_keras

keras.utils.set_random_seed(1)
_ = torch.manual_seed(1)

# %% [markdown]
# ## The data
#
# 1,797 images of 8 by 8 image. PyTorch sees the first 300 only, Keras the next 1,000; the rest is for testing.

# %%
images, labels = load_digits(return_X_y=True)
images, labels = (images / 16).astype("float32").reshape(-1, 1, 8, 8), labels.astype("int64")
images = images.repeat(4, axis=2).repeat(4, axis=3)
first, more, test = slice(0, 300), slice(300, 1300), slice(1300, None)

# %% [markdown]
# ## A network in PyTorch

# %%
WIDTHS = (8, 8, "pool", 16, 16, "pool", 32, 32, 32, "pool", 64, 64, 64, "pool", 64, 64, 64, "pool")


def vgg16():
    layers, channels = [], 1
    for width in WIDTHS:
        if width == "pool":
            layers.append(torch.nn.MaxPool2d(2))
            continue
        convolution = torch.nn.Conv2d(channels, width, 3, padding=1, bias=False)
        layers += [convolution, torch.nn.BatchNorm2d(width), torch.nn.ReLU()]
        channels = width
    dense = [torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Dropout(0.2)]
    dense += [torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(64, 10)]
    return torch.nn.Sequential(*layers, torch.nn.Flatten(), *dense)


network = vgg16()
optimizer = torch.optim.Adam(network.parameters(), 3e-3)
x, y = torch.from_numpy(images[first]), torch.from_numpy(labels[first])
for _ in range(80):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(network(x), y)
    loss.backward()
    optimizer.step()
print(f"loss in PyTorch: {loss.item():.3f}")

# PRESERVE and no folding: BatchNormalization and Dropout stay nodes of the file, and can be trained on.
torch.onnx.export(
    network.eval(),
    (x[:1],),
    "vgg16.onnx",
    dynamo=False,
    training=torch.onnx.TrainingMode.PRESERVE,
    do_constant_folding=False,
    input_names=["image"],
    output_names=["logits"],
    dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
)

# %% [markdown]
# ## What is in the file

# %%
graph = onnx.load("vgg16.onnx").graph
for value in (*graph.input, *graph.output):
    print(value.name, [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim])
print()
for node in graph.node:
    print(f"{node.op_type:8} {', '.join(node.input)} -> {', '.join(node.output)}")

# %% [markdown]
# ## The same as a Keras model
#
# PyTorch has images as `n c h w`, Keras as `n h w c`. Nothing is transposed while the model runs: kernels are stored in
# Keras' order, and so are the rows of the last layer, which reads flattened images.

# %%
model = onnx_keras.load("vgg16.onnx")
model.summary()
print(onnx_keras.parameters(model))
print("moves:", model.info["moves"])

# %% [markdown]
# It computes what ONNX Runtime computes:

# %%
print(onnx_keras.verify("vgg16.onnx", model))

# %% [markdown]
# ## Every value on the way
#
# `values` gives what flows between the nodes, by the names of the file and in ONNX' axis order. The feature maps of the
# first convolution:

# %%
for name, value in onnx_keras.values(model, {"image": images[test][:1]}).items():
    print(f"{name:34} {value.shape!s:16} from {value.min():6.2f} to {value.max():6.2f}")

# %%
maps = next(v for v in onnx_keras.values(model, {"image": images[test][:1]}).values() if v.shape[1] == 8)
_, axes = plt.subplots(1, 8, figsize=(8, 1.2), dpi=60)
for axis, feature_map in zip(axes.flat, maps[0]):
    axis.imshow(feature_map)
    axis.axis("off")
plt.show()

# %% [markdown]
# ## Predictions


# %%
def channels_last(some_images):
    return np.moveaxis(some_images, 1, -1)


def accuracy(some_model):
    return float((some_model.predict(channels_last(images[test]), verbose=0).argmax(1) == labels[test]).mean())


before = accuracy(model)
print(f"accuracy: {before:.1%}")


# %%
def show(some_model, count=10):
    predicted = some_model.predict(channels_last(images[test][:count]), verbose=0).argmax(1)
    _, axes = plt.subplots(1, count, figsize=(10, 1.6), dpi=60)
    for axis, image, guess, truth in zip(axes, images[test], predicted, labels[test]):
        axis.imshow(image.reshape(32, 32), cmap="gray_r")
        axis.set_title(str(guess), color="green" if guess == truth else "red")
        axis.axis("off")
    plt.show()


show(model)

# %% [markdown]
# ## Training goes on in Keras
#
# First the convolutions are frozen, and BatchNormalization keeps its statistics; then all layers learn, slowly.


# %%
def train(epochs, rate):
    model.compile(
        keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    return model.fit(
        channels_last(images[more]),
        labels[more],
        validation_data=(channels_last(images[test]), labels[test]),
        epochs=epochs,
        batch_size=32,
        verbose=0,
    ).history


for layer in model.layers:
    layer.trainable = layer.__class__.__name__ == "Gemm"
dense_only = train(4, 1e-3)
print(f"dense layers alone: {accuracy(model):.1%}")
for layer in model.layers:
    layer.trainable = True
all_layers = train(8, 5e-4)
history = {name: dense_only[name] + all_layers[name] for name in all_layers}
after = accuracy(model)
print(f"accuracy: {before:.1%} before, {after:.1%} after")
assert after > before

# %%
_, axis = plt.subplots(figsize=(5, 3), dpi=60)
axis.plot(history["loss"], label="training")
axis.plot(history["val_loss"], label="test")
axis.set_xlabel("epoch")
axis.set_ylabel("loss")
axis.legend()
plt.show()

# %%
table = confusion_matrix(labels[test], model.predict(channels_last(images[test]), verbose=0).argmax(1))
_, axis = plt.subplots(figsize=(4, 4), dpi=60)
axis.imshow(np.log1p(table), cmap="Blues")
for (row, column), count in np.ndenumerate(table):
    if count:
        axis.text(column, row, count, ha="center", va="center", fontsize=7)
axis.set_xlabel("predicted")
axis.set_ylabel("true")
plt.show()

# %%
show(model)

# %% [markdown]
# ## Saved, and given back as ONNX
#
# `.keras` files load where onnx is not installed. The exported file has the nodes and names that came from PyTorch,
# with the new weights.

# %%
model.save("vgg16.keras")
again = keras.saving.load_model("vgg16.keras")
assert accuracy(again) == after

onnx_keras.export(again, "vgg16_retrained.onnx")
session = onnxruntime.InferenceSession("vgg16_retrained.onnx")
(logits,) = session.run(None, {"image": images[test]})
print(f"accuracy in ONNX Runtime: {(logits.argmax(1) == labels[test]).mean():.1%}")
print([node.name for node in onnx.load("vgg16_retrained.onnx").graph.node])
