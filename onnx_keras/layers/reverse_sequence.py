"""ReverseSequence: sequences of different lengths, turned round."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import AlongStraight
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import numbered


@operator(since_version=28)
class ReverseSequence(Operator):
    """Turn the beginnings of sequences round.

    Inputs:
        input: Sequences, in a tensor of at least two axes.
        sequence_lens: How many elements of each sequence are turned round.

    Attributes:
        batch_axis: The axis of the sequences.
        time_axis: The axis of time.

    Specification: https://onnx.ai/onnx/operators/onnx__ReverseSequence.html
    """

    batch_axis: int = 1
    time_axis: int = 0

    axis_rule = AlongStraight("batch_axis", "time_axis", data=("input",))

    def compute(self, input: Any, sequence_lens: Any) -> Any:
        axes = tuple(sorted((self.batch_axis, self.time_axis)))
        x = input if axes == (0, 1) else ops.moveaxis(input, axes, (0, 1))
        shape, time = ops.shape(x), axes.index(self.time_axis)
        sequences, times = numbered(shape[1 - time], 1 - time, 2), numbered(shape[time], time, 2)
        lengths = ops.reshape(ops.cast(sequence_lens, "int32"), (1, -1) if time == 0 else (-1, 1))
        turned = ops.where(times < lengths, lengths - 1 - times, times)
        rows = turned * shape[1] + sequences if time == 0 else sequences * shape[1] + turned
        result = ops.reshape(ops.take(ops.reshape(x, (shape[0] * shape[1], *shape[2:])), rows, axis=0), shape)
        return result if axes == (0, 1) else ops.moveaxis(result, (0, 1), axes)
