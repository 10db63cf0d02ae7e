"""Models of old opsets compute the same after they are upgraded."""

import numpy as np
import onnx
import onnx.defs
import onnx_ir as ir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onnx_keras.graph.upgrades import NEWEST, MissingStep, Problem, missing_steps, registry, upgrade_model
from onnx_keras.graph.upgrades.registry import neighbours, stays, steps_after
from tests.graph.upgrade_cases import AGAINST_NUMPY, AGAINST_RUNTIME, REFUSED
from tests.graph.upgrade_runs import (
    feeds_of,
    model,
    problems,
    run_evaluator,
    run_newest,
    run_runtime,
    same,
    upgraded,
)

OPERATORS = sorted({(schema.domain, schema.name) for schema in onnx.defs.get_all_schemas_with_history()})
SCHEMAS = {(s.domain, s.name, s.since_version): s for s in onnx.defs.get_all_schemas_with_history()}


@pytest.mark.parametrize("inferred", [False, True], ids=["unknown_shapes", "known_shapes"])
@pytest.mark.parametrize("why", AGAINST_RUNTIME)
def test_upgraded_model_computes_what_the_old_one_does(why, inferred):
    opset, graph = AGAINST_RUNTIME[why]
    proto = model(graph, opset)
    feeds = feeds_of(proto)
    known = onnx.shape_inference.infer_shapes(proto) if inferred else proto
    same(run_newest(upgraded(known), feeds), run_runtime(proto, feeds))


@pytest.mark.parametrize("why", AGAINST_NUMPY)
def test_upgraded_model_computes_what_the_specification_says(why):
    opset, graph, compute = AGAINST_NUMPY[why]
    proto = model(graph, opset, ai_onnx_ml=1)
    feeds = feeds_of(proto)
    feeds = {name: np.abs(feed) if name == "v" else feed for name, feed in feeds.items()}
    want = compute(*feeds.values())
    same(run_newest(upgraded(proto), feeds), list(want) if isinstance(want, tuple) else [want])


@pytest.mark.parametrize("why", {**AGAINST_RUNTIME, **AGAINST_NUMPY})
def test_upgrading_twice_is_upgrading_once(why):
    opset, graph, *_ = {**AGAINST_NUMPY, **AGAINST_RUNTIME}[why]
    once = upgraded(model(graph, opset, ai_onnx_ml=1))
    assert upgraded(once) == once
    assert once.opset_import[0].version == NEWEST[""]


def test_a_gru_of_revision_1_may_misspell_forward():
    graph = (
        "(float[3,2,4] x, float[1,6,4] w, float[1,6,2] r) => (float[1,2,2] h) "
        '{ y, h = GRU<hidden_size=2,direction="foward",output_sequence=1>(x, w, r) }'
    )
    (node,) = upgraded(model(graph, 1)).graph.node
    attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    assert attributes == {"hidden_size": 2, "direction": b"forward"}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.integers(1, 3), min_size=1, max_size=4), st.booleans())
def test_any_part_of_a_shape_is_broadcast(data, shape, known):
    axis = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(axis + 1, len(shape)))
    part = shape[axis:end]
    body = f"{{ r = Neg(a) y = Sub<broadcast=1,axis={axis}>(r, b) }}"
    proto = model(f"(float{shape} a, float{part} b) => (float{shape} y) {body}", 6)
    if known:
        proto = onnx.shape_inference.infer_shapes(proto)
    feeds = feeds_of(proto)
    aligned = feeds["b"].reshape(part + [1] * (len(shape) - end))
    same(run_newest(upgraded(proto), feeds), [-feeds["a"] - aligned])


def test_names_stay_and_new_ones_are_unique():
    proto = model("(float[2,3,4] x) => (float[2,3,4] y) { a = Relu(x) [soft] b = Softmax(a) y = Neg(b) }", 11)
    proto.graph.node[2].name = "soft/Flatten"
    nodes = upgraded(proto).graph.node
    assert [(node.op_type, node.name, *node.output) for node in nodes] == [
        ("Relu", "", "a"),
        ("Flatten", "soft/Flatten_2", "soft/Flatten_2:0"),
        ("Softmax", "soft/Softmax", "soft/Softmax:0"),
        ("Shape", "soft/Shape", "soft/Shape:0"),
        ("Reshape", "soft", "b"),
        ("Neg", "soft/Flatten", "y"),
    ]


