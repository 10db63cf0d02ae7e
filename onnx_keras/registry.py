"""Which class an operator becomes: the one place that knows all of them."""

from collections.abc import Callable
from typing import Any, TypeVar

import keras

MICROSOFT = "com.microsoft"
"""The domain of the operators that ONNX Runtime adds."""

OPERATORS: dict[tuple[str, str], Any] = {}

REFUSED: dict[tuple[str, str], str] = {}
"""Why an operator of the standard, by domain and name, can't be a Keras layer."""

C = TypeVar("C", bound=type)


def refused_operator(name: str, *, domain: str = "", reason: str) -> None:
    """Declare that an operator can't be a layer.

    Args:
        name: The operator's name.
        domain: The operator's domain; that of the standard by default.
        reason: Why not, and what a user can do.
    """
    REFUSED[domain, name] = reason


def operator(*, since_version: int, domain: str = "", name: str | None = None) -> Callable[[C], C]:
    """Make a subclass of `onnx_keras.layers.Operator` the layer of an ONNX operator.

    Args:
        since_version: The revision of the operator that the layer computes: the newest.
        domain: The operator's domain; that of the standard by default.
        name: The operator's name, where it isn't the name of the class.

    Example:
        >>> @onnx_keras.operator(domain="com.acme", since_version=1)
        ... class Twice(onnx_keras.layers.Operator):
        ...     def compute(self, x):
        ...         return x + x
    """

    def register(cls: C) -> C:
        op_type = name or cls.__name__
        cls.domain, cls.op_type, cls.since_version = domain, op_type, since_version  # type: ignore[attr-defined]
        OPERATORS[domain, op_type] = cls
        package = "onnx_keras" if not domain else f"onnx_keras.{domain}"
        registered: C = keras.saving.register_keras_serializable(package=package, name=op_type)(cls)
        return registered

    return register
