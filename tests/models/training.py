"""One training step of any model, and what a batch is; used where onnx can't be imported too."""

import numpy as np

from onnx_keras.running import in_onnx_order, stored_inputs
from onnx_keras.types import FLOATS


def has_batch(model):
    """Say whether axis 0 of every input and output is a batch: one unknown size, the same for all."""
    doors = [*model.onnx_inputs.values(), *model.onnx_outputs.values()]
    sizes = {d["shape"][0] if d["shape"] else None for d in doors}
    return len(sizes) == 1 and all(isinstance(s, str) for s in sizes)


def tensors_of(model, inputs):
    """Give inputs as the model takes them: in stored order, one bare, several as a list."""
    tensors = stored_inputs(model, inputs)
    return tensors if len(tensors) > 1 else tensors[0]


def named(model, results):
    return results if isinstance(results, dict) else {next(iter(model.onnx_outputs)): results}


def predicted(model, inputs):
    """Predict, and give the outputs by name in ONNX' order."""
    results = named(model, model.predict(tensors_of(model, inputs), verbose=0))
    return {n: in_onnx_order(results[n], door["order"]) for n, door in model.onnx_outputs.items()}


def training_problem(model, inputs, eagerly=False):
    """Train one step towards other outputs, and say what is wrong with it; frozen models have nothing to show."""
    x = tensors_of(model, inputs)
    results = {n: np.asarray(v) for n, v in named(model, model(x)).items()}
    losses = {n: "mse" if v.dtype.name in FLOATS else None for n, v in results.items()}
    if not model.trainable_weights or not any(losses.values()):
        return ""
    before = model.get_weights()
    loss = step(model, x, {n: v / 2 + 1 if losses[n] else v for n, v in results.items()}, losses, eagerly)
    changed = any((a != b).any() for a, b in zip(before, model.get_weights()))
    model.set_weights(before)
    return "" if np.isfinite(loss) and changed else f"loss {loss}, {'some' if changed else 'no'} weights changed"


def step(model, x, targets, losses, eagerly=False):
    """Fit one batch; a model whose axis 0 is not a batch gets it whole."""
    weights = {n: scale(model) for n, loss in losses.items() if loss}
    if len(targets) == 1:
        (targets,), (losses,), (weights,) = targets.values(), losses.values(), weights.values()
    model.compile("sgd", losses, loss_weights=weights, run_eagerly=eagerly)
    if has_batch(model):
        return model.fit(x, targets, batch_size=1024, verbose=0).history["loss"][0]
    return model.train_on_batch(x, targets, return_dict=True)["loss"]


def scale(model):
    """Choose what to multiply the loss by: a mean over a thousand classes has gradients that vanish in float16."""
    return 256.0 if any(w.dtype == "float16" for w in model.trainable_weights) else 1.0
