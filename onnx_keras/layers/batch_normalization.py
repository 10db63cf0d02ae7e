"""BatchNormalization, as Keras does it in `fit` and as ONNX does it else."""

from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Channels
from onnx_keras.layers.backend import native
from onnx_keras.layers.backend.normalized import normalized_by_batch
from onnx_keras.layers.base import Operator, layout_field, operator


@operator(since_version=15)
class BatchNormalization(Operator):
    """Shift and scale each channel to mean zero and variance one, then by learned factors.

    The statistics are the given ones. While the model is trained and the layer is trainable, they are the batch's, and
    the given ones move towards them, if they are weights of this layer.

    Inputs:
        x: Tensor with channels.
        scale: Factor for each channel.
        b: What is added to each channel.
        input_mean: Mean of each channel.
        input_var: Variance of each channel.

    Attributes:
        epsilon: What is added to variances.
        momentum: How much of the old statistics is kept at each step.
        training_mode: Whether the batch's own statistics are used always.
        channel_axis: Where the channels lie.

    Returns:
        The normalised tensor, and with `training_mode` the mean and variance as they moved.

    Specification: https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
    """

    epsilon: float = 1e-5
    momentum: float = 0.9
    training_mode: int = 0
    channel_axis: int = layout_field(1)

    axis_rule = Channels("channel_axis")
    weight_names = {"scale": "gamma", "b": "beta", "input_mean": "moving_mean", "input_var": "moving_variance"}
    not_learned = ("input_mean", "input_var")
    full_precision = ("scale", "b", "input_mean", "input_var")

    def compute(self, x: Any, scale: Any, b: Any, input_mean: Any, input_var: Any, training: bool | None = None) -> Any:
        if len(x.shape) == 1:
            columns = self.compute(ops.expand_dims(x, 1), scale, b, input_mean, input_var, training)
            return keras.tree.map_structure(lambda t: ops.reshape(t, (-1,)), columns)
        learns = bool(training and self.trainable and isinstance(input_mean, keras.Variable))
        if not self.training_mode and not learns:
            return native.normalized(x, scale, b, input_mean, input_var, self.channel_axis, self.epsilon)
        # The kernel's statistics have no gradient, so where they are outputs it isn't used.
        normalize = normalized_by_batch if self.gives_statistics else native.normalized_by_batch
        y, mean, variance = normalize(x, scale, b, self.channel_axis, self.epsilon)
        moved = self.moved(input_mean, mean), self.moved(input_var, variance)
        if learns:
            input_mean.assign(moved[0])
            input_var.assign(moved[1])
        return (y, *moved) if self.gives_statistics else y

    @property
    def gives_statistics(self) -> bool:
        return bool(self.training_mode and set(self.returns or ()) & {1, 2})

    def moved(self, old: Any, new: Any) -> Any:
        """Move a statistic towards that of the batch."""
        old = ops.convert_to_tensor(old)
        return old * self.momentum + ops.cast(new, old.dtype) * (1 - self.momentum)
