"""Reading: what a model may come from, and the one clear error for each way a file can be wrong."""

import io
import pathlib

import onnx
import onnx_ir as ir
import pytest
from onnx import helper

from onnx_keras.errors import InvalidModelError, UnsupportedModelError
from onnx_keras.graph.reading import read
from tests.graph.written import ADD, IF, changed, graph, parse, refused


@pytest.fixture
def path(tmp_path):
    onnx.save(parse(ADD), tmp_path / "add.onnx")
    return tmp_path / "add.onnx"


def test_every_kind_of_source_gives_the_same_graph(path):
    sources = [
        path,
        str(path),
        path.read_bytes(),
        io.BytesIO(path.read_bytes()),
        path.open("rb"),
        parse(ADD),
        ir.from_proto(parse(ADD)),
    ]
    for source in sources:
        model = read(source)
        assert [node.op_type for node in model.graph] == ["Add"]
        assert model.graph.initializers["w"].const_value.numpy().tolist() == [1, 2]


def test_sources_are_not_changed():
    proto = changed(lambda m: m.graph.node.add(op_type="Identity", input=["x"], output=["z"]))
    before = proto.SerializeToString()
    read(proto).graph.initializers["w"].name = "renamed"
    assert proto.SerializeToString() == before
    model = ir.from_proto(proto)
    model_again = read(model)
    model_again.graph.remove(model_again.graph[1])
    assert len(model.graph) == 2
    assert model_again.graph.initializers["w"].const_value is model.graph.initializers["w"].const_value


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "It is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer of git-lfs.*git lfs pull"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "not ONNX but a PNG image"),
        (b"PK\x03\x04" + bytes(20), "not ONNX but a zip archive"),
        (b"<!DOCTYPE html><html></html>", "not ONNX but HTML or XML"),
        (b'<ir_version: 8, opset_import: ["" : 17]>', "not ONNX but ONNX in text form"),
        (b"hello, this is a text", "text that begins b'hello"),
        (bytes([255, 3, 17, 200, 100]) * 30, "not ONNX, or damaged"),
        (b"\x08\x0a", "It holds no graph"),
        (parse(ADD).SerializeToString()[:-20], "It is cut off: it announces at least"),
    ],
)
def test_what_is_not_onnx_is_named(content, match):
    refused(content, match)


def test_the_message_names_the_file(tmp_path):
    (tmp_path / "image.onnx").write_bytes(b"\x89PNG")
    refused(tmp_path / "image.onnx", "image.onnx' can't be read. It is not ONNX but a PNG image.")
    refused(tmp_path / "absent.onnx", "absent.onnx' can't be read. The file can't be opened: No such file")
    refused(tmp_path, "can't be opened: Is a directory")
    refused("null\0byte", "can't be opened: embedded null byte")


def test_wrong_sources_are_named(path):
    refused(12, "not from int")
    refused(io.StringIO("text"), "gives str, not bytes. Open it in mode 'rb'")


def test_files_beyond_two_gigabytes_are_refused_before_they_are_read(tmp_path):
    huge = tmp_path / "huge.onnx"
    with huge.open("wb") as file:
        file.truncate(2**31 + 5)
    refused(huge, "has 2147483653 bytes.*Save its weights as external data")


def nested(depth):
    model = parse(ADD)
    inner = model.graph
    for _ in range(depth):
        inner = inner.node.add(op_type="If").attribute.add(name="then_branch", type="GRAPH").g
    return model


def test_endless_nesting_is_refused():
    refused(nested(60), "nested more than 100 messages deep")
    refused(nested(60).SerializeToString(), "nested too deeply")


@pytest.mark.parametrize(
    ("change", "match", "error"),
    [
        (
            lambda m: m.ClearField("opset_import"),
            "Operator set '' is not imported, but the Add node that makes 'y' needs it",
            InvalidModelError,
        ),
        (
            lambda m: setattr(m.opset_import[0], "version", 0),
            "Operator set '' is imported in version 0",
            InvalidModelError,
        ),
        (
            lambda m: setattr(m.opset_import[0], "version", 99),
            "in version 99, and onnx .* up to",
            UnsupportedModelError,
        ),
        (lambda m: m.opset_import.add(domain="", version=7), "imported in versions 7, 21", InvalidModelError),
        (lambda m: setattr(m, "ir_version", 1000), "IR version 1000", UnsupportedModelError),
        (lambda m: m.ClearField("graph"), "holds no graph", InvalidModelError),
        (
            lambda m: setattr(m.graph.node[0], "domain", "acme"),
            "Operator set 'acme' is not imported",
            InvalidModelError,
        ),
    ],
)
def test_headers_are_checked(change, match, error):
    refused(changed(change), match, error)


def test_operator_sets_that_go_without_saying_are_added():
    model = graph("y = com.microsoft.FusedGelu(x)")
    assert read(model).graph.opset_imports == {"": 21, "com.microsoft": 1}
    old = changed(lambda m: m.ClearField("opset_import"))
    old.ir_version = 2
    assert read(old).graph.opset_imports == {"": 1}


