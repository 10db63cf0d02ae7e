"""Dropout, which does nothing but while training."""

import numpy as np

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("Dropout", since_version=7)
def dropout_without_is_test(node, op):
    """Until 7 `is_test` said whether anything is dropped, from 7 to 12 who runs the model decides."""
    if node.attributes.get_int("is_test", 0):
        return op.same(*node.inputs, without=["is_test"])
    (x,) = node.inputs
    ratio = op.constant(node.attributes.get_float("ratio", 0.5), np.float32)
    training = op.constant(True, np.bool_)
    if len(node.outputs) == 1:
        return op.Dropout(x, ratio, training)
    result, mask = op.Dropout(x, ratio, training, outputs=2)
    return result, op.CastLike(mask, x)


@upgrade("Dropout", since_version=10)
def dropout_with_a_boolean_mask(node, op):
    """Until 10 the mask had the type of the data."""
    if len(node.outputs) == 1:
        return None
    result, mask = op.same(*node.inputs)
    return result, op.CastLike(mask, node.inputs[0])


@upgrade("Dropout", since_version=12)
def dropout_with_ratio_as_an_input(node, op):
    """Until 12 the ratio was an attribute."""
    ratio = op.constant(node.attributes.get_float("ratio", 0.5), np.float32)
    return op.same(node.inputs[0], ratio, without=["ratio"])


equivalent("Dropout", 12, 13, 22)
