"""Shapes and types of what the operators of ai.onnx.ml give."""

import onnx_ir as ir
import sympy

from onnx_keras.graph.shape_rules import corrects
from onnx_keras.graph.symbols import dims

ML = "ai.onnx.ml"
TYPES = {"floats": ir.DataType.FLOAT, "int64s": ir.DataType.INT64, "strings": ir.DataType.STRING}


def rows_of(node):
    """Return how many examples a node gets, in a list; None where its input's rank isn't known."""
    shape = dims(node.inputs[0])
    return None if shape is None else [shape[0] if len(shape) > 1 else 1]


def matrix(node, output: int, columns) -> list | None:
    """Make an output a matrix of floats with a row for each example."""
    node.outputs[output].dtype = ir.DataType.FLOAT
    rows = rows_of(node)
    return None if rows is None else [*rows, columns]


@corrects("ArrayFeatureExtractor", domain=ML)
def _array_feature_extractor(node):
    shape, chosen = dims(node.inputs[0]), dims(node.inputs[1])
    if not shape or chosen is None:
        return None
    return [[*(shape[:-1] or [1]), sympy.prod(chosen)]]


@corrects("Imputer", "Binarizer", domain=ML)
def _alike(node):
    shape = dims(node.inputs[0])
    node.outputs[0].dtype = node.inputs[0].dtype
    return None if shape is None else [shape]


@corrects("Normalizer", "Scaler", domain=ML)
def _floats(node):
    shape = dims(node.inputs[0])
    node.outputs[0].dtype = ir.DataType.FLOAT
    return None if shape is None else [shape]


@corrects("OneHotEncoder", domain=ML)
def _one_hot_encoder(node):
    shape = dims(node.inputs[0])
    node.outputs[0].dtype = ir.DataType.FLOAT
    names, numbers = (node.attributes.get(f"cats_{kind}") for kind in ("strings", "int64s"))
    count = len((names or numbers).value)
    return None if shape is None else [[*shape, count]]


@corrects("FeatureVectorizer", domain=ML)
def _feature_vectorizer(node):
    shape = matrix(node, 0, sum(node.attributes.get_ints("inputdimensions", ())))
    return None if shape is None else [shape]


@corrects("LabelEncoder", domain=ML)
def _label_encoder(node):
    shape = dims(node.inputs[0])
    tensor = node.attributes.get_tensor("values_tensor")
    types = [t for kind, t in TYPES.items() if f"values_{kind}" in node.attributes]
    node.outputs[0].dtype = tensor.dtype if tensor is not None else types[0]
    return None if shape is None else [shape]


@corrects("CategoryMapper", domain=ML)
def _category_mapper(node):
    shape = dims(node.inputs[0])
    is_text = node.inputs[0].dtype == ir.DataType.STRING
    node.outputs[0].dtype = ir.DataType.INT64 if is_text else ir.DataType.STRING
    return None if shape is None else [shape]


@corrects("LinearRegressor", domain=ML)
def _linear_regressor(node):
    shape = matrix(node, 0, node.attributes.get_int("targets", 1))
    return None if shape is None else [shape]


def labelled(node, columns) -> list | None:
    """Make the outputs of a classifier a label for each example, and its scores."""
    labels = "classlabels_strings"
    node.outputs[0].dtype = ir.DataType.STRING if node.attributes.get_strings(labels, ()) else ir.DataType.INT64
    scores = matrix(node, 1, columns) if len(node.outputs) > 1 else None
    rows = rows_of(node)
    return None if rows is None else [rows, scores][: len(node.outputs)]


def count_of_labels(node) -> int:
    names = ("classlabels_strings", "classlabels_ints", "classlabels_int64s")
    return max(len(node.attributes[n].value) for n in names if n in node.attributes)


@corrects("LinearClassifier", domain=ML)
def _linear_classifier(node):
    classes = len(node.attributes.get_floats("intercepts", ())) or count_of_labels(node)
    return labelled(node, max(classes, 2))


@corrects("SVMClassifier", domain=ML)
def _svm_classifier(node):
    classes = count_of_labels(node)
    is_linear = not sum(node.attributes.get_ints("vectors_per_class", ()))
    scored = is_linear or node.attributes.get_floats("prob_a", ()) or classes <= 2
    return labelled(node, (classes if is_linear else max(classes, 2)) if scored else classes * (classes - 1) // 2)


@corrects("SVMRegressor", domain=ML)
def _svm_regressor(node):
    shape = matrix(node, 0, 1)
    return None if shape is None else [shape]


@corrects("TreeEnsembleClassifier", domain=ML)
def _tree_ensemble_classifier(node):
    return labelled(node, count_of_labels(node))


@corrects("TreeEnsembleRegressor", domain=ML)
def _tree_ensemble_regressor(node):
    shape = matrix(node, 0, node.attributes.get_int("n_targets", 1))
    return None if shape is None else [shape]


@corrects("TreeEnsemble", domain=ML)
def _tree_ensemble(node):
    shape = matrix(node, 0, node.attributes.get_int("n_targets", 1))
    node.outputs[0].dtype = node.inputs[0].dtype
    return None if shape is None else [shape]
