"""Gradient: what a part of the model would change by."""

from typing import Any

import keras
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.bodies import results_of, run_body


@operator(domain="ai.onnx.preview.training", since_version=1)
class Gradient(Operator):
    """Differentiate one tensor by others; of several elements, their sum.

    The function is computed once more, at the inputs. It shares its weights with the model.

    Inputs:
        inputs: The tensors to differentiate by, other tensors that the function is computed of, then what it reads of
            the graphs around it.

    Attributes:
        xs: The names of the tensors to differentiate by.
        y: The function: a model of what `xs` and `zs` name.
        zs: The names of the other tensors.
        captured: The number of captured values.

    Returns:
        A tensor like each of `xs`: zeros where `y` doesn't depend on it.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxpreviewtraining_Gradient.html
    """

    xs: tuple[str, ...]
    y: keras.Model
    zs: tuple[str, ...] = ()
    captured: int = layout_field(0)

    def compute(self, *inputs: Any) -> Any:
        tensors = [ops.convert_to_tensor(x) for x in inputs]
        count = len(self.xs)
        floats = [i for i in range(count) if is_float(tensors[i])] if is_float(results_of(self.y)[0]) else []

        def total(*varied: Any) -> Any:
            given = list(tensors)
            for i, x in zip(floats, varied):
                given[i] = x
            return ops.sum(run_body(self.y, given)[0])

        found = dict(zip(floats, native.gradients(total, [tensors[i] for i in floats]) if floats else ()))
        return tuple(found[i] if i in found else ops.zeros_like(tensors[i]) for i in range(count))


def is_float(tensor: Any) -> bool:
    return keras.backend.is_float_dtype(keras.backend.standardize_dtype(tensor.dtype))
