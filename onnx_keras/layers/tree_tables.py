"""Trees as tables: from ONNX' lists of nodes to what a walk down all trees at once needs. Only numbers are known here."""

from collections.abc import Sequence
from typing import Any

import numpy as np

MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER")
MEMBER = MODES.index("BRANCH_MEMBER")
LEAF = "LEAF"

Table = dict[str, Any]


def walk_of(
    branches: np.ndarray, roots: np.ndarray, features: Any, splits: np.ndarray, modes: np.ndarray, missing: Any
) -> Table:
    """Describe how a walk goes on at each node. A leaf leads to itself.

    Args:
        branches: For each node where it goes on if its comparison is false, and if it is true.
        roots: The first node of each tree.
        features: The number of the feature that each node looks at.
        splits: What that is compared with.
        modes: Which comparison it is, by the number in `MODES`, -1 for a leaf.
        missing: Whether a comparison with NaN counts as true.
    """
    used = tuple(int(m) for m in np.unique(modes[modes >= 0]))
    walk = {
        "branches": branches.astype(np.int32),
        "roots": roots.astype(np.int32),
        "features": np.where(modes < 0, 0, features).astype(np.int32),
        "splits": splits,
        "comparisons": used or (0,),
        "depth": depth_of(branches, roots),
    }
    if len(used) > 1:
        walk["modes"] = np.maximum(modes, 0).astype(np.int32)
    if np.any(missing):
        walk["missing"] = np.asarray(missing, bool)
    return walk


def depth_of(branches: np.ndarray, roots: np.ndarray) -> int:
    """Count the steps from the roots to the farthest leaf.

    Raises:
        ValueError: A walk comes back to where it was.
    """
    level, depth = np.unique(roots), 0
    while len(level := level[np.any(branches[level] != level[:, None], axis=1)]):
        level, depth = np.unique(branches[level]), depth + 1
        if depth > len(branches):
            raise ValueError("a branch of a tree leads back to a node above it")
    return depth


def nodes_by_id(tree_ids: Sequence[int], node_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """Number the nodes of all trees by their order in the file."""
    return {key: i for i, key in enumerate(zip(tree_ids, node_ids, strict=True))}


def forest_of(attributes: dict[str, Any]) -> Table:
    """Describe the walk down the trees of a TreeEnsembleClassifier or TreeEnsembleRegressor.

    Raises:
        ValueError: A branch leads to a node that isn't there.
    """
    trees = attributes["nodes_treeids"]
    places = nodes_by_id(trees, attributes["nodes_nodeids"])
    names = [mode if mode != LEAF else None for mode in attributes["nodes_modes"]]
    modes = np.array([-1 if name is None else MODES.index(name) for name in names])
    branches = np.repeat(np.arange(len(trees))[:, None], 2, axis=1)
    for i in np.flatnonzero(modes >= 0):
        ends = (attributes["nodes_falsenodeids"][i], attributes["nodes_truenodeids"][i])
        branches[i] = [place_of(places, trees[i], end) for end in ends]
    roots = np.array([i for i, tree in enumerate(trees) if i == 0 or tree != trees[i - 1]])
    splits = array_or(attributes, "nodes_values")
    missing = attributes["nodes_missing_value_tracks_true"]
    return walk_of(branches, roots, attributes["nodes_featureids"], splits, modes, missing)


def place_of(places: dict[tuple[int, int], int], tree: int, node: int) -> int:
    if (tree, node) not in places:
        raise ValueError(f"tree {tree} has no node {node}, to which a branch or a weight belongs")
    return places[tree, node]


def array_or(attributes: dict[str, Any], name: str) -> Any:
    """Give an attribute that is a list of floats, or a tensor of another type."""
    tensor = attributes[f"{name}_as_tensor"]
    return np.asarray(attributes[name], np.float32) if tensor is None else np.asarray(tensor)


def leaves_of(attributes: dict[str, Any], role: str) -> Table:
    """Describe what leaves give: which weights belong to each node, and to which target or class each weight."""
    places = nodes_by_id(attributes["nodes_treeids"], attributes["nodes_nodeids"])
    owners = zip(attributes[f"{role}_treeids"], attributes[f"{role}_nodeids"], strict=True)
    nodes = np.array([place_of(places, *owner) for owner in owners], np.int64)
    return {
        "entries": entries_of(nodes, len(places)),
        "ids": np.asarray(attributes[f"{role}_ids"], np.int32),
        "weights": array_or(attributes, f"{role}_weights"),
    }


def entries_of(nodes: np.ndarray, count: int) -> np.ndarray:
    """Number for each node the weights that belong to it; the rows are filled up with the number of weights."""
    order = np.argsort(nodes, kind="stable")
    sorted_nodes = nodes[order]
    column = np.arange(len(nodes)) - np.searchsorted(sorted_nodes, sorted_nodes)
    entries = np.full((count, int(column.max(initial=0)) + 1), len(nodes), np.int32)
    entries[sorted_nodes, column] = order
    return entries


def ensemble_of(attributes: dict[str, Any]) -> Table:
    """Describe a TreeEnsemble, whose leaves have lists of their own: they are numbered after the nodes."""
    modes = np.asarray(attributes["nodes_modes"]).astype(np.int64)
    weights = np.asarray(attributes["leaf_weights"])
    count, leaves = len(modes), len(weights)
    ends = [
        np.where(attributes[f"nodes_{side}leafs"], count, 0) + np.asarray(attributes[f"nodes_{side}nodeids"])
        for side in ("false", "true")
    ]
    stay = np.repeat(np.arange(count, count + leaves)[:, None], 2, axis=1)
    branches = np.concatenate([np.stack(ends, axis=1), stay])
    missing = attributes["nodes_missing_value_tracks_true"] or (0,) * count
    walk = walk_of(
        branches,
        np.asarray(attributes["tree_roots"]),
        padded(attributes["nodes_featureids"], leaves),
        padded(attributes["nodes_splits"], leaves),
        np.concatenate([modes, np.full(leaves, -1)]),
        padded(missing, leaves),
    )
    entries = np.concatenate([np.full(count, leaves), np.arange(leaves)]).astype(np.int32)[:, None]
    given = {"entries": entries, "ids": np.asarray(attributes["leaf_targetids"], np.int32), "weights": weights}
    return walk | given | members_of(attributes["membership_values"], padded(modes == MEMBER, leaves))


def padded(values: Any, more: int) -> np.ndarray:
    array = np.asarray(values)
    return np.concatenate([array, np.zeros(more, array.dtype)])


def members_of(values: Any, has_set: np.ndarray) -> Table:
    """Give the sets of the nodes that ask for membership, as rows filled up with NaN, and which row is whose.

    Raises:
        ValueError: There aren't as many sets as such nodes.
    """
    if not has_set.any():
        return {}
    array = np.asarray(() if values is None else values)
    ends = np.flatnonzero(np.isnan(array))
    sets = np.split(array, ends)[: len(ends)]
    if len(sets) != has_set.sum():
        raise ValueError(f"{has_set.sum()} nodes ask for membership in {len(sets)} sets")
    rows = [s[~np.isnan(s)] for s in sets]
    table = np.full((len(rows), max(map(len, rows))), np.nan, array.dtype)
    for row, members in zip(table, rows):
        row[: len(members)] = members
    return {"members": table, "sets": np.maximum(np.cumsum(has_set) - 1, 0).astype(np.int32)}
