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
# # A perceptron: from PyTorch to Keras and back
#
# A small network is trained in PyTorch on the first part of scikit-learn's digits, written as ONNX, and read as a Keras
# model. We look into it, let it predict, train it on with the digits that it hasn't seen, and write it back as ONNX.

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
# 1,797 images of 8 by 8 pixels. PyTorch sees the first 300 only, Keras the next 1,000; the rest is for testing.

# %%
images, labels = load_digits(return_X_y=True)
images, labels = (images / 16).astype("float32"), labels.astype("int64")
first, more, test = slice(0, 300), slice(300, 1300), slice(1300, None)

# %% [markdown]
# ## A network in PyTorch

# %%
network = torch.nn.Sequential(
    torch.nn.Linear(64, 64),
    torch.nn.ReLU(),
    torch.nn.Linear(64, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 10),
)
optimizer = torch.optim.Adam(network.parameters(), 3e-3)
x, y = torch.from_numpy(images[first]), torch.from_numpy(labels[first])
for _ in range(60):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(network(x), y)
    loss.backward()
    optimizer.step()
print(f"loss in PyTorch: {loss.item():.3f}")

torch.onnx.export(
    network.eval(),
    (x[:1],),
    "mlp.onnx",
    dynamo=False,
    input_names=["pixels"],
    output_names=["logits"],
    dynamic_axes={"pixels": {0: "N"}, "logits": {0: "N"}},
)

# %% [markdown]
# ## What is in the file

# %%
graph = onnx.load("mlp.onnx").graph
for value in (*graph.input, *graph.output):
    print(value.name, [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim])
print()
for node in graph.node:
    print(f"{node.op_type:8} {', '.join(node.input)} -> {', '.join(node.output)}")

# %% [markdown]
# ## The same as a Keras model
#
# A layer for each node that computes; weights are named as Keras users know them and keep the file's names, too.

# %%
model = onnx_keras.load("mlp.onnx")
model.summary()
print(onnx_keras.parameters(model))

# %% [markdown]
# It computes what ONNX Runtime computes:

# %%
print(onnx_keras.verify("mlp.onnx", model))

# %% [markdown]
# ## Every value on the way
#
# `values` gives what flows between the nodes, by the names of the file.

# %%
for name, value in onnx_keras.values(model, {"pixels": images[test][:1]}).items():
    print(f"{name:30} {value.shape!s:10} from {value.min():6.2f} to {value.max():6.2f}")

# %% [markdown]
# ## Predictions


# %%
def accuracy(some_model):
    return float((some_model.predict(images[test], verbose=0).argmax(1) == labels[test]).mean())


before = accuracy(model)
print(f"accuracy: {before:.1%}")


# %%
def show(some_model, count=10):
    predicted = some_model.predict(images[test][:count], verbose=0).argmax(1)
    _, axes = plt.subplots(1, count, figsize=(10, 1.6), dpi=60)
    for axis, image, guess, truth in zip(axes, images[test], predicted, labels[test]):
        axis.imshow(image.reshape(8, 8), cmap="gray_r")
        axis.set_title(str(guess), color="green" if guess == truth else "red")
        axis.axis("off")
    plt.show()


show(model)

# %% [markdown]
# ## Training goes on in Keras

# %%
model.compile(
    keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
history = model.fit(
    images[more], labels[more], validation_data=(images[test], labels[test]), epochs=30, batch_size=32, verbose=0
)
after = accuracy(model)
print(f"accuracy: {before:.1%} before, {after:.1%} after")
assert after > before

# %%
_, axis = plt.subplots(figsize=(5, 3), dpi=60)
axis.plot(history.history["loss"], label="training")
axis.plot(history.history["val_loss"], label="test")
axis.set_xlabel("epoch")
axis.set_ylabel("loss")
axis.legend()
plt.show()

# %%
table = confusion_matrix(labels[test], model.predict(images[test], verbose=0).argmax(1))
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
model.save("mlp.keras")
again = keras.saving.load_model("mlp.keras")
assert accuracy(again) == after

onnx_keras.export(again, "mlp_retrained.onnx")
session = onnxruntime.InferenceSession("mlp_retrained.onnx")
(logits,) = session.run(None, {"pixels": images[test]})
print(f"accuracy in ONNX Runtime: {(logits.argmax(1) == labels[test]).mean():.1%}")
print([node.name for node in onnx.load("mlp_retrained.onnx").graph.node])
