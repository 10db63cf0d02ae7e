"""The batch axis of a file that was exported for one batch size: followed through the graph and made free."""

import importlib
import pkgutil

from onnx_keras.graph.freeing.following import free_batch

__all__ = ["free_batch"]

for module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{module.name}")