def test_weights_keep_their_names_and_new_constants_are_marked():
    proto = model(
        "(float[2,3] x) => (float[2,3] y) <float[3] s = {1,2,3}, float[3] v = {1,1,1}> "
        "{ a = BatchNormalization<is_test=1>(x, s, s, s, v) y = Dropout<is_test=1>(a) }",
        6,
    )
    parsed = ir.from_proto(proto)
    assert upgrade_model(parsed) == []
    batch_normalization, dropout = parsed.graph
    assert [value.name for value in batch_normalization.inputs] == ["x", "s", "s", "s", "v"]
    assert not batch_normalization.inputs[1].meta.get("from_constant_node")
    assert dropout.inputs[1].meta["from_constant_node"] and dropout.inputs[1].const_value.numpy() == 0.5
    assert set(parsed.graph.initializers) == {"s", "v", dropout.inputs[1].name}


def test_bodies_are_upgraded():
    proto = model(
        "(bool c, float[2,3,4] x) => (float[2,3,4] y) { y = If(c) <"
        "then_branch = t () => (float[2,3,4] a) { a = Softmax(x) }, else_branch = e () => (float[2,3,4] b) "
        "{ s = ReduceSum<axes=[1]>(x) b = Add(x, s) }> }",
        11,
    )
    for condition in (True, False):
        feeds = {**feeds_of(proto), "c": np.array(condition)}
        same(run_newest(upgraded(proto), feeds), run_runtime(proto, feeds))


FUNCTION = """
<ir_version: 8, opset_import: ["" : 18, "f" : 1]> g (float[2,3,4] x) => (float[2,3,4] y) { y = f.soft<axis=1>(x) }
<domain: "f", opset_import: ["ai.onnx" : 11]> soft ATTRIBUTES (a) => (b) {
  c = Softmax<AXIS>(a) d = Unsqueeze<axes=[0]>(c) b = Squeeze<axes=[0]>(d)
}
"""


def function_of(attributes: str, axis: str) -> onnx.ModelProto:
    text = FUNCTION.replace("ATTRIBUTES", attributes).replace("AXIS", axis)
    return onnx.parser.parse_model(text if attributes else text.replace("<axis=1>(x)", "(x)"))


def test_functions_are_upgraded_from_their_own_opset():
    proto = function_of("", "axis = 1")
    newest = upgraded(proto)
    assert [opset.version for opset in newest.functions[0].opset_import] == [28]
    feeds = feeds_of(proto)
    plain = model("(float[2,3,4] x) => (float[2,3,4] y) { y = Softmax<axis=1>(x) }", 11)
    same(run_evaluator(newest, feeds), run_runtime(plain, feeds))


