"""Labels for labels: LabelEncoder, CategoryMapper and OneHotEncoder of ai.onnx.ml."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.held import attribute_array, is_given
from onnx_keras.layers.lookup import positions, sorted_once

ML = "ai.onnx.ml"
KINDS = ("tensor", "strings", "int64s", "floats")


@operator(domain=ML, since_version=4)
class LabelEncoder(Operator):
    """Look each element up in a list of keys, and give the value that belongs to it.

    Inputs:
        x: Tensor of any shape.

    Attributes:
        default_float: What becomes of an element that is no key, if values are floats.
        default_int64: The same if they are integers.
        default_string: The same if they are text.
        default_tensor: The same in a tensor, of any type.
        keys_floats: The keys; NaN is one too. Of equal ones the first counts.
        keys_int64s: The keys, if they are integers.
        keys_strings: The keys, if they are text.
        keys_tensor: The keys, of any type.
        values_floats: The value of each key.
        values_int64s: The value of each key, if it is an integer.
        values_strings: The value of each key, if it is text.
        values_tensor: The value of each key, of any type.

    Returns:
        A tensor of the shape of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html
    """

    default_float: float = -0.0
    default_int64: int = -1
    default_string: str = "_Unused"
    default_tensor: Any = None
    keys_floats: tuple[float, ...] = ()
    keys_int64s: tuple[int, ...] = ()
    keys_strings: tuple[str, ...] = ()
    keys_tensor: Any = None
    values_floats: tuple[float, ...] = ()
    values_int64s: tuple[int, ...] = ()
    values_strings: tuple[str, ...] = ()
    values_tensor: Any = None

    axis_rule = Elementwise()
    array_attributes = tuple(f"{role}_{kind}" for role in ("keys", "values") for kind in KINDS)
    not_learned = ("keys", "values")

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        counts = [sum(is_given(attributes[f"{role}_{kind}"]) for kind in KINDS) for role in ("keys", "values")]
        if counts != [1, 1]:
            yield f"{counts[0]} lists of keys and {counts[1]} of values"

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        keys, values = (
            next(attribute_array(v).ravel() for k in KINDS if is_given(v := attributes.get(f"{role}_{k}")))
            for role in ("keys", "values")
        )
        keys, first = sorted_once(keys[: len(values)])
        return {"keys": keys.astype(object) if keys.dtype.kind == "U" else keys, "values": values[first]}

    def compute(self, x: Any, *, keys: Any, values: Any) -> Any:
        places = positions(keys, x)
        default = ops.cast(self.default(ops.dtype(values)), values.dtype)
        return ops.take(ops.concatenate([values, ops.reshape(default, (1,))]), places, axis=0)

    def default(self, dtype: str) -> Any:
        """Give the value of what is no key."""
        if self.default_tensor is not None:
            array = np.asarray(self.default_tensor).ravel()[0]
            return native.text(np.asarray(array, object)) if dtype == "string" else array
        if dtype == "string":
            return native.text(np.asarray(self.default_string, object))
        return self.default_float if "float" in dtype else self.default_int64


@operator(domain=ML, since_version=1)
class CategoryMapper(Operator):
    """Turn names into numbers, or numbers into names.

    Inputs:
        x: Tensor of any shape: of text or of integers.

    Attributes:
        cats_int64s: The numbers.
        cats_strings: The names, in the same order.
        default_int64: The number of an unknown name.
        default_string: The name of an unknown number.

    Returns:
        A tensor of the shape of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_CategoryMapper.html
    """

    cats_int64s: tuple[int, ...] = ()
    cats_strings: tuple[str, ...] = ()
    default_int64: int = -1
    default_string: str = "_Unused"

    axis_rule = Elementwise()
    not_learned = ("cats_int64s",)

    def compute(self, x: Any, *, cats_int64s: Any, cats_strings: Any) -> Any:
        if ops.dtype(x) == "string":
            numbers = ops.concatenate([cats_int64s, ops.convert_to_tensor([self.default_int64], "int64")])
            return ops.take(numbers, native.positions_of_text(cats_strings, x), axis=0)
        order = ops.argsort(cats_int64s)
        places = positions(ops.take(cats_int64s, order), x)
        names = ops.concatenate([ops.take(cats_strings, order), native.text(np.array([self.default_string], object))])
        return ops.take(names, places, axis=0)


@operator(domain=ML, since_version=1)
class OneHotEncoder(Operator):
    """Give a one at the place of each element in a list of categories.

    Inputs:
        x: Tensor of any shape.

    Attributes:
        cats_int64s: The categories; elements that are floats are cut to integers.
        cats_strings: The categories, if they are text.
        zeros: Whether an element that is no category becomes zeros only; otherwise it is an error.

    Returns:
        A tensor of floats with an axis of the categories at the end.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_OneHotEncoder.html
    """

    cats_int64s: tuple[int, ...] = ()
    cats_strings: tuple[str, ...] = ()
    zeros: int = 1

    not_learned = ("cats_int64s",)

    def compute(self, x: Any, *, cats_int64s: Any, cats_strings: Any) -> Any:
        if cats_strings is not None:
            places, count = native.positions_of_text(cats_strings, x), cats_strings.shape[0]
        else:
            count, order = cats_int64s.shape[0], ops.argsort(cats_int64s)
            found = positions(ops.take(cats_int64s, order), ops.cast(x, "int64"))
            places = ops.take(ops.append(order, ops.cast([count], order.dtype)), found)
        if not self.zeros:
            places = native.demand(places, places < count, "An element is none of the categories of a OneHotEncoder.")
        return ops.one_hot(ops.cast(places, "int32"), count, dtype="float32")
