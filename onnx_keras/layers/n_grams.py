"""TfIdfVectorizer: counts of runs of elements."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.held import attribute_array, is_given
from onnx_keras.layers.lookup import positions, sorted_once

MODES = ("TF", "IDF", "TFIDF")


@operator(since_version=9)
class TfIdfVectorizer(Operator):
    """Count how often each n-gram of a list occurs in a row.

    Inputs:
        x: Integers or text: a matrix with a row for each example, or one row.

    Attributes:
        max_gram_length: The length of the longest n-grams that count.
        max_skip_count: How many elements may at most be skipped from each element of an n-gram to the next.
        min_gram_length: The length of the shortest.
        mode: "TF" for counts, "IDF" for weights where an n-gram occurs, "TFIDF" for counts times weights.
        ngram_counts: Where in the pool the n-grams of each length begin.
        ngram_indexes: The column of each n-gram.
        pool_int64s: All n-grams, one after the other, if they are of integers.
        pool_strings: The same if they are of text.
        column_weights: The weight of each column; ONNX calls them `weights`, as Keras what a layer has learned.

    Returns:
        A row of floats for each row.

    Specification: https://onnx.ai/onnx/operators/onnx__TfIdfVectorizer.html
    """

    max_gram_length: int
    max_skip_count: int
    min_gram_length: int
    mode: str
    ngram_counts: tuple[int, ...]
    ngram_indexes: tuple[int, ...]
    pool_int64s: tuple[int, ...] = ()
    pool_strings: tuple[str, ...] = ()
    column_weights: tuple[float, ...] = ()

    attribute_names = {"column_weights": "weights"}
    array_attributes = ("ngram_counts", "ngram_indexes", "pool_int64s", "pool_strings", "column_weights")
    array_names = {"column_weights": ("weights",)}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] not in MODES:
            yield f"mode={attributes['mode']}"

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        pool = attribute_array(attributes["pool_strings"] or attributes["pool_int64s"])
        weights = attributes["column_weights"]
        symbols, _ = sorted_once(pool)
        numbers = np.searchsorted(symbols, pool.astype(symbols.dtype))
        grams = grams_of(numbers, attributes["ngram_counts"])
        edges, columns = trie_of(grams, attributes["ngram_indexes"], len(symbols))
        found = {"edges": edges, "columns": columns, "size": max(attributes["ngram_indexes"]) + 1}
        found["symbols"] = symbols.astype(object) if symbols.dtype.kind == "U" else symbols
        return {**found, "column_weights": np.asarray(weights, np.float32)} if is_given(weights) else found

    def compute(self, x: Any, *, symbols: Any, edges: Any, columns: Any, size: int, column_weights: Any) -> Any:
        rows = ops.reshape(x, (1, -1)) if len(x.shape) < 2 else x
        numbers = ops.cast(positions(symbols, rows), "int64")
        width = symbols.shape[0] + 1
        hits = ops.concatenate([ops.take(columns, s, axis=0) for s in self.states(numbers, edges, width)], axis=1)
        counts = counted(hits, size)
        if self.mode == "IDF":
            counts = ops.minimum(counts, 1.0)
        if self.mode != "TF" and column_weights is not None:
            counts = counts * column_weights[:size]
        return counts if len(x.shape) == 2 else ops.reshape(counts, (-1,))

    def states(self, numbers: Any, edges: Any, width: int) -> Iterator[Any]:
        """Follow the runs of each length from each element, for each number of skipped elements."""
        for distance in range(1, self.max_skip_count + 2):
            state = ops.zeros_like(numbers)
            for length in range(1, self.max_gram_length + 1):
                following = numbers[:, (length - 1) * distance :]
                state = state[:, : ops.shape(following)[1]]
                state = ops.cast(positions(edges, state * width + following) + 1, "int64")
                # One element alone has no distance: it counts once.
                if length >= self.min_gram_length and (length > 1 or distance == 1):
                    yield state


def counted(columns: Any, size: int) -> Any:
    """Count in each row how often each column is named; the one after the last stands for none."""
    rows = ops.shape(columns)[0]
    starts = ops.arange(rows, dtype=columns.dtype) * (size + 1)
    places = ops.reshape(columns + ops.expand_dims(starts, 1), (-1,))
    start = ops.zeros((rows * (size + 1),), "float32")
    counts = native.scattered(start, places, ops.ones_like(places, dtype="float32"), "add")
    return ops.reshape(counts, (rows, size + 1))[:, :size]


def grams_of(pool: np.ndarray, starts: tuple[int, ...]) -> list[np.ndarray]:
    """Part a pool of n-grams into a matrix of those of each length."""
    ends = (*starts[1:], len(pool))
    return [
        pool[start : start + (end - start) // length * length].reshape(-1, length)
        for length, (start, end) in enumerate(zip(starts, ends), 1)
    ]


def trie_of(grams: list[np.ndarray], columns: tuple[int, ...], symbols: int) -> tuple[np.ndarray, np.ndarray]:
    """Make a tree of n-grams: its edges, sorted, and for each state the column that it counts for.

    The state before all is 0; edge `i`, which leads to state `i + 1`, is the number of the state that it comes from
    times `symbols + 1`, plus the number of the symbol. The state after all others is that of what is no n-gram.
    """
    none, width = max(columns) + 1, symbols + 1
    state = [np.zeros(len(g), np.int64) for g in grams]
    edges, found, first = [], [np.array([none])], 1
    owners = np.split(np.asarray(columns), np.cumsum([len(g) for g in grams]))
    for level in range(len(grams)):
        longer = range(level, len(grams))
        keys = np.concatenate([state[i] * width + grams[i][:, level] for i in longer])
        unique, number = np.unique(keys, return_inverse=True)
        edges.append(unique)
        parts = np.split(first + number, np.cumsum([len(grams[i]) for i in longer]))
        for i, part in zip(longer, parts):
            state[i] = part
        ends = np.full(len(unique), none)
        ends[state[level] - first] = owners[level]
        found.append(ends)
        first += len(unique)
    return np.concatenate(edges), np.concatenate([*found, [none]]).astype(np.int32)
