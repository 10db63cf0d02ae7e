"""Every case of every operator: values, layouts, unknown sizes, training, saving."""

import importlib
import pkgutil

import keras
import numpy as np
import onnx
import pytest
from keras import ops

import onnx_keras
from onnx_keras.loading import make_plan
from onnx_keras.registry import REFUSED as REFUSED_OPERATORS
from tests import operators
from tests.export.comparing import difference, exported
from tests.operators.matrix import (
    Case,
    assert_close,
    expected,
    feeds,
    layouts,
    model_of,
    revision_of,
)

MODULES = [
    m.name for m in pkgutil.iter_modules(operators.__path__) if m.name.startswith("test_") and m.name != "test_matrix"
]
ALL = [c for name in MODULES for c in getattr(importlib.import_module(f"tests.operators.{name}"), "CASES", [])]
CASES = [c for c in ALL if not c.match]
REFUSED = [c for c in ALL if c.match]


def check(model, case: Case, want, what: str, trace: bool) -> None:
    got = onnx_keras.run(model, feeds(case), trace=trace)
    got = list(got.values()) if isinstance(got, dict) else [got]
    assert len(got) == len(want)
    for i, (a, b) in enumerate(zip(got, want)):
        assert_close(a, b, case, f"{what}, output {i}")


def formats_of(case: Case) -> list[str]:
    """List the data formats that make a difference: where the plans are the same, so are the models."""
    plans = {f: list(make_plan(model_of(case), data_format=f).lines()) for f in ("channels_last", "channels_first")}
    return [f for i, f in enumerate(plans) if i == 0 or plans[f] != plans["channels_last"]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values_are_those_of_onnx(case, tmp_path):
    """In both data formats, in random axis orders, eager and traced, and after a reload."""
    want = expected(case)
    for data_format in formats_of(case):
        model = onnx_keras.load(model_of(case), data_format=data_format)
        check(model, case, want, f"{data_format}, eager", trace=False)
        check(model, case, want, f"{data_format}, traced", trace=True)
    if asked := layouts(case, 0):
        model = onnx_keras.load(model_of(case), data_format="channels_last", input_layouts=asked)
        check(model, case, want, f"inputs as {asked}", trace=False)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    check(again, case, want, "saved and reloaded", trace=False)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_loaded_comes_back_node_for_node(case):
    source = model_of(case)
    assert not difference(exported(onnx_keras.load(source)), source)


@pytest.mark.parametrize("case", [c for c in CASES if c.unknown and feeds(c)], ids=str)
def test_sizes_may_be_unknown(case):
    model = onnx_keras.load(model_of(case, unknown=True), data_format="channels_last")
    check(model, case, expected(case), "unknown sizes, traced", trace=True)


@pytest.mark.parametrize("case", [c for c in CASES if c.trains and c.learns], ids=str)
def test_weights_learn(case):
    """Each trainable weight gets a gradient that isn't zero everywhere, and no other changes."""
    model = onnx_keras.load(model_of(case))
    if not model.trainable_variables:
        pytest.skip("the operator learns nothing")
    before = [ops.convert_to_numpy(v).copy() for v in model.trainable_variables]
    gradient_step(model, case)
    for variable, old in zip(model.trainable_variables, before):
        assert variable.shape == old.shape
        if old.size:
            assert np.any(ops.convert_to_numpy(variable) != old), f"{variable.path} did not change"


def gradient_step(model, case: Case) -> None:
    inputs = onnx_keras.running.stored_inputs(model, feeds(case))
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss=distance, jit_compile=False)
    model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], targets(model, inputs))


def targets(model, inputs):
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    return keras.tree.map_structure(lambda y: np.full(np.shape(y), 3.0, "float32"), outputs)


def distance(wanted, given):
    given = ops.real(given) if "complex" in str(given.dtype) else given
    return ops.mean(ops.square(ops.cast(given, "float32") - ops.cast(wanted, "float32")))


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refusals_say_why(case):
    with pytest.raises(onnx_keras.OnnxKerasError, match=case.match):
        onnx_keras.run(onnx_keras.load(model_of(case)), feeds(case), trace=False)


def revisions() -> list[tuple[str, str, int]]:
    """List every revision of every operator that ONNX defines, but those that its tests register."""
    schemas = onnx.defs.get_all_schemas_with_history()
    return sorted((s.domain, s.name, s.since_version) for s in schemas if not s.domain.endswith(".test"))


@pytest.mark.parametrize(("domain", "name", "version"), revisions())
def test_every_revision_has_a_case_or_a_reason(domain, name, version):
    cases = [c for c in ALL if (c.domain, c.op_type) == (domain, name)]
    assert any(revision_of(c) == version for c in cases) or REFUSED_OPERATORS.get((domain, name))


def test_the_standard_is_as_large_as_it_was():
    assert len(revisions()) >= 659
