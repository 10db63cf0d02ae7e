"""What is constant becomes a constant, and what a user may train stays a weight."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from onnx_keras.graph import folding, shapes

MODELS = Path(__file__).resolve().parents[3] / "shared" / "models"


def model_of(text: str, opset: int = 21) -> ir.Model:
    return ir.from_proto(onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["": {opset}]>\n{text}'))


def prepared(text: str, fixed=None) -> ir.Model:
    return folding.prepare(model_of(text), fixed)


def op_types(model: ir.Model) -> list[str]:
    return [node.op_type for node in model.graph]


def run(model: ir.Model, **inputs):
    return onnx.reference.ReferenceEvaluator(ir.to_proto(model)).run(None, inputs)


def test_constants_are_computed():
    constants = "a = Constant<value_int = 2>() b = Neg(a) c = Cast<to = 1>(b)"
    model = prepared(f"g (float[N] x) => (y) {{ {constants} y = Mul(x, c) }}")
    (scale,) = model.graph.initializers.values()
    assert op_types(model) == ["Mul"]
    assert scale.name == "c" and scale.meta["folded"] and scale.const_value.numpy() == -2


def test_the_matrix_of_a_constant_node_stays_a_weight():
    weight = "w = Constant<value = float[1, 2] {1, 2}>() t = Transpose(w)"
    model = prepared(f"g (float[N, 2] x) => (y) {{ {weight} y = MatMul(x, t) }}")
    assert op_types(model) == ["Transpose", "MatMul"]
    assert model.graph.initializers["w"].meta["weight"]  # the file has no other


def test_tables_made_of_integers_are_computed():
    text = """g (float[N, 3] x) => (y) {
        a = Constant<value_int = 0>() b = Constant<value_int = 3>() c = Constant<value_int = 1>()
        r = Range(a, b, c) f = Cast<to = 1>(r) s = Sin(f) y = Add(x, s)
    }"""
    assert op_types(prepared(text)) == ["Add"]


def test_what_would_be_large_is_computed_in_the_model():
    text = "g (float[N] x) => (y) { n = Constant<value_ints = [2000, 2000]>() z = ConstantOfShape(n) y = Add(x, z) }"
    assert op_types(prepared(text)) == ["ConstantOfShape", "Add"]


@pytest.mark.parametrize("operator", ["RandomUniformLike", "Bernoulli", "RandomNormalLike"])
def test_random_numbers_are_drawn_in_the_model(operator):
    text = f"g (float[N] x) => (y) {{ p = Constant<value = float {{0.5}}>() r = {operator}(p) y = Add(x, r) }}"
    assert op_types(prepared(text)) == [operator, "Add"]


def test_known_sizes_become_constants():
    model = prepared("g (float[N, 4] x) => (y) { s = Shape(x) i = Constant<value_int = 1>() y = Gather(s, i) }")
    assert op_types(model) == []
    assert model.graph.outputs[0].const_value.numpy() == 4


def test_sizes_that_are_fixed_become_constants():
    model = prepared("g (float[N, 4] x) => (y) { s = Shape(x) t = Cast<to = 1>(s) y = Add(t, t) }", fixed={"N": 3})
    assert model.graph.outputs[0].const_value.numpy().tolist() == [6, 8]


def test_live_sizes_stay():
    model = prepared("g (float[N, 4] x) => (y) { y = Shape(x) }")
    assert op_types(model) == ["Shape"]
    assert str(shapes.contents(model.graph.outputs[0]).tolist()) == "[N, 4]"


BRANCHES = """g (float[N, 4] x) => (y) {{
    one = Constant<value_ints = [{axis}]>()
    size = Shape(x) i = Gather(size, one) four = Constant<value_ints = [4]>() c = Equal(i, four)
    y = If(c) <then_branch = a () => (p) {{ h = Relu(x) p = Neg(h) }},
               else_branch = b () => (p) {{ h = Abs(x) p = Neg(h) }}>
}}"""


def test_a_decided_branch_is_taken():
    model = prepared(BRANCHES.format(axis=1))
    assert op_types(model) == ["Relu", "Neg"]
    assert run(model, x=np.float32([[1, -2, 3, -4]]))[0].tolist() == [[-1, 0, -3, 0]]
    assert [output.name for output in model.graph.outputs] == ["y"]


def test_a_branch_that_depends_on_a_live_size_stays():
    assert op_types(prepared(BRANCHES.format(axis=0)))[-1] == "If"


def test_branches_that_share_names_keep_them_apart():
    text = """g (float[N] x) => (y, z) {
        c = Constant<value = bool {1}>()
        y = If(c) <then_branch = a () => (p) { h = Relu(x) p = Neg(h) }, else_branch = b () => (p) { p = Abs(x) }>
        z = If(c) <then_branch = a () => (p) { h = Exp(x) p = Neg(h) }, else_branch = b () => (p) { p = Abs(x) }>
    }"""
    model = prepared(text)
    names = [output.name for node in model.graph for output in node.outputs]
    assert len(names) == len(set(names))
    y, z = run(model, x=np.float32([2]))
    assert y == -2 and z == pytest.approx(-np.exp(2))


LOOP = """g (float[N] x, bool live) => (y) {{
    n = Constant<value = int64 {{{count}}}>() c = Constant<value = bool {{{condition}}}>()
    y = Loop(n, c, x) <body = b (int64 i, bool go, float[N] s) => (bool go_on, float[N] t) {{
        go_on = Identity(go) t = Neg(s)
    }}>
}}"""


@pytest.mark.parametrize(("count", "condition", "left"), [(0, 1, "Identity"), (3, 0, "Identity"), (3, 1, "Loop")])
def test_a_loop_that_never_starts_gives_what_it_was_given(count, condition, left):
    model = prepared(LOOP.format(count=count, condition=condition))
    assert op_types(model) == [left]
    assert [output.name for output in model.graph.outputs] == ["y"]


def test_copies_go_and_outputs_keep_their_names():
    text = """g (float[N] x) => (y, z, copied, w) {
        a = Identity(x) b = Relu(a) y = Identity(b) z = Identity(b) copied = Identity(x) w = Neg(y)
    }"""
    model = prepared(text)
    assert [output.name for output in model.graph.outputs] == ["y", "z", "copied", "w"]
    assert sorted(op_types(model)) == ["Identity", "Identity", "Neg", "Relu"]
    assert [value.tolist() for value in run(model, x=np.float32([1, -1]))] == [[1, 0], [1, 0], [1, -1], [-1, 0]]


def test_weights_are_no_inputs():
    model = model_of("g (float[N] x, float[2] w) => (y) { y = Add(x, w) }")
    weight = model.graph.inputs[1]
    weight.const_value = ir.tensor(np.float32([1, 2]), name="w")
    model.graph.register_initializer(weight)
    folding.prepare(model)
    assert [value.name for value in model.graph.inputs] == ["x"]
    assert model.meta["overridable_initializers"] == ["w"]


def test_what_nobody_reads_is_removed():
    model = prepared("g (float[N] x) => (y) { a = Constant<value_ints = [1, 2]>() b = Relu(x) y = Neg(x) }")
    assert op_types(model) == ["Neg"] and not model.graph.initializers


def test_preparing_twice_is_preparing_once():
    model = prepared(BRANCHES.format(axis=0))
    before = str(ir.to_proto(model))
    assert str(ir.to_proto(folding.prepare(model))) == before


def _load_cases():
    spec = importlib.util.spec_from_file_location("model_cases", MODELS / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# bfloat16, which ONNX Runtime's Python interface doesn't take; a sparse weight, which is lost without `reading`;
# quantised models whose results depend on the machine.
NOT_RUN = {"ort_java_java-bf16-to-fp32", "sparse_initializer", "q_bert_dynamic", "q_lstm_dynamic"}


def test_folded_models_compute_their_references():
    if not (MODELS / "manifest.json").exists():
        pytest.skip(f"the test models are not at {MODELS}")
    runtime, cases = pytest.importorskip("onnxruntime"), _load_cases()
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    wrong = []
    for entry in json.loads((MODELS / "manifest.json").read_text())["models"]:
        if "main" not in entry.get("tags", ()) or entry["name"] in NOT_RUN:
            continue
        model = folding.prepare(ir.load(MODELS / entry["file"]))
        session = runtime.InferenceSession(ir.to_proto(model).SerializeToString(), options)
        for inputs, outputs in cases.load((MODELS / entry["file"]).with_suffix(".npz"), list(_names(model))):
            asked = {value.name: inputs[value.name] for value in session.get_inputs()}
            results = dict(zip([output.name for output in session.get_outputs()], session.run(None, asked)))
            errors = [cases.compare(results[name], outputs[name], entry["tolerance"]) for name in outputs]
            wrong += [(entry["name"], error) for error in errors if error]
    assert not wrong


def _names(model: ir.Model):
    return (value.name for value in [*model.graph.inputs, *model.graph.outputs])
