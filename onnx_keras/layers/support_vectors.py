"""Support vector machines of ai.onnx.ml."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.probabilities import coupled
from onnx_keras.layers.scores import of_one, transformed, transformed_alone, unknown_transform

ML = "ai.onnx.ml"
KERNELS = ("LINEAR", "POLY", "RBF", "SIGMOID")


class Vectors(Operator):
    """Compare examples with support vectors."""

    kernel_params: tuple[float, ...] = ()
    kernel_type: str = "LINEAR"
    post_transform: str = "NONE"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from unknown_transform(attributes)
        if attributes["kernel_type"] not in KERNELS:
            yield f"kernel_type={attributes['kernel_type']}"

    def kernel(self, x: Any, vectors: Any) -> Any:
        """Compare each row with each vector."""
        gamma, constant, degree = (*self.kernel_params, 0.0, 0.0, 0.0)[:3]
        if self.kernel_type == "RBF":
            # Distances from the middle of all: large ones, which differ by little, would lose their digits.
            middle = ops.mean(vectors, axis=0, keepdims=True)
            return ops.exp(-gamma * squared_distances(x - middle, vectors - middle))
        products = ops.matmul(x, ops.transpose(vectors))
        if self.kernel_type == "POLY":
            return ops.power(gamma * products + constant, degree)
        return ops.tanh(gamma * products + constant) if self.kernel_type == "SIGMOID" else products


def squared_distances(x: Any, y: Any) -> Any:
    """Give the squared distance of each row from each other row."""
    lengths = ops.sum(ops.square(x), 1, keepdims=True) + ops.transpose(ops.sum(ops.square(y), 1, keepdims=True))
    return ops.maximum(lengths - 2 * ops.matmul(x, ops.transpose(y)), 0.0)


def rows_of(x: Any) -> Any:
    """Give examples as rows of floats; a vector is one row."""
    return ops.cast(ops.reshape(x, (1, -1)) if len(x.shape) == 1 else x, "float32")


@operator(domain=ML, since_version=1)
class SVMRegressor(Vectors):
    """Give a weighted sum of comparisons with support vectors.

    Inputs:
        x: Matrix with a row for each example, or one row.

    Attributes:
        coefficients: The weight of each vector; without vectors that of each feature.
        kernel_params: Gamma, the constant and the degree of the comparison.
        kernel_type: The comparison: "LINEAR", "POLY", "RBF" or "SIGMOID".
        n_supports: The number of vectors.
        one_class: Whether only the sign is wanted, 1 or -1.
        post_transform: Only "NONE", as in ONNX Runtime.
        rho: What is added.
        support_vectors: The vectors, one after the other.

    Returns:
        A matrix with one column.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_SVMRegressor.html
    """

    coefficients: tuple[float, ...] = ()
    n_supports: int = 0
    one_class: int = 0
    rho: tuple[float, ...] = ()
    support_vectors: tuple[float, ...] = ()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from super().refused(attributes)
        if attributes["post_transform"] != "NONE":
            yield f"post_transform={attributes['post_transform']}"

    def compute(self, x: Any, *, coefficients: Any, rho: Any, support_vectors: Any) -> Any:
        rows = rows_of(x)
        if self.n_supports:
            rows = self.kernel(rows, ops.reshape(support_vectors, (self.n_supports, -1)))
        sums = ops.matmul(rows, ops.reshape(coefficients, (-1, 1))) + rho[:1]
        return ops.where(sums > 0, 1.0, -1.0) if self.one_class else sums


@operator(domain=ML, since_version=1)
class SVMClassifier(Vectors):
    """Choose the class that wins most comparisons of two, or, without support vectors, has the largest sum.

    Inputs:
        x: Matrix with a row for each example, or one row.

    Attributes:
        classlabels_ints: The labels, if they are numbers.
        classlabels_strings: The labels, if they are text.
        coefficients: The weights of each vector against each other class; without vectors those of the features.
        kernel_params: Gamma, the constant and the degree of the comparison.
        kernel_type: The comparison with a vector: "LINEAR", "POLY", "RBF" or "SIGMOID".
        post_transform: What is made of the sums.
        prob_a: For each two classes the slope that makes a probability of their sum.
        prob_b: What is added to it.
        rho: What is added to the sum of each two classes.
        support_vectors: The vectors, one after the other.
        vectors_per_class: How many of them belong to each class.

    Returns:
        The label of each example, and scores: probabilities of the classes, or sums of each two classes.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_SVMClassifier.html
    """

    classlabels_ints: tuple[int, ...] = ()
    classlabels_strings: tuple[str, ...] = ()
    coefficients: tuple[float, ...]
    prob_a: tuple[float, ...] = ()
    prob_b: tuple[float, ...] = ()
    rho: tuple[float, ...] = ()
    support_vectors: tuple[float, ...] = ()
    vectors_per_class: tuple[int, ...] = ()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from super().refused(attributes)
        per_class, probabilities = attributes["vectors_per_class"], attributes["prob_a"]
        if attributes["post_transform"] == "PROBIT" and 0 < len(per_class) <= 2 and not probabilities:
            yield "post_transform=PROBIT for one sum"  # ONNX Runtime leaves the other column as it finds it

    def compute(
        self,
        x: Any,
        *,
        classlabels_ints: Any,
        classlabels_strings: Any,
        coefficients: Any,
        prob_a: Any,
        prob_b: Any,
        rho: Any,
        support_vectors: Any,
    ) -> Any:
        labels = classlabels_ints if classlabels_strings is None else classlabels_strings
        if not sum(self.vectors_per_class):
            best, scores = self.by_features(rows_of(x), coefficients, rho, labels.shape[0])
            return ops.take(labels, best, axis=0), scores
        kernels = self.kernel(rows_of(x), ops.reshape(support_vectors, (sum(self.vectors_per_class), -1)))
        sums = self.sums_of_pairs(kernels, coefficients) + rho
        best = ops.argmax(votes(sums, len(self.vectors_per_class)), axis=1)
        return ops.take(labels, best, axis=0), self.scores(sums, prob_a, prob_b)

    def by_features(self, x: Any, coefficients: Any, rho: Any, classes: int) -> tuple[Any, Any]:
        """Give the best class by a weighted sum of the features for each."""
        sums = ops.matmul(x, ops.transpose(ops.reshape(coefficients, (classes, -1)))) + rho[:1]
        best = ops.argmax(sums, axis=1)
        if classes == 2:
            is_large = ops.max(sums, axis=1) > 0
            is_half = ops.max(sums, axis=1) >= 0.5
            is_second = ops.where(ops.all(coefficients >= 0), is_half, is_large)
            best = ops.where(is_second, 1, best)
        return best, (transformed if classes > 1 else transformed_alone)(sums, self.post_transform)

    def sums_of_pairs(self, kernels: Any, coefficients: Any) -> Any:
        """Add up, for each two classes, the weighted comparisons with the vectors of both."""
        count = len(self.vectors_per_class)
        ends = np.cumsum(self.vectors_per_class)
        weights = ops.reshape(coefficients, (count - 1, -1))
        parts = [
            ops.matmul(kernels[:, end - size : end], ops.transpose(weights[:, end - size : end]))
            for size, end in zip(self.vectors_per_class, ends.tolist())
        ]
        pairs = list(itertools.combinations(range(count), 2))
        first = [i * (count - 1) + j - 1 for i, j in pairs]
        second = [j * (count - 1) + i for i, j in pairs]
        together = ops.concatenate(parts, axis=1)
        return ops.take(together, first, axis=1) + ops.take(together, second, axis=1)

    def scores(self, sums: Any, prob_a: Any, prob_b: Any) -> Any:
        if prob_a is not None:
            chances = ops.clip(1 - ops.sigmoid(sums * prob_a + prob_b), 1e-7, 1 - 1e-7)
            return transformed(coupled(chances, len(self.vectors_per_class)), self.post_transform)
        if len(self.vectors_per_class) > 2:
            return transformed(sums, self.post_transform)
        return of_one(sums, self.post_transform, opposite=self.post_transform == "NONE")


def votes(sums: Any, count: int) -> Any:
    """Count how often each class wins against another: the first where the sum is positive, else the second."""
    pairs = list(itertools.combinations(range(count), 2))
    wins, losses = (one_hot([pair[side] for pair in pairs], count) for side in (0, 1))
    is_first = ops.cast(sums > 0, "float32")
    return ops.matmul(is_first, wins) + ops.matmul(1 - is_first, losses)


def one_hot(numbers: Sequence[int], count: int) -> np.ndarray:
    return np.eye(count, dtype=np.float32)[list(numbers)]
