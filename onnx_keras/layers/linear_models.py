"""Linear models of ai.onnx.ml: LinearRegressor and LinearClassifier."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.scores import of_one, transformed, transformed_alone, unknown_transform

ML = "ai.onnx.ml"


@operator(domain=ML, since_version=1)
class LinearRegressor(Operator):
    """Give a weighted sum of the features for each target.

    Inputs:
        x: Matrix with a row for each example, or one row.

    Attributes:
        coefficients: The weights, those of a target one after the other.
        intercepts: What is added for each target.
        post_transform: What is made of the sums.
        targets: The number of targets.

    Returns:
        A matrix with a column for each target.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_LinearRegressor.html
    """

    coefficients: tuple[float, ...] = ()
    intercepts: tuple[float, ...] = ()
    post_transform: str = "NONE"
    targets: int = 1

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from unknown_transform(attributes)

    def compute(self, x: Any, *, coefficients: Any, intercepts: Any) -> Any:
        sums = weighted_sums(x, coefficients, intercepts, self.targets)
        one = self.targets == 1
        return (transformed_alone if one else transformed)(sums, self.post_transform)


@operator(domain=ML, since_version=1)
class LinearClassifier(Operator):
    """Choose the class whose weighted sum of the features is the largest.

    Inputs:
        x: Matrix with a row for each example, or one row.

    Attributes:
        classlabels_ints: The labels, if they are numbers.
        classlabels_strings: The labels, if they are text.
        coefficients: The weights, those of a class one after the other.
        intercepts: What is added for each class.
        multi_class: Whether one class was trained against each other or against all others: says nothing new here.
        post_transform: What is made of the sums.

    Returns:
        The label of each example, and the scores of all classes.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxml_LinearClassifier.html
    """

    classlabels_ints: tuple[int, ...] = ()
    classlabels_strings: tuple[str, ...] = ()
    coefficients: tuple[float, ...]
    intercepts: tuple[float, ...] = ()
    multi_class: int = 0
    post_transform: str = "NONE"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from unknown_transform(attributes)
        labels = len(attributes["classlabels_strings"] or attributes["classlabels_ints"])
        if len(attributes["intercepts"]) != 1:
            return
        if labels != 2:
            yield f"{labels} labels for one sum"
        if attributes["post_transform"] == "PROBIT":
            yield "post_transform=PROBIT for one sum"  # ONNX Runtime leaves the other column as it finds it

    def compute(
        self, x: Any, *, coefficients: Any, intercepts: Any, classlabels_ints: Any, classlabels_strings: Any
    ) -> Any:
        labels = classlabels_ints if classlabels_strings is None else classlabels_strings
        classes = labels.shape[0] if intercepts is None else intercepts.shape[0]
        sums = weighted_sums(x, coefficients, intercepts, classes)
        if classes == 1:
            best = ops.cast(sums[:, 0] > 0, "int32")
            return ops.take(labels, best, axis=0), of_one(sums, self.post_transform)
        return ops.take(labels, ops.argmax(sums, axis=1), axis=0), transformed(sums, self.post_transform)


def weighted_sums(x: Any, coefficients: Any, intercepts: Any, count: int) -> Any:
    """Multiply rows of features with rows of coefficients, and add the intercepts."""
    rows = ops.reshape(x, (1, -1)) if len(x.shape) == 1 else x
    if rows.shape[1] is not None:  # files may hold more coefficients, which ONNX Runtime doesn't read
        coefficients = coefficients[: count * rows.shape[1]]
    rows = ops.cast(rows, coefficients.dtype)
    sums = ops.matmul(rows, ops.transpose(ops.reshape(coefficients, (count, -1))))
    return sums if intercepts is None else sums + intercepts
