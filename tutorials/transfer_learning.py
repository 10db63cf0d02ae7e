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
# # Transfer learning with a model that only exists as ONNX
#
# PaddleOCR publishes a small network that says whether a line of text is upside down. It was trained on many lines of
# text, and knows strokes. Here it learns to read handwritten digits: cut, given a new head, trained frozen, then
# unfrozen with a low rate, as the Keras guide on transfer learning does it; and given back as ONNX.

# %% tags=["skip-execution"]
# %pip install -q "onnx-keras[tutorials]"

# %%
import pathlib

import keras
import matplotlib.pyplot as plt
import numpy as np
import onnxruntime
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix

import onnx_keras

keras.utils.set_random_seed(1)

# %% [markdown]
# ## The model
#
# `text_direction.onnx` lies beside this notebook: Apache-2.0, from PaddleOCR. Its images have any height and width.

# %%
path = pathlib.Path("data") / "text_direction.onnx"
model = onnx_keras.load(path)
a_line = np.random.default_rng(1).uniform(-1, 1, (1, 3, 48, 192)).astype("float32")
print(onnx_keras.verify(path, model, [a_line]))
print(len(model.layers), "layers,", model.count_params(), "parameters,", model.info["moves"], "moves")
print("input:", model.input_shape, " output:", model.output_shape)

# %% [markdown]
# ## The new task

# %%
images, labels = load_digits(return_X_y=True)
images = (images / 8 - 1).astype("float32").reshape(-1, 8, 8, 1)
images = -images.repeat(6, axis=1).repeat(6, axis=2).repeat(3, axis=3)  # 48 by 48, black on white, as text is
training, test = slice(0, 1000), slice(1000, None)

_, axes = plt.subplots(1, 8, figsize=(8, 1.2), dpi=60)
for axis, image in zip(axes, images):
    axis.imshow(image * 0.5 + 0.5)
    axis.axis("off")
plt.show()

# %% [markdown]
# ## Cut before its head, and a new one

# %%
last_pooling = [layer for layer in model.layers if layer.__class__.__name__ == "GlobalAveragePool"][-1]
body = onnx_keras.cut(model, outputs=[last_pooling.onnx_outputs[0]])
body.trainable = False

outputs = keras.layers.Flatten()(body.output)
outputs = keras.layers.Dropout(0.2)(outputs)
outputs = keras.layers.Dense(10, name="digit")(outputs)
reader = keras.Model(body.inputs, outputs)


def compile_at(rate):
    reader.compile(
        keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )


def train(epochs):
    return reader.fit(
        images[training],
        labels[training],
        validation_data=(images[test], labels[test]),
        epochs=epochs,
        batch_size=32,
        verbose=0,
    ).history


# %% [markdown]
# ## The head alone, then all of it

# %%
compile_at(1e-2)
frozen = train(8)
print(f"the head alone: {frozen['val_accuracy'][-1]:.1%}")

body.trainable = True
compile_at(1e-3)
unfrozen = train(6)
print(f"all layers: {unfrozen['val_accuracy'][-1]:.1%}")
assert unfrozen["val_accuracy"][-1] > frozen["val_accuracy"][-1]

# %%
_, axis = plt.subplots(figsize=(5, 3), dpi=60)
axis.plot(frozen["val_accuracy"] + unfrozen["val_accuracy"])
axis.axvline(len(frozen["val_accuracy"]) - 0.5, color="gray", linestyle=":")
axis.set_xlabel("epoch")
axis.set_ylabel("accuracy on the test digits")
plt.show()

# %%
predicted = reader.predict(images[test], verbose=0).argmax(1)
table = confusion_matrix(labels[test], predicted)
_, axis = plt.subplots(figsize=(4, 4), dpi=60)
axis.imshow(np.log1p(table), cmap="Blues")
for (row, column), count in np.ndenumerate(table):
    if count:
        axis.text(column, row, count, ha="center", va="center", fontsize=7)
axis.set_xlabel("predicted")
axis.set_ylabel("true")
plt.show()

# %% [markdown]
# ## Saved, and given back as ONNX
#
# The imported part writes the nodes that it came from, the new layers are written beside them; images are channels
# first again, as in the file that we began with.

# %%
reader.save("digit_reader.keras")
onnx_keras.export(reader, "digit_reader.onnx")
session = onnxruntime.InferenceSession("digit_reader.onnx")
(given,) = session.get_inputs()
print("input:", given.name, given.shape)
(logits,) = session.run(None, {given.name: np.moveaxis(images[test], -1, 1)})
print(f"accuracy in ONNX Runtime: {(logits.argmax(1) == labels[test]).mean():.1%}")
np.testing.assert_allclose(logits, reader.predict(images[test], verbose=0), rtol=1e-3, atol=1e-3)