def test_the_two_names_of_the_standard_domain_are_one():
    assert read(graph("y = Relu(x)", imports='"ai.onnx" : 21')).graph.opset_imports == {"": 21}


def test_names_that_are_not_utf8_are_refused():
    content = graph("yyyy = Relu(x)", "(float[2] x) => (float[2] yyyy)").SerializeToString()
    refused(content.replace(b"yyyy", b"\xff\xfe\xfd\xfc"), r"graph\[0\].node\[0\].output is b'\\xff.*not UTF-8")


@pytest.mark.parametrize(
    ("change", "match", "error"),
    [
        (lambda m: m.graph.input[0].ClearField("type"), "Input 'x' has no element type", InvalidModelError),
        (
            lambda m: setattr(m.graph.input[0].type.tensor_type, "elem_type", 99),
            "Input 'x' has the unknown element type 99",
            InvalidModelError,
        ),
        (
            lambda m: setattr(m.graph.output[0].type.tensor_type.shape.dim[0], "dim_value", -7),
            "Output 'y' has size -7 at axis 0",
            InvalidModelError,
        ),
        (
            lambda m: m.graph.input[0].type.sequence_type.elem_type.Clear(),
            "'x' is a sequence that does not say of what",
            InvalidModelError,
        ),
        (lambda m: m.graph.input[0].type.opaque_type.SetInParent(), "'x' is of an opaque type", UnsupportedModelError),
        (
            lambda m: m.graph.input[0].type.sparse_tensor_type.SetInParent(),
            "'x' is a sparse tensor",
            UnsupportedModelError,
        ),
    ],
)
def test_types_are_checked(change, match, error):
    refused(changed(change), match, error)


def test_minus_one_is_an_unknown_size():
    read(changed(lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[0], "dim_value", -1)))


@pytest.mark.parametrize(
    ("model", "match"),
    [
        (graph("y = Add(x, nowhere)"), "The Add node that makes 'y' reads 'nowhere', which nothing makes"),
        (graph("z = Relu(x)"), "Nothing makes 'y', an output of the graph"),
        (graph("y = Relu(x) y = Abs(x)"), "'y' is made more than once"),
        (graph("x = Relu(x) y = Abs(x)"), "'x' is made more than once"),
        (
            graph("y = Relu(x)", "(float[2] x, float[2] x) => (float[2] y)"),
            "'x' is an input of the graph more than once",
        ),
        (graph("y = Relu(x)", "(float[2] x) => (float[2] y, float[2] y)"), "output 'y' is listed more than once"),
        (
            graph("y = Add(x, a) a = Relu(b) b = Abs(a)"),
            "2 nodes of the graph wait for each other: the Abs.* -> the Relu|the Relu.* -> the Abs",
        ),
        (
            changed(lambda m: m.graph.initializer.append(m.graph.initializer[0])),
            "'w' is an initializer of the graph more than once",
        ),
        (changed(lambda m: m.graph.initializer[0].ClearField("name")), "The graph has an initializer without a name"),
    ],
)
def test_names_are_checked(model, match):
    refused(model, match)


def test_problems_of_a_kind_come_in_one_message_with_a_limit():
    model = graph("y = Relu(x)" + "".join(f"y{i} = Add(x, gone{i})" for i in range(9)))
    refused(model, r"(?s)9 problems:.*'gone4'.*\.\.\. and 4 more\.")


def test_nodes_are_sorted_silently():
    model = read(graph("y = Add(a, b) b = Abs(a) a = Relu(x)"))
    assert [node.op_type for node in model.graph] == ["Relu", "Abs", "Add"]


def test_bodies_read_names_from_outside():
    read(parse(IF.format(before="", then="a = Relu(x)", after="")))
    model = read(parse(IF.format(before="", then="a = Relu(later)", after="later = Neg(x)")))
    assert [node.op_type for node in model.graph] == ["Neg", "If"]


def test_bodies_are_checked():
    refused(parse(IF.format(before="", then="a = Relu(gone)", after="")), "reads 'gone', which nothing makes")
    refused(parse(IF.format(before="", then="a = Relu(y)", after="")), "wait for each other")
    refused(
        parse(IF.format(before="a = Neg(x)", then="z = Neg(x)", after="")),
        "returns 'a' of the graph around it, which needs an Identity",
    )
    broken = parse(IF.format(before="", then="a = Relu(x)", after=""))
    del broken.graph.node[0].attribute[1].g.output[:]
    refused(broken, "The else_branch of the If node that makes 'y' has 0 outputs; 1 are asked of it")


def test_branches_that_list_what_they_capture_are_repaired():
    model = parse(IF.format(before="", then="a = Relu(x)", after=""))
    model.graph.node[0].attribute[0].g.input.add(name="x")
    (node,) = read(model).graph
    assert node.attributes["then_branch"].value.inputs == []
    assert node.attributes["then_branch"].value[0].inputs[0].name == "x"


