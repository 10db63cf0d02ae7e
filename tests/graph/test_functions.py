"""Functions and operators that ONNX defines by others compute the same when their bodies stand in their place."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph import functions, shapes
from onnx_keras.graph.upgrades import upgrade_model


def no_layer(domain, op_type) -> bool:
    return False


def model_of(text: str, imports: str = '"": 21, "local": 1') -> ir.Model:
    return ir.from_proto(onnx.parser.parse_model(f"<ir_version: 10, opset_import: [{imports}]>\n{text}"))


def op_types(model: ir.Model) -> list[str]:
    return [node.op_type for node in model.graph]


def run(model: ir.Model, **inputs):
    return onnx.reference.ReferenceEvaluator(ir.to_proto(model)).run(None, inputs)


TWICE = """
<domain: "local", opset_import: ["": 21]>
Twice (a) => (b) { b = Add(a, a) }
"""


def test_functions_of_the_model_are_inlined():
    model = model_of(f"g (float[N] x) => (y) {{ h = local.Twice(x) y = local.Twice(h) }} {TWICE}")
    assert functions.inline(model, no_layer) == []
    assert op_types(model) == ["Add", "Add"] and not model.functions
    assert run(model, x=np.float32([3]))[0] == 12


def test_functions_with_a_layer_stay():
    model = model_of(f"g (float[N] x) => (y) {{ y = local.Twice(x) }} {TWICE}")
    functions.inline(model, lambda domain, op_type: (domain, op_type) == ("local", "Twice"))
    assert op_types(model) == ["Twice"] and model.functions


def test_a_function_that_returns_its_input_keeps_all_names():
    text = """g (float[N] x) => (y, z) { y, z = local.Both(x) }
    <domain: "local", opset_import: ["": 21]> Both (a) => (a, a) { b = Neg(a) }"""
    model = model_of(text)
    functions.inline(model, no_layer)
    assert [value.name for value in [*model.graph.inputs, *model.graph.outputs]] == ["x", "y", "z"]
    assert [output.item() for output in run(model, x=np.float32([3]))] == [3, 3]


def test_calls_may_leave_outputs_out():
    text = """g (float[N] x) => (y) { y = local.Two(x) }
    <domain: "local", opset_import: ["": 21]> Two (a) => (b, c) { b = Neg(a) c = Abs(a) }"""
    model = model_of(text)
    functions.inline(model, no_layer)
    assert run(model, x=np.float32([3]))[0] == -3


def test_names_stay_unique():
    model = model_of(f"g (float[N] b) => (y) {{ h = local.Twice(b) i = local.Twice(h) y = Neg(i) }} {TWICE}")
    functions.inline(model, no_layer)
    names = [output.name for node in model.graph for output in node.outputs]
    assert len({*names, "b"}) == len(names) + 1


def test_functions_of_another_opset_are_upgraded():
    text = """g (float[2, 3] x) => (y) { y = local.Flat(x) }
    <domain: "local", opset_import: ["": 11]> Flat (a) => (b) { b = Softmax(a) }"""
    model = model_of(text)
    assert functions.inline(model, no_layer) == []
    assert run(model, x=np.float32([[1, 2, 3], [1, 2, 3]]))[0].sum() == pytest.approx(2)


def test_functions_that_call_themselves_are_refused():
    text = """g (float[N] x) => (y) { y = local.Ever(x) }
    <domain: "local", opset_import: ["": 21, "local": 1]> Ever (a) => (b) { b = local.Ever(a) }"""
    with pytest.raises(InvalidModelError, match=r"calls itself: .*local::Ever -> local::Ever"):
        functions.inline(model_of(text), no_layer)


def newest(text: str) -> ir.Model:
    model = model_of(text, '"": 21')
    upgrade_model(model)
    return shapes.infer(model)


def expanded(text: str, *layers: str) -> ir.Model:
    model = newest(text)
    for _ in range(8):
        if not functions.inline_operators(model, lambda domain, op_type: op_type in layers):
            break
        shapes.infer(model)
    return model


@pytest.mark.parametrize(
    "call",
    [
        "Mish(x)",
        "Gelu<approximate = 'tanh'>(x)".replace("'", '"'),
        "LayerNormalization<axis = -1, epsilon = 0.1>(x, s, s)",
        "HardSigmoid<alpha = 0.3>(x)",
        "Softmax<axis = 0>(x)",
        "CastLike(i, x)",
        "Clip(x, low)",
        "Shrink<lambd = 0.7>(x)",
    ],
)
def test_operators_without_a_layer_become_their_definition(call):
    text = f"""g (float[2, 3] x, float[3] s, int64[2] i, float low) => (y) {{ y = {call} }}"""
    rng = np.random.default_rng(0)
    inputs = {"x": rng.normal(size=(2, 3)), "s": rng.normal(size=3), "low": np.array(-0.5)}
    inputs = {name: array.astype(np.float32) for name, array in inputs.items()} | {"i": np.arange(2)}
    model, whole = expanded(text), newest(text)
    used = {name: inputs[name] for name in [value.name for value in model.graph.inputs]}
    assert call.partition("<")[0].partition("(")[0] not in op_types(model)
    np.testing.assert_allclose(run(model, **used)[0], run(whole, **used)[0], rtol=1e-5)


def test_operators_with_a_layer_stay():
    assert op_types(expanded("g (float[2] x) => (y) { y = Mish(x) }", "Mish")) == ["Mish"]


def test_unknown_operators_stay():
    model = model_of("g (float[2] x) => (y) { y = acme.Fuse(x) }", '"": 28, "acme": 1')
    assert not functions.inline_operators(shapes.infer(model), no_layer)


def test_what_is_put_in_is_named_after_its_node():
    model = newest("g (float[2] x) => (y) { y = Mish(x) }")
    model.graph[0].name = "head/act"
    functions.inline_operators(model, no_layer)
    assert all(node.name.startswith("head/act/") for node in model.graph)
    assert model.graph.outputs[0].name == "y"
