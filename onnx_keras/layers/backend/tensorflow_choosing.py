"""What TensorFlow does where the number of results depends on elements."""

from typing import Any

import tensorflow as tf


def unique(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """Find the different slices along an axis, sorted by their first element that differs.

    Returns:
        Where each occurs first, which of them every slice is, and how often each occurs.
    """
    found, inverse, counts = tf.raw_ops.UniqueWithCountsV2(x=x, axis=[axis], out_idx=tf.int64)
    number = tf.size(counts)
    first = tf.math.unsorted_segment_min(tf.range(tf.size(inverse)), inverse, number)
    rows = tf.transpose(found, [axis, *(a for a in range(len(x.shape)) if a != axis)])
    order = sorting(tf.reshape(rows, [number, -1]))
    return tf.gather(first, order), tf.gather(tf.math.invert_permutation(order), inverse), tf.gather(counts, order)


def sorting(rows: Any) -> Any:
    """Give the order that sorts rows by their first element that differs."""

    def by_column(column: Any, order: Any) -> tuple[Any, Any]:
        keys = tf.gather(rows[:, column], order)
        return column - 1, tf.gather(order, tf.argsort(keys, stable=True))

    start = (tf.shape(rows)[1] - 1, tf.range(tf.shape(rows)[0]))
    return tf.while_loop(lambda column, _: column >= 0, by_column, start)[1]


def suppressed(boxes: Any, scores: Any, most: Any, overlap: Any, least: Any) -> Any:
    """Number the boxes that are chosen in each class, by falling score; -1 behind the last.

    Args:
        boxes: Boxes by their corners, of shape (batch, boxes, 4).
        scores: Scores of shape (batch, classes, boxes).
        most: How many boxes to choose at most in each class.
        overlap: The intersection over union above which a box is left out.
        least: The score that is too low.

    Returns:
        Numbers of shape (batch, classes, most).
    """

    def of_class(given: Any) -> Any:
        found, count = tf.raw_ops.NonMaxSuppressionV4(
            boxes=given[0],
            scores=given[1],
            max_output_size=most,
            iou_threshold=tf.cast(overlap, tf.float32),
            score_threshold=tf.cast(least, tf.float32),
            pad_to_max_output_size=True,
        )
        return tf.where(tf.range(most) < count, found, -1)

    batch, classes, number = tf.unstack(tf.shape(scores))
    each = tf.repeat(boxes, classes, axis=0)
    chosen = tf.map_fn(of_class, (each, tf.reshape(scores, (-1, number))), fn_output_signature=tf.int32)
    return tf.reshape(chosen, (batch, classes, most))
