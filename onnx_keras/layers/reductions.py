"""Reductions: sums, products, extremes and norms along axes."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Reduces
from onnx_keras.dims import larger
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import places_of, product, without_unit_axes


class Reduction(Operator):
    """One number in the place of those along axes.

    Inputs:
        data: Numbers.
        axes: The axes, all by default.

    Attributes:
        keepdims: Whether the axes stay, with size one.
        noop_with_empty_axes: Whether no axes means none, not all.
    """

    keepdims: int = 1
    noop_with_empty_axes: int = 0

    axis_rule = Reduces("axes")
    static_inputs = ("axes",)

    def compute(self, data: Any, axes: Any = None) -> Any:
        return ops.cast(self.reduced(data, axes), data.dtype)  # JAX widens integers

    def reduced(self, data: Any, axes: Any) -> Any:
        """Reduce along axes, whatever is known of them now."""
        if axes is None or is_empty(axes):
            axes = () if self.noop_with_empty_axes else tuple(range(len(data.shape)))
        if is_empty(axes):
            # Backends differ on what an empty tuple means, so there is one axis, of size one.
            return self.reduce(ops.expand_dims(data, 0), {"axis": (0,), "keepdims": False})
        if isinstance(axes, tuple):
            return self.reduce(data, {"axis": axes, "keepdims": bool(self.keepdims)})
        kept = self.reduce(data, {"axis": self.live_axes(axes, len(data.shape)), "keepdims": True})
        return kept if self.keepdims else ops.reshape(kept, without_unit_axes(ops.shape(kept), axes))

    def live_axes(self, axes: Any, rank: int) -> Any:
        """List axes that are known only when the model runs."""
        is_meant = ops.any(places_of(axes, rank), axis=1)
        if not self.noop_with_empty_axes:
            is_meant = ops.logical_or(is_meant, ops.logical_not(ops.any(is_meant)))
        return ops.nonzero(is_meant)[0]

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        """Reduce along axes; `along` is what functions of `keras.ops` take."""
        raise NotImplementedError


@operator(since_version=13)
class ReduceSum(Reduction):
    """The sum; zero where there is nothing.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceSum.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.sum(data, **along)


@operator(since_version=18)
class ReduceMean(Reduction):
    """The mean, of integers rounded towards zero; NaN where there is nothing, of integers 0.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceMean.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        if "float" in ops.dtype(data):
            return native.mean(data, **along)
        total = ops.sum(data, **along)
        count = product(ops.shape(data)) // larger(product(ops.shape(total)), 1)
        return native.truncated_divide(ops.cast(total, data.dtype), ops.cast(larger(count, 1), data.dtype))


@operator(since_version=18)
class ReduceProd(Reduction):
    """The product; one where there is nothing.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceProd.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return native.prod(data, **along)


@operator(since_version=20)
class ReduceMax(Reduction):
    """The largest element; the least number of the type where there is nothing.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceMax.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.any(data, **along) if ops.dtype(data) == "bool" else native.reduced_max(data, **along)


@operator(since_version=20)
class ReduceMin(Reduction):
    """The smallest element; the greatest number of the type where there is nothing.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceMin.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.all(data, **along) if ops.dtype(data) == "bool" else native.reduced_min(data, **along)


@operator(since_version=18)
class ReduceL1(Reduction):
    """The sum of absolute values.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceL1.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.sum(ops.abs(data), **along)


@operator(since_version=18)
class ReduceL2(Reduction):
    """The square root of the sum of squares. Its gradient is zero where all elements are.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceL2.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        wide = data if "float" in ops.dtype(data) else ops.cast(data, "float64")
        total = ops.sum(ops.square(wide), **along)
        is_zero = total == 0
        root = ops.sqrt(ops.where(is_zero, ops.ones_like(total), total))
        return ops.cast(ops.where(is_zero, ops.zeros_like(total), root), data.dtype)


@operator(since_version=18)
class ReduceSumSquare(Reduction):
    """The sum of squares.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.sum(ops.square(data), **along)


@operator(since_version=28)
class ReduceLogSum(Reduction):
    """The logarithm of the sum.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceLogSum.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        return ops.log(ops.sum(data, **along))


@operator(since_version=28)
class ReduceLogSumExp(Reduction):
    """The logarithm of the sum of exponentials.

    Specification: https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html
    """

    def reduce(self, data: Any, along: dict[str, Any]) -> Any:
        largest = ops.stop_gradient(native.reduced_max(data, **{**along, "keepdims": True}))
        finite = ops.where(ops.isfinite(largest), largest, ops.zeros_like(largest))
        total = ops.log(ops.sum(ops.exp(data - finite), **{**along, "keepdims": True})) + finite
        return total if along["keepdims"] else ops.sum(total, **along)


def is_empty(axes: Any) -> bool:
    return not axes if isinstance(axes, tuple) else axes.shape[0] == 0
