"""NonMaxSuppression: of boxes that overlap the one with the highest score."""

from typing import Any

from keras import ops

from onnx_keras.dims import smaller
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import narrow, scalar


@operator(since_version=11)
class NonMaxSuppression(Operator):
    """Choose boxes by score, none of which overlaps one chosen before by more than a bound.

    Inputs:
        boxes: Boxes of shape (batch, boxes, 4).
        scores: The score of each box in each class, of shape (batch, classes, boxes).
        max_output_boxes_per_class: How many boxes to choose at most in each class, none by default.
        iou_threshold: Which share of two boxes' area they may have in common, none by default.
        score_threshold: The score that is too low, none by default.

    Attributes:
        center_point_box: 1 if a box is x_center, y_center, width, height; 0 if it is two opposite corners
            y1, x1, y2, x2.

    Returns:
        The batch, the class and the number of each chosen box, of shape (chosen, 3), the best first in each class.

    Specification: https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html
    """

    center_point_box: int = 0

    depends_on_data = True
    not_learned = ("boxes", "scores")
    static_inputs = ("max_output_boxes_per_class", "iou_threshold", "score_threshold")

    def compute(
        self,
        boxes: Any,
        scores: Any,
        max_output_boxes_per_class: Any = None,
        iou_threshold: Any = None,
        score_threshold: Any = None,
    ) -> Any:
        most = 0 if max_output_boxes_per_class is None else narrow(scalar(max_output_boxes_per_class))
        most = smaller(ops.shape(boxes)[1], most)
        overlap = 0.0 if iou_threshold is None else scalar(iou_threshold)
        least = -float("inf") if score_threshold is None else scalar(score_threshold)
        chosen = native.suppressed(self.corners(boxes), scores, most, overlap, least)
        batch, kind, rank = ops.nonzero(chosen >= 0)
        flat = (batch * ops.shape(chosen)[1] + kind) * ops.shape(chosen)[2] + rank
        return ops.cast(ops.stack([batch, kind, ops.take(chosen, flat)], axis=1), "int64")

    def corners(self, boxes: Any) -> Any:
        """Give boxes by their corners, the lower ones first."""
        a, b = boxes[..., :2], boxes[..., 2:]
        if self.center_point_box:
            return ops.concatenate([a - b / 2, a + b / 2], axis=-1)
        return ops.concatenate([ops.minimum(a, b), ops.maximum(a, b)], axis=-1)
