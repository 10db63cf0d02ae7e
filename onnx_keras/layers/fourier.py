"""DFT and STFT: a signal as a sum of waves."""

from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import LocatesToo
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.sizes import axis_number, numbered, scalar


@operator(since_version=20)
class DFT(Operator):
    """Transform a signal along an axis, or transform it back.

    Inputs:
        input: Tensor whose last axis holds a real number, or its real and imaginary part.
        dft_length: To how many elements the signal is cut, or lengthened with zeros; by default as many as there are,
            or where a real signal comes back from one half of its waves, twice as many less two.
        axis: The axis of time, by default the last but one.

    Attributes:
        inverse: Whether waves become a signal.
        onesided: Whether waves of negative frequency are left out, for they mirror the others if the signal is real.
        parts_axis: Where the last axis lies.

    Specification: https://onnx.ai/onnx/operators/onnx__DFT.html
    """

    inverse: int = 0
    onesided: int = 0
    parts_axis: int = layout_field(-1)

    axis_rule = LocatesToo("axis", -2, data=("input",), parts_axis=-1)
    static_inputs = ("dft_length", "axis")

    def compute(self, input: Any, dft_length: Any = None, axis: Any = None) -> Any:
        axis, parts = axis_number(-2 if axis is None else axis, len(input.shape)), self.parts_axis % len(input.shape)
        length = size_of(scalar(dft_length))
        if isinstance(axis, int):
            return self.along(input, length, axis, parts)
        sizes = ops.stack([ops.cast(size, "int32") for size in ops.shape(input)])
        places = ops.arange(len(input.shape), dtype="int32")
        axis = ops.cast(ops.where(axis < 0, axis + len(input.shape), axis), "int32")
        before = ops.prod(ops.where(places < axis, sizes, 1))
        y = self.along(ops.reshape(input, (before, ops.take(sizes, axis), -1, input.shape[-1])), length, 1, 3)
        made = ops.where(places == axis, ops.shape(y)[1], sizes)
        return ops.reshape(y, (*(made[i] for i in range(parts)), y.shape[-1]))

    def along(self, x: Any, length: Any, axis: int, parts: int) -> Any:
        """Transform along an axis that is known."""
        along = axis - (axis > parts)
        signal = [ops.moveaxis(part, along, -1) for part in parts_of(x, parts)]
        if self.inverse and self.onesided:
            result = [real_signal(signal, length)]
        else:
            fitting = [part if length is None else fitted(part, length) for part in signal]
            result = transformed(fitting, bool(self.inverse), bool(self.onesided))
        return ops.stack([ops.moveaxis(part, -1, along) for part in result], axis=parts)


@operator(since_version=17)
class STFT(Operator):
    """Transform a signal piece by piece, each weighted by a window.

    Inputs:
        signal: Tensor of shape (batch, time, 1), or (batch, time, 2) with real and imaginary parts. PyTorch exports a
            real one as (batch, time), which ONNX Runtime takes, too.
        frame_step: How far the pieces lie apart.
        window: The weights of a piece's elements, 1 by default.
        frame_length: The length of a piece, by default that of the window, or else of the signal.

    Attributes:
        onesided: Whether waves of negative frequency are left out, for they mirror the others if the signal is real.

    Returns:
        A tensor of shape (batch, pieces, waves, 2) with real and imaginary parts.

    Specification: https://onnx.ai/onnx/operators/onnx__STFT.html
    """

    onesided: int = 1

    not_learned = ("window",)
    static_inputs = ("frame_step", "frame_length")

    def compute(self, signal: Any, frame_step: Any, window: Any = None, frame_length: Any = None) -> Any:
        time, step, length = ops.shape(signal)[1], size_of(scalar(frame_step)), size_of(scalar(frame_length))
        if length is None:
            length = time if window is None else ops.shape(window)[0]
        parts = [signal] if len(signal.shape) == 2 else parts_of(signal, 2)
        starts = numbered((time - length) // step + 1, 0, 2) * step
        pieces = [ops.take(x, starts + numbered(length, 1, 2), axis=1) for x in parts]
        pieces = pieces if window is None else [x * window for x in pieces]
        return ops.stack(transformed(pieces, False, bool(self.onesided)), axis=-1)


def parts_of(x: Any, axis: int) -> list[Any]:
    """Part complex numbers; a real one has no imaginary part."""
    return [ops.take(x, i, axis) for i in range(x.shape[axis])]


def size_of(value: Any) -> Any:
    """Give a size as sizes of live tensors come: an int or an int32."""
    return value if value is None or isinstance(value, int) else ops.cast(value, "int32")


def fitted(x: Any, length: Any) -> Any:
    """Cut the last axis, or lengthen it with zeros."""
    cut = x[..., :length]
    return native.padded(cut, [(0, 0)] * (len(x.shape) - 1) + [(0, length - ops.shape(cut)[-1])], 0)


def wide(x: Any) -> Any:
    """Give numbers in a type that backends transform."""
    return ops.cast(x, "float64" if keras.backend.standardize_dtype(x.dtype) == "float64" else "float32")


def transformed(parts: list[Any], inverse: bool, onesided: bool) -> list[Any]:
    """Transform the last axis of real and imaginary parts."""
    real, *imaginary = map(wide, parts)
    waves = native.fft(real, *imaginary, inverse) if imaginary else of_real(real, inverse, onesided)
    if onesided and imaginary:
        waves = [w[..., : ops.shape(w)[-1] // 2 + 1] for w in waves]
    return [ops.cast(w, parts[0].dtype) for w in waves]


def of_real(signal: Any, inverse: bool, onesided: bool) -> tuple[Any, Any]:
    """Transform a real signal; its waves of negative frequency mirror the others exactly."""
    real, imaginary = native.rfft(signal)
    length = ops.shape(signal)[-1]
    if not onesided:
        mirrored = (ops.flip(w[..., 1 : (length + 1) // 2], -1) for w in (real, -imaginary))
        real, imaginary = (ops.concatenate(pair, -1) for pair in zip((real, imaginary), mirrored))
    if not inverse:
        return real, imaginary
    count = ops.cast(length, real.dtype)
    return real / count, -imaginary / count


def real_signal(parts: list[Any], length: Any) -> Any:
    """Transform one half of a real signal's waves back."""
    length = 2 * (ops.shape(parts[0])[-1] - 1) if length is None else length
    waves = [fitted(wide(x), length // 2 + 1) for x in parts]
    real, imaginary = waves if len(waves) == 2 else (*waves, ops.zeros_like(waves[0]))
    return ops.cast(native.irfft(real, imaginary, length), parts[0].dtype)
