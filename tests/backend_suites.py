"""onnx's own backend tests as test classes, with what is known to fail marked.

What doesn't pass is listed in `onnx_backend_failures.txt`, and what fails besides where models run compiled, on JAX, on
JAX compiled, on PyTorch or on both for want of text in a file of its own, each case with its reason. The lists are
strict: a case that passes although it is listed fails, until its line is deleted.
"""

import pathlib
import re
from unittest import mock

import keras
import numpy as np
from keras import ops
from onnx.backend.test import BackendTest

from onnx_keras.backend import KerasBackend

KINDS = ("Node", "Simple", "PyTorchConverted", "PyTorchOperator", "Real")
FOLDER = pathlib.Path(__file__).parent
PASSES = "passes here"
"""What a list of a backend says of a case that only fails on others."""

UNSTEADY = ("test_squeezenet",)
"""Its weights are all alike, so are its thousand logits of some 10**9: how a sum is split among threads decides."""

DRAWING = tuple(f"test_training_dropout{end}_cpu" for end in ("", "_mask", "_default", "_default_mask"))
"""What they drop they took from NumPy's generator: layers get its numbers there, and all but the drawing is compared."""

LISTS = {"tensorflow": (), "jax": ("text", "jax"), "torch": ("text", "torch")}
COMPILED = {"tensorflow": ("traced",), "jax": ("traced", "jax_traced"), "torch": ("traced",)}


def listed(name: str) -> dict[str, str]:
    """Read the names of cases and why they fail, from one list."""
    lines = (FOLDER / f"onnx_backend_failures{name and '_'}{name}.txt").read_text().splitlines()
    return dict(re.split(r":\s+", line, maxsplit=1) for line in lines if line and not line.startswith("#"))


def expected_failures(compiled: bool = False) -> dict[str, str]:
    """Say which cases fail and why, on the backend in use."""
    failures: dict[str, str] = {}
    in_use = keras.backend.backend()
    for name in ("", *LISTS[in_use], *(COMPILED[in_use] if compiled else ())):
        failures |= listed(name)
    return {name: reason for name, reason in failures.items() if reason != PASSES}


def passing(cases: set[str], failures: dict[str, str]) -> float:
    """Say what part of the cases without text passes, as the lists have it."""
    counted = {n.removesuffix("_cpu") for n in cases if n.endswith("_cpu")} - listed("text").keys()
    return len(counted - failures.keys()) / len(counted)


def backend(name: str, **options: object) -> type[KerasBackend]:
    """Make a backend that prepares models with certain options."""

    def prepare(cls: type[KerasBackend], model: object, device: str = "CPU", **more: object) -> object:
        return super(made, cls).prepare(model, device, **options, **more)

    made = type(name, (KerasBackend,), {"prepare": classmethod(prepare), "__doc__": f"The backend, {options}."})
    return made


class Suite(BackendTest):
    """onnx' tests, with scalars in sequences, of which its own comparison asks the length."""

    @classmethod
    def assert_similar_outputs(cls, ref_outputs, outputs, *args, **kwargs):
        if isinstance(outputs, np.ndarray) and outputs.shape == np.shape(ref_outputs) == ():
            ref_outputs, outputs = [ref_outputs], [outputs]
        super().assert_similar_outputs(ref_outputs, outputs, *args, **kwargs)


def numbers_of_numpy(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Draw as NumPy does from the seed of a layer."""
    return ops.convert_to_tensor(np.random.RandomState(seed._initial_seed).uniform(minval, maxval, shape), dtype)


def suite(backend: type[KerasBackend], module: str, failures: dict[str, str]) -> dict[str, type]:
    """Make the test classes of onnx for a backend, with the expected failures marked."""
    tests = Suite(backend, module)
    tests.exclude("_cuda$")
    for name in UNSTEADY:
        tests.exclude(f"^{name}_cpu$")
    for name in failures:
        tests.xfail(f"^{re.escape(name)}_cpu$")
    classes = {f"{backend.__name__}{kind}": cls for kind, cls in tests.enable_report().test_cases.items()}
    for cls, name in ((c, n) for c in classes.values() for n in DRAWING if hasattr(c, n)):
        setattr(cls, name, mock.patch("keras.random.uniform", numbers_of_numpy)(getattr(cls, name)))
    return classes


def cases_of(classes: dict[str, type]) -> set[str]:
    """Name all cases of test classes."""
    return {n for c in classes.values() for n in dir(c) if n.startswith("test_")}
