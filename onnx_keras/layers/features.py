"""Features of ai.onnx.ml: chosen, scaled, filled in, joined."""

import math
from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator

ML = "ai.onnx.ml"


@operator(domain=ML, since_version=1)
class ArrayFeatureExtractor(Operator):
    """Choose columns.

    Inputs:
        x: Tensor whose last axis holds the features.
        y: The numbers of those that are wanted.

    Returns:
        A tensor with the chosen features in the last axis, of rank two at least.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_ArrayFeatureExtractor.html
    """

    def compute(self, x: Any, y: Any) -> Any:
        chosen = ops.take(x, ops.reshape(y, (-1,)), axis=-1)
        return ops.expand_dims(chosen, 0) if len(x.shape) == 1 else chosen


@operator(domain=ML, since_version=1)
class Binarizer(Operator):
    """Give one where an element is greater than a threshold, else zero.

    Inputs:
        x: Tensor of any shape.

    Attributes:
        threshold: The threshold.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_Binarizer.html
    """

    threshold: float = 0.0

    axis_rule = Elementwise()

    def compute(self, x: Any) -> Any:
        # A float compared with integers would be cut to one.
        threshold = math.floor(self.threshold) if "int" in ops.dtype(x) else self.threshold
        return ops.cast(x > ops.cast(threshold, x.dtype), x.dtype)


@operator(domain=ML, since_version=1)
class FeatureVectorizer(Operator):
    """Join the columns of several matrices.

    Inputs:
        x: Matrices with a row for each example, or vectors that are one row.

    Attributes:
        inputdimensions: How many columns each has in the result: cut off, or filled up with zeros.

    Returns:
        A matrix of floats.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_FeatureVectorizer.html
    """

    inputdimensions: tuple[int, ...] = ()

    def compute(self, *x: Any) -> Any:
        rows = [ops.cast(ops.reshape(v, (1, -1)) if len(v.shape) == 1 else v, "float32") for v in x]
        return ops.concatenate([columns(v, n) for v, n in zip(rows, self.inputdimensions, strict=True)], axis=1)


def columns(rows: Any, count: int) -> Any:
    """Give a matrix so many columns."""
    if rows.shape[1] is None:
        rows = ops.pad(rows, [(0, 0), (0, count)])
    elif rows.shape[1] < count:
        rows = ops.pad(rows, [(0, 0), (0, count - rows.shape[1])])
    return rows[:, :count]


@operator(domain=ML, since_version=1)
class Imputer(Operator):
    """Fill in what is missing.

    Inputs:
        x: Tensor whose last axis holds the features.

    Attributes:
        imputed_value_floats: What is filled in: for each feature, or one for all.
        imputed_value_int64s: The same for integers.
        replaced_value_float: The element that stands for something missing; may be NaN.
        replaced_value_int64: The same for integers.

    Returns:
        A tensor of the shape and type of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_Imputer.html
    """

    imputed_value_floats: tuple[float, ...] = ()
    imputed_value_int64s: tuple[int, ...] = ()
    replaced_value_float: float = 0.0
    replaced_value_int64: int = 0

    def compute(self, x: Any, *, imputed_value_floats: Any, imputed_value_int64s: Any) -> Any:
        is_float = "float" in ops.dtype(x)
        filled = imputed_value_floats if is_float else imputed_value_int64s
        replaced = self.replaced_value_float if is_float else self.replaced_value_int64
        is_missing = ops.isnan(x) if math.isnan(replaced) else x == ops.cast(replaced, x.dtype)
        return ops.where(is_missing, ops.cast(filled, x.dtype), x)


@operator(domain=ML, since_version=1)
class Normalizer(Operator):
    """Divide each row by its norm; a row whose norm is zero stays.

    Inputs:
        x: Matrix with a row for each example, or one row.

    Attributes:
        norm: "MAX" (the largest element, with its sign), "L1" or "L2".

    Returns:
        A tensor of floats of the shape of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_Normalizer.html
    """

    norm: str = "MAX"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["norm"] not in ("MAX", "L1", "L2"):
            yield f"norm={attributes['norm']}"

    def compute(self, x: Any) -> Any:
        x = ops.cast(x, "float32")
        if self.norm == "MAX":
            size = native.reduced_max(x, -1, keepdims=True)
        elif self.norm == "L1":
            size = ops.sum(ops.abs(x), -1, keepdims=True)
        else:
            squares = ops.sum(ops.square(x), -1, keepdims=True)
            # The square root of zero has no gradient.
            size = ops.where(squares == 0, 0.0, ops.sqrt(ops.where(squares == 0, 1.0, squares)))
        return x / ops.where(size == 0, 1.0, size)


@operator(domain=ML, since_version=1)
class Scaler(Operator):
    """Shift and scale each feature.

    Inputs:
        x: Tensor whose last axis holds the features.

    Attributes:
        offset: What is subtracted first: for each feature, or one for all.
        scale: What is multiplied then.

    Returns:
        A tensor of floats of the shape of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_Scaler.html
    """

    offset: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()

    def compute(self, x: Any, *, offset: Any, scale: Any) -> Any:
        x = ops.cast(x, (scale if offset is None else offset).dtype)
        shifted = x if offset is None else x - offset
        return shifted if scale is None else shifted * scale
