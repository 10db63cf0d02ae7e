"""One Keras layer for every ONNX operator. Importing this registers all of them."""

import importlib
import pkgutil

from onnx_keras.layers.base import Operator
from onnx_keras.registry import OPERATORS

for _module in pkgutil.iter_modules(__path__):
    if not _module.ispkg:
        importlib.import_module(f"{__name__}.{_module.name}")

globals().update({name: cls for (domain, name), cls in OPERATORS.items() if not domain})

__all__ = ["Operator", *sorted(name for domain, name in OPERATORS if not domain)]