def test_nodes_without_outputs_are_dropped():
    assert len(read(changed(lambda m: m.graph.node.add(op_type="If"))).graph) == 1


def attribute(name, **fields):
    return lambda m: m.graph.node[0].attribute.add(name=name, **fields)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("y = Relu(x, x)", "the Relu node that makes 'y' has 2 inputs; Relu of version 14 takes 1"),
        ("y = Concat(x)", "the Concat node that makes 'y' lacks the attribute 'axis'"),
        ("y = Concat <axis = 1.5> (x)", "attribute 'axis' of the Concat.* is FLOAT; Concat of version 13 takes INT"),
        ("y = Relu <alpha = 1> (x)", "has the attribute 'alpha', which Relu of version 14 does not know"),
        ("y, z = Relu(x)", "has 2 outputs; Relu of version 14 has 1"),
        ("y = Add(, x)", "lacks its input A"),
    ],
)
def test_nodes_are_checked_against_their_operator(text, match):
    refused(graph(text), "(?i)" + match)


def test_the_revision_of_the_model_counts():
    read(graph("y = Squeeze <axes = [0]> (x)", imports='"" : 11'))
    refused(graph("y = Squeeze <axes = [0]> (x)"), "'axes', which Squeeze of version 21 does not know")


def test_unknown_operators_are_left_to_others():
    read(graph("y = Unheard <alpha = 1> (x)"))
    read(graph("y = acme.Unheard(x)", imports='"" : 21, "acme" : 1'))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (attribute("axis", i=1), "Attribute 'axis' .* has no type"),
        (attribute("axis", type="INT", f=1.0), "is announced as INT and holds a value in 'f'"),
        (attribute("value", type="TENSOR"), "is announced as TENSOR and holds no value"),
        (attribute("text", type="STRING", s=b"\xff"), "holds text that is not UTF-8"),
        (
            attribute("axis", type="INT", ref_attr_name="axis"),
            "refers to attribute 'axis' of a function, but stands in none",
        ),
        (
            lambda m: m.graph.node[0].attribute.extend([helper.make_attribute("a", 1)] * 2),
            "has attribute 'a' more than once",
        ),
        (lambda m: m.graph.node[0].ClearField("op_type"), "names no operator"),
    ],
)
def test_attributes_are_checked(change, match):
    refused(changed(change), match)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (
            '<domain: "f", opset_import: ["" : 21, "f" : 1]> F (a) => (b) { b = f.F(a) }',
            "Functions call themselves: 'F' -> 'F'",
        ),
        (
            '<domain: "f", opset_import: ["" : 21]> F (a) => (b) { b = Add(a, nowhere) }',
            "reads 'nowhere', which nothing makes",
        ),
        (
            '<domain: "f", opset_import: ["" : 21]> F (a) => (c) { b = Relu(a) }',
            "Nothing makes 'c', an output of function 'F'",
        ),
        ('<domain: "f", opset_import: ["" : 21]> F <alpha> (a) => (b) { b = Relu(a) }', "lacks the attribute 'alpha'"),
        (
            '<domain: "f", opset_import: ["" : 21]> F () => (b) { b = Constant <value_int = 1> () }',
            "has 1 inputs; its function has 0",
        ),
        (
            '<domain: "f", opset_import: ["" : 21]> F (a) => (b) { b = Concat <axis: int = @gone> (a) }',
            "attribute 'gone', which function 'F' does not have",
        ),
    ],
)
def test_functions_are_checked(text, match):
    main = '<ir_version: 10, opset_import: ["" : 21, "f" : 1]> g (float[2] x) => (float[2] y) { y = f.F(x) }'
    refused(parse(f"{main}\n{text}"), match)


def test_functions_that_grow_without_bound_are_refused():
    text = '<ir_version: 10, opset_import: ["" : 21, "f" : 1]> g (float[2] x) => (float[2] y) { y = f.F29(x) }\n'
    text += '<domain: "f", opset_import: ["" : 21]> F0 (a) => (b) { b = Relu(a) }\n'
    for level in range(1, 30):
        calls = f"c = f.F{level - 1}(a) b = f.F{level - 1}(c)"
        text += f'<domain: "f", opset_import: ["" : 21, "f" : 1]> F{level} (a) => (b) {{ {calls} }}\n'
    refused(parse(text), "make more than 1000000 nodes")


MODELS = pathlib.Path(__file__).parents[3] / "shared" / "models"
REFUSED = {
    "vespa_a.onnx": "It is empty",
    "ort_add_opset_314159.onnx": "in version 314159",
}


@pytest.mark.skipif(not MODELS.is_dir(), reason="the folder of test models, ../shared/models, is absent")
def test_every_test_model_is_read():
    refusals = {}
    for file in sorted(MODELS.glob("*/*.onnx")):
        try:
            read(file)
        except (InvalidModelError, UnsupportedModelError) as error:
            refusals[file.name] = str(error)
    assert refusals.keys() == REFUSED.keys()
    assert all(REFUSED[name] in message for name, message in refusals.items())
