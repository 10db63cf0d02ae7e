"""Non-maximum suppression of arrays, for backends that have none."""

import numpy as np


def suppressed(boxes: np.ndarray, scores: np.ndarray, most: int, overlap: float, least: float) -> np.ndarray:
    """Number the boxes that are chosen in each class, by falling score; -1 behind the last."""
    chosen = np.full((*scores.shape[:2], most), -1, np.int64)
    for of_batch, batch_boxes, batch_scores in zip(chosen, boxes, scores):
        for of_class, class_scores in zip(of_batch, batch_scores):
            found = best(batch_boxes, class_scores, most, overlap, least)
            of_class[: len(found)] = found
    return chosen


def best(boxes: np.ndarray, scores: np.ndarray, most: int, overlap: float, least: float) -> list[int]:
    """Choose the boxes of one class."""
    left = np.argsort(-scores, kind="stable")
    left, found = left[scores[left] > least], []
    while len(left) and len(found) < most:
        found.append(int(left[0]))
        left = left[1:][shares(boxes[left[0]], boxes[left[1:]]) <= overlap]
    return found


def shares(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Divide what one box has in common with others by the area that both cover; nothing, if one has no area."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    common = np.prod(np.maximum(sides, 0), axis=1)
    areas, area = np.prod(others[:, 2:] - others[:, :2], axis=1), np.prod(box[2:] - box[:2])
    is_real = (areas > 0) & (area > 0)
    return np.where(is_real, common / np.where(is_real, areas + area - common, 1), 0)
