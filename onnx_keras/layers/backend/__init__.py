"""What a backend does by itself, where `keras.ops` lacks it or differs; the module of the backend in use."""

import importlib

import keras

native = importlib.import_module(f"{__name__}.{keras.backend.backend()}")