def test_a_function_may_bear_the_name_of_an_operator():
    proto = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["" : 11, "f" : 1]> g (float[2] x) => (float[2] y) { y = f.Softmax(x) }
        <domain: "f", opset_import: ["" : 11]> Softmax (a) => (b) { b = Neg(a) }"""
    )
    assert [node.op_type for node in upgraded(proto).graph.node] == ["Softmax"]


def test_operators_of_other_domains_stay():
    proto = model("(float[2] x) => (float[2] y) { y = com.acme.Softmax<axis=1>(x) }", 11, com_acme=1)
    newest = upgraded(proto)
    assert newest.graph.node == proto.graph.node
    assert {opset.domain: opset.version for opset in newest.opset_import} == {"": 28, "com.acme": 1}


def test_files_without_opsets_are_of_opset_1():
    proto = model("(float[2,3] x) => (float[2,6] y) { y = Concat(x, x) }", 1, ir_version=2)
    del proto.opset_import[:]
    newest = upgraded(proto)
    assert newest.graph.node[0].attribute[0].i == 1
    assert (newest.ir_version, newest.opset_import[0].version) == (14, 28)


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_says_why(why):
    opset, graph, op_type, version, reason = REFUSED[why]
    domain = "ai.onnx.ml" if op_type == "Binarizer" else ""
    assert problems(model(graph, opset)) == [Problem(op_type, domain, version, "n", reason)]


def test_every_problem_is_reported_at_once():
    proto = model("(float[2] x) => (float[2] y) { [one] a = Rulo(x) [two] b = Softmax(a) [three] y = ATen(b) }", 11)
    assert [(problem.op_type, problem.node) for problem in problems(proto)] == [("Rulo", "one"), ("ATen", "three")]


def test_an_attribute_of_a_function_call_is_refused():
    (problem,) = problems(function_of("<axis>", "axis: int = @axis"))
    assert problem.reason == (
        "its attribute 'axis' is that of the calls of its function, and a revision as old as this can only be "
        "rewritten for one value"
    )


def test_an_encoder_of_unknown_direction_is_refused():
    encoder = 'ai.onnx.ml.LabelEncoder<classes_strings=["b"]>'
    graph = f"(float[3] x) => (int64[3] y) {{ a = com.acme.Names(x) y = {encoder}(a) }}"
    (problem,) = problems(model(graph, 9, ai_onnx_ml=1, com_acme=1))
    assert problem.reason == "the type of its input isn't known, and so not whether it reads names or positions"


def test_no_step_of_any_operator_is_missing():
    assert missing_steps(key for key in OPERATORS if key[0] in NEWEST) == []


def test_a_missing_step_is_found(monkeypatch):
    monkeypatch.delitem(registry._RULES, ("", "Softmax"))
    assert missing_steps([("", "Softmax"), ("", "Relu")]) == [
        MissingStep("", "Softmax", 1, 11),
        MissingStep("", "Softmax", 11, 13),
    ]
    (problem,) = problems(model("(float[2] x) => (float[2] y) { y = Softmax(x) }", 11))
    assert problem.reason == "nothing is known of the step from revision 11 to 13"


def test_the_newest_opsets_of_onnx_are_known():
    assert NEWEST[""] == onnx.defs.onnx_opset_version()
    assert NEWEST["ai.onnx.ml"] == onnx.helper.VERSION_TABLE[-1][3]


def contradictions(domain: str, op_type: str, old: int, new: int):
    """What a valid node of the old revision may have that the new one doesn't take, or takes as something else."""
    before, after = SCHEMAS[domain, op_type, old], SCHEMAS[domain, op_type, new]
    for name, attribute in before.attributes.items():
        now = after.attributes.get(name)
        if now is None or (now.type, now.default_value) != (attribute.type, attribute.default_value):
            yield op_type, old, new, name
    for name in set(after.attributes) - set(before.attributes):
        if after.attributes[name].required:
            yield op_type, old, new, name
    if after.min_input > before.min_input or after.max_input < before.max_input or after.max_output < before.max_output:
        yield op_type, old, new, "number of inputs or outputs"
    for was, now in zip(before.inputs, after.inputs):
        if not was.types <= now.types:
            yield op_type, old, new, was.name, sorted(was.types - now.types)


def test_a_node_stays_valid_where_a_step_is_declared_equivalent():
    found = []
    for domain, op_type in OPERATORS:
        rules = dict(steps_after(domain, op_type, 0)) if domain in NEWEST else {}
        for old, new in neighbours(domain, op_type):
            if rules.get(new) is stays:
                found += contradictions(domain, op_type, old, new)
    assert found == []


def test_every_rule_leads_to_a_revision_that_exists():
    for domain, op_type in OPERATORS:
        if domain in NEWEST:
            revisions = {schema.since_version for key, schema in SCHEMAS.items() if key[:2] == (domain, op_type)}
            assert {version for version, rule in steps_after(domain, op_type, 0) if rule} <= revisions
