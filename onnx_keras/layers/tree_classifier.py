"""TreeEnsembleClassifier of ai.onnx.ml, with ONNX Runtime's conventions for two classes."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.base import operator
from onnx_keras.layers.held import attribute_array
from onnx_keras.layers.scores import of_one, transformed, transformed_alone, unknown_transform
from onnx_keras.layers.tree_ensembles import FOREST, ML, Forest


@operator(domain=ML, since_version=5)
class TreeEnsembleClassifier(Forest):
    """Choose the class to which the leaves that an example reaches give the largest sum.

    Two classes whose weights all belong to one of them are told apart by a threshold: a half where no weight is
    negative, else zero. ONNX Runtime tells two classes apart by the second sum alone also where both have weights,
    and then answers 1 or 0 whatever the labels are; here, as in ONNX' reference, the larger sum decides.

    Inputs:
        x: Matrix with a row for each example.

    Attributes:
        base_values: What is added to the sum of each class.
        base_values_as_tensor: The same in a tensor.
        class_ids: The class of each weight.
        class_nodeids: The node that each weight belongs to.
        class_treeids: The tree of that node.
        class_weights: The weights.
        class_weights_as_tensor: The same in a tensor.
        classlabels_int64s: The labels, if they are numbers.
        classlabels_strings: The labels, if they are text.
        nodes_falsenodeids: Where a walk goes on if the comparison of a node is false.
        nodes_featureids: Which feature a node looks at.
        nodes_hitrates: How often a node was reached: says nothing about results.
        nodes_hitrates_as_tensor: The same in a tensor.
        nodes_missing_value_tracks_true: Whether a comparison with NaN is true.
        nodes_modes: Which comparison it is, or "LEAF".
        nodes_nodeids: The number of a node in its tree.
        nodes_treeids: The number of its tree.
        nodes_truenodeids: Where a walk goes on if the comparison is true.
        nodes_values: What the feature is compared with.
        nodes_values_as_tensor: The same in a tensor.
        post_transform: What is made of the sums.

    Returns:
        The label of each example, and the scores of all classes.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleClassifier.html
    """

    class_ids: tuple[int, ...] = ()
    class_nodeids: tuple[int, ...] = ()
    class_treeids: tuple[int, ...] = ()
    class_weights: tuple[float, ...] = ()
    class_weights_as_tensor: Any = None
    classlabels_int64s: tuple[int, ...] = ()
    classlabels_strings: tuple[str, ...] = ()

    array_attributes = (
        *FOREST,
        *("class_ids", "class_nodeids", "class_treeids", "class_weights", "class_weights_as_tensor"),
        *("classlabels_int64s", "classlabels_strings"),
    )
    array_names = {**Forest.array_names, "weights": ("class_weights", "class_weights_as_tensor")}
    not_learned = (*Forest.not_learned, "labels")

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from unknown_transform(attributes)
        labels = attributes["classlabels_strings"] or attributes["classlabels_int64s"]
        only = only_class(attributes) if len(labels) == 2 else None
        if only is not None and attributes["post_transform"] == "PROBIT":
            yield "post_transform=PROBIT for one sum"  # ONNX Runtime leaves the other column as it finds it
        if only == 1 and (attributes["base_values"] or attributes["base_values_as_tensor"] is not None):
            yield "base_values where only the second of two classes has weights"  # ONNX Runtime forgets the weights
        if len(labels) == 1 and attributes["classlabels_strings"]:
            yield "one label, which is text"

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        labels = attributes["classlabels_strings"] or attributes["classlabels_int64s"]
        found = cls.tables_of(attributes, "class") | {"labels": attribute_array(labels)}
        only = only_class(attributes)
        return found if only is None else found | {"only": only}

    def compute(self, x: Any, *, base_values: Any, labels: Any, only: int | None, weights: Any, **tables: Any) -> Any:
        count = labels.shape[0]
        sums, seen = self.sums(x, count, "SUM", weights=weights, **tables)
        if count == 2 and only is not None:
            is_second, scores = self.two(sums, seen, base_values, only, ops.all(weights >= 0))
            return ops.take(labels, ops.cast(is_second, "int32"), axis=0), ops.cast(scores, "float32")
        if base_values is not None:
            sums = sums + ops.cast(base_values, sums.dtype)
            seen = ops.logical_or(seen, True)
        sums = ops.cast(sums, "float32")
        if count == 1:
            return ops.cast(sums[:, 0] > 0, "int64"), transformed_alone(sums, self.post_transform)
        best = ops.argmax(ops.where(seen, sums, float("-inf")), axis=1)
        return ops.take(labels, best, axis=0), transformed(sums, self.post_transform)

    def two(self, sums: Any, seen: Any, base: Any, only: int, is_positive: Any) -> tuple[Any, Any]:
        """Tell two classes apart by the sum of one of them."""
        own = sums[:, only : only + 1]
        own = own if base is None else own + ops.cast(base[0], own.dtype)
        is_second = own[:, 0] > ops.where(is_positive, 0.5, 0.0)
        alone = ops.where(
            is_positive, of_one(own, self.post_transform), of_one(own, self.post_transform, opposite=True)
        )
        if only == 0 and (base is None or base.shape[0] == 1):
            return is_second, alone
        rest = ops.zeros_like(own)
        both = transformed(ops.concatenate([rest, own] if only else [own, rest], axis=1), self.post_transform)
        return is_second, ops.where(seen[:, 1:], both, alone) if only else both


def only_class(attributes: dict[str, Any]) -> int | None:
    """Give the class to which all weights belong, if there is one."""
    used = set(attributes["class_ids"])
    return next(iter(used)) if len(used) == 1 else None
