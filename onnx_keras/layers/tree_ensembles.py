"""Tree ensembles of ai.onnx.ml: regression and the general form."""

from collections.abc import Iterator
from typing import Any, ClassVar

from keras import ops

from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.scores import TRANSFORMS, transformed, transformed_alone, unknown_transform
from onnx_keras.layers.tree_tables import array_or, ensemble_of, forest_of, leaves_of
from onnx_keras.layers.tree_walk import aggregated, leaves_reached

ML = "ai.onnx.ml"
AGGREGATES = ("AVERAGE", "SUM", "MIN", "MAX")


class Trees(Operator):
    """Compare features with splits on the way from the roots of trees to their leaves, which have weights.

    The weights learn; splits can't, as no gradient goes through a comparison.
    """

    not_learned = ("splits", "members")
    full_precision = ("x", "splits", "members")

    def sums(self, x: Any, count: int, function: str, entries: Any, ids: Any, weights: Any, **walk: Any) -> Any:
        """Aggregate the weights of the leaves that each row reaches, and say which sums have any."""
        rows = ops.reshape(x, (1, -1)) if len(x.shape) == 1 else x
        return aggregated(leaves_reached(rows, **walk), entries, ids, weights, count, function)


class Forest(Trees):
    """Trees whose nodes are numbered in each tree for itself."""

    base_values: tuple[float, ...] = ()
    base_values_as_tensor: Any = None
    nodes_falsenodeids: tuple[int, ...] = ()
    nodes_featureids: tuple[int, ...] = ()
    nodes_hitrates: tuple[float, ...] = ()
    nodes_hitrates_as_tensor: Any = None
    nodes_missing_value_tracks_true: tuple[int, ...] = ()
    nodes_modes: tuple[str, ...] = ()
    nodes_nodeids: tuple[int, ...] = ()
    nodes_treeids: tuple[int, ...] = ()
    nodes_truenodeids: tuple[int, ...] = ()
    nodes_values: tuple[float, ...] = ()
    nodes_values_as_tensor: Any = None
    post_transform: str = "NONE"

    array_names: ClassVar[dict[str, tuple[str, ...]]] = {"base_values": ("base_values", "base_values_as_tensor")}

    @classmethod
    def tables_of(cls, attributes: dict[str, Any], role: str) -> dict[str, Any]:
        """Turn the lists of nodes and weights into tables, and take the base values."""
        base = array_or(attributes, "base_values")
        tables = forest_of(attributes) | leaves_of(attributes, role)
        return tables | ({"base_values": base} if base.size else {})


FOREST = tuple(name for name in Forest.attributes if name != "post_transform")


@operator(domain=ML, since_version=5)
class TreeEnsembleRegressor(Forest):
    """Aggregate for each target what the leaves give that an example reaches, one in each tree.

    Inputs:
        x: Matrix with a row for each example.

    Attributes:
        aggregate_function: "SUM", "AVERAGE", "MIN" or "MAX".
        base_values: What is added to the aggregate of each target.
        base_values_as_tensor: The same in a tensor.
        n_targets: The number of targets.
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
        post_transform: What is made of the results.
        target_ids: The target of each weight.
        target_nodeids: The node that each weight belongs to.
        target_treeids: The tree of that node.
        target_weights: The weights.
        target_weights_as_tensor: The same in a tensor.

    Returns:
        A matrix of floats with a column for each target.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
    """

    aggregate_function: str = "SUM"
    n_targets: int = 1
    target_ids: tuple[int, ...] = ()
    target_nodeids: tuple[int, ...] = ()
    target_treeids: tuple[int, ...] = ()
    target_weights: tuple[float, ...] = ()
    target_weights_as_tensor: Any = None

    array_attributes = (
        *FOREST,
        *("target_ids", "target_nodeids", "target_treeids", "target_weights", "target_weights_as_tensor"),
    )
    array_names = {**Forest.array_names, "weights": ("target_weights", "target_weights_as_tensor")}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from unknown_transform(attributes)
        if attributes["aggregate_function"] not in AGGREGATES:
            yield f"aggregate_function={attributes['aggregate_function']}"

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        return cls.tables_of(attributes, "target")

    def compute(self, x: Any, *, base_values: Any, **tables: Any) -> Any:
        sums, _ = self.sums(x, self.n_targets, self.aggregate_function, **tables)
        if base_values is not None and base_values.shape[0] == self.n_targets:
            sums = sums + ops.cast(base_values, sums.dtype)
        transform = transformed if self.n_targets > 1 else transformed_alone
        return transform(ops.cast(sums, "float32"), self.post_transform)


