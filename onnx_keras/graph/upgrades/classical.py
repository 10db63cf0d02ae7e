"""Operators of ai.onnx.ml."""

import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade

ML = "ai.onnx.ml"


@upgrade("LabelEncoder", since_version=2, domain=ML)
def label_encoder_with_keys(node, op):
    """Until 2 a list of names was looked up, from names to positions or the other way by the input's type."""
    (x,) = node.inputs
    names = node.attributes.get_strings("classes_strings", ())
    positions = list(range(len(names)))
    changes = {"keys_strings": names, "values_int64s": positions}
    if not _reads_strings(node):
        changes = {"keys_int64s": positions, "values_strings": names}
    return op.same(x, without=["classes_strings"], **changes)


def _reads_strings(node):
    (x,) = node.inputs
    if x.dtype is not None:
        return x.dtype == ir.DataType.STRING
    to_names, to_positions = "default_string" in node.attributes, "default_int64" in node.attributes
    if to_names == to_positions:
        raise CannotUpgrade("the type of its input isn't known, and so not whether it reads names or positions")
    return to_positions


equivalent("LabelEncoder", 2, 4, domain=ML)  # 4 adds tensors for the lists
# 5 deprecates them in favour of TreeEnsemble, which has no classes.
equivalent("TreeEnsembleClassifier", 1, 3, 5, domain=ML)
equivalent("TreeEnsembleRegressor", 1, 3, 5, domain=ML)