@operator(domain=ML, since_version=5)
class TreeEnsemble(Trees):
    """Aggregate for each target the weights of the leaves that an example reaches, one in each tree.

    Inputs:
        x: Matrix with a row for each example.

    Attributes:
        aggregate_function: 0 for the average, 1 for the sum, 2 and 3 for the smallest and the largest.
        leaf_targetids: The target of each leaf.
        leaf_weights: The weight of each leaf.
        membership_values: For each node that asks for membership the members of its set, and NaN after them.
        n_targets: The number of targets.
        nodes_falseleafs: Whether a walk ends in a leaf if the comparison of a node is false.
        nodes_falsenodeids: The number of that leaf, or of the node where it goes on.
        nodes_featureids: Which feature a node looks at.
        nodes_hitrates: How often a node was reached: says nothing about results.
        nodes_missing_value_tracks_true: Whether a comparison with NaN is true.
        nodes_modes: Which comparison it is: 0 to 6 for <=, <, >=, >, ==, != and membership.
        nodes_splits: What the feature is compared with.
        nodes_trueleafs: Whether a walk ends in a leaf if the comparison is true.
        nodes_truenodeids: The number of that leaf, or of the node where it goes on.
        post_transform: 0 to 4 for none, softmax, logistic, softmax of all but zeros, probit. ONNX Runtime takes 1 for
            logistic and 2 for softmax.
        tree_roots: The first node of each tree.

    Returns:
        A matrix of the type of `x` with a column for each target.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
    """

    aggregate_function: int = 1
    leaf_targetids: tuple[int, ...]
    leaf_weights: Any
    membership_values: Any = None
    n_targets: int = 1
    nodes_falseleafs: tuple[int, ...]
    nodes_falsenodeids: tuple[int, ...]
    nodes_featureids: tuple[int, ...]
    nodes_hitrates: Any = None
    nodes_missing_value_tracks_true: tuple[int, ...] = ()
    nodes_modes: Any
    nodes_splits: Any
    nodes_trueleafs: tuple[int, ...]
    nodes_truenodeids: tuple[int, ...]
    post_transform: int = 0
    tree_roots: tuple[int, ...]

    array_attributes = (
        *("leaf_targetids", "leaf_weights", "membership_values", "nodes_falseleafs", "nodes_falsenodeids"),
        *("nodes_featureids", "nodes_hitrates", "nodes_missing_value_tracks_true", "nodes_modes"),
        *("nodes_splits", "nodes_trueleafs", "nodes_truenodeids", "tree_roots"),
    )
    array_names = {"weights": ("leaf_weights",)}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        for name, known in (("post_transform", TRANSFORMS), ("aggregate_function", AGGREGATES)):
            if not 0 <= attributes[name] < len(known):
                yield f"{name}={attributes[name]}"

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        return ensemble_of(attributes)

    def compute(self, x: Any, **tables: Any) -> Any:
        sums, _ = self.sums(x, self.n_targets, AGGREGATES[self.aggregate_function], **tables)
        transform = transformed if self.n_targets > 1 else transformed_alone
        return ops.cast(transform(sums, TRANSFORMS[self.post_transform]), x.dtype)
