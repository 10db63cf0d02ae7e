"""Reading: what a model may come from, and the one clear error for each way a file can be wrong."""

import io
import os
import pathlib

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper, numpy_helper

from onnx_keras.errors import InvalidModelError, UnsupportedModelError
from onnx_keras.graph.reading import read

ADD = """
<ir_version: 10, opset_import: ["" : 21]>
g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Add(x, w) }
"""


def parse(text):
    return onnx.parser.parse_model(text)


def graph(body, signature="(float[2] x) => (float[2] y)", imports='"" : 21'):
    return parse(f"<ir_version: 10, opset_import: [{imports}]> g {signature} {{ {body} }}")


def refused(model, match, error=InvalidModelError):
    with pytest.raises(error, match=match) as caught:
        read(model)
    assert len(str(caught.value)) < 3000


def changed(change, text=ADD):
    model = parse(text)
    change(model)
    return model


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


IF = """
<ir_version: 10, opset_import: ["" : 21]>
g (bool c, float[2] x) => (float[2] y) {{
  {before}
  y = If (c) <then_branch = t () => (float[2] a) {{ {then} }}, else_branch = e () => (float[2] b) {{ b = Abs(x) }}>
  {after}
}}
"""


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


def with_tensor(tensor):
    tensor.name = "w"
    return changed(lambda m: m.graph.initializer[0].CopyFrom(tensor))


@pytest.mark.parametrize(
    ("tensor", "match"),
    [
        (
            TensorProto(data_type=1, dims=[3], raw_data=bytes(8)),
            r"'w' has 8 bytes of data, but sizes \[3\] of type FLOAT need 12",
        ),
        (
            TensorProto(data_type=1, dims=[3], float_data=[1, 2]),
            r"'w' has 2 entries of data, but sizes \[3\] of type FLOAT need 3",
        ),
        (TensorProto(data_type=1, dims=[3]), "'w' has 0 entries of data"),
        (
            TensorProto(data_type=1, dims=[1], int64_data=[1]),
            "is of type FLOAT and stores its data in int64_data; float_data is its place",
        ),
        (
            TensorProto(data_type=1, dims=[1], float_data=[1], raw_data=bytes(4)),
            "stores its data twice, in float_data and raw_data",
        ),
        (TensorProto(data_type=8, dims=[1], raw_data=bytes(4)), "stores strings in raw_data"),
        (TensorProto(data_type=1, dims=[-1], float_data=[1]), "has the negative size -1"),
        (TensorProto(data_type=1, dims=[2**40, 2**40], float_data=[1]), "more than any memory holds"),
        (TensorProto(data_type=1, dims=[0, 2**62]), "more than any memory holds"),
        (TensorProto(data_type=1, dims=[1] * 65, float_data=[1]), "has 65 axes; 64 are possible"),
        (TensorProto(data_type=77, dims=[1], float_data=[1]), "unknown element type 77"),
        (TensorProto(data_type=0, dims=[1], float_data=[1]), "unknown element type 0"),
    ],
)
def test_tensors_have_as_much_data_as_their_sizes_ask_for(tensor, match):
    refused(with_tensor(tensor), match)


def test_packed_and_complex_tensors_count_their_entries():
    for tensor, shape in [
        (TensorProto(data_type=TensorProto.INT4, dims=[3], int32_data=[0x21, 0x03]), (3,)),
        (TensorProto(data_type=TensorProto.UINT2, dims=[5], raw_data=bytes(2)), (5,)),
        (TensorProto(data_type=TensorProto.COMPLEX64, dims=[2], float_data=[1, 2, 3, 4]), (2,)),
        (TensorProto(data_type=1, dims=[0]), (0,)),
    ]:
        model = with_tensor(tensor)
        model.graph.node[0].op_type, model.graph.node[0].domain = "Custom", "com.microsoft"
        assert read(model).graph.initializers["w"].const_value.numpy().shape == shape


def save_external(
    folder, location="w.bin", offset=None, length=None, data=None, dims=(2,), data_type=TensorProto.FLOAT
):
    tensor = TensorProto(data_type=data_type, dims=dims, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))
    if data is not None:
        (folder / location).write_bytes(data)
    (folder / "m.onnx").write_bytes(with_tensor(tensor).SerializeToString())
    return folder / "m.onnx"


def weight(model):
    return model.graph.initializers["w"].const_value


FLOATS = np.arange(4, dtype=np.float32)


def test_weights_in_other_files_are_mapped(tmp_path):
    path = save_external(tmp_path, offset=8, length=8, data=FLOATS.tobytes())
    tensor = weight(read(path))
    assert isinstance(tensor, ir.ExternalTensor)
    assert tensor.numpy().tolist() == [2, 3]
    assert not tensor.numpy().flags.owndata
    with path.open("rb") as file:
        assert weight(read(file)).numpy().tolist() == [2, 3]


def test_weights_are_found_after_a_change_of_folder(tmp_path, monkeypatch):
    save_external(tmp_path, data=FLOATS.tobytes())
    monkeypatch.chdir(tmp_path)
    model = read("m.onnx")
    monkeypatch.chdir("/")
    assert weight(model).numpy().tolist() == [0, 1]


def test_weights_past_two_gigabytes_are_mapped(tmp_path):
    with (tmp_path / "w.bin").open("wb") as file:
        file.seek(3 * 2**30)
        file.write(FLOATS.tobytes())
    tensor = weight(read(save_external(tmp_path, offset=3 * 2**30 + 4)))
    assert tensor.numpy().tolist() == [1, 2]


def test_a_thousand_weights_need_one_open_file(tmp_path):
    model = parse(ADD)
    (tmp_path / "w.bin").write_bytes(bytes(8))
    for index in range(1000):
        tensor = model.graph.initializer.add(
            name=f"w{index}", data_type=1, dims=[2], data_location=TensorProto.EXTERNAL
        )
        tensor.external_data.add(key="location", value="w.bin")
    onnx.save(model, tmp_path / "m.onnx")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    read_again = read(tmp_path / "m.onnx")
    arrays = [value.const_value.numpy() for value in read_again.graph.initializers.values()]
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert len(arrays) == 1001
    assert after - before <= 2


@pytest.mark.parametrize(
    ("data_type", "dims", "data", "values"),
    [
        (TensorProto.INT4, (3,), b"\x21\x03", [1, 2, 3]),
        (TensorProto.FLOAT, (0, 3), b"", []),
        (TensorProto.BFLOAT16, (1,), b"\x80\x3f", [1.0]),
        (TensorProto.BOOL, (2,), b"\x00\x01", [False, True]),
    ],
)
def test_every_element_type_can_stand_in_another_file(tmp_path, data_type, dims, data, values):
    path = save_external(tmp_path, data=data, data_type=data_type, dims=dims)
    model = onnx.load(path, load_external_data=False)
    model.graph.node[0].op_type, model.graph.node[0].domain = "Custom", "com.microsoft"
    onnx.save(model, path)
    assert weight(read(path)).numpy().tolist() == values


def test_constants_can_stand_in_another_file(tmp_path):
    tensor = TensorProto(data_type=1, dims=[2], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="w.bin")
    model = graph("a = Constant() y = Add(x, a)")
    model.graph.node[0].attribute.append(helper.make_attribute("value", tensor))
    (tmp_path / "w.bin").write_bytes(FLOATS.tobytes())
    onnx.save(model, tmp_path / "m.onnx")
    assert read(tmp_path / "m.onnx").graph[0].attributes["value"].value.numpy().tolist() == [0, 1]


@pytest.mark.parametrize(
    ("place", "match"),
    [
        ({"data": bytes(4)}, "reads bytes 0 to 8 of 'w.bin', which has 4"),
        ({"data": bytes(16), "offset": 12}, "reads bytes 12 to 20 of 'w.bin', which has 16"),
        ({"data": bytes(16), "offset": -8}, "has offset '-8' and length '0' in its file"),
        ({"data": bytes(16), "offset": "eight"}, "has offset 'eight'"),
        ({"data": bytes(16), "length": 12}, r"has 12 bytes in 'w.bin', but sizes \[2\] of type FLOAT need 8"),
        ({}, "has its data in 'w.bin', and there is no such file in"),
        ({"location": ""}, "names the file '' for its data"),
        ({"location": "."}, "no such file"),
        ({"location": "../w.bin"}, r"names the file '\.\./w.bin' for its data; ONNX allows only files in the folder"),
        ({"location": "a/../../w.bin"}, "ONNX allows only files in the folder"),
        ({"location": "..\\w.bin"}, "ONNX allows only files in the folder"),
        ({"location": "/etc/passwd"}, "names the file '/etc/passwd' for its data; ONNX allows only"),
        ({"location": "w\0.bin"}, "ONNX allows only files in the folder"),
        ({"data": bytes(16), "data_type": TensorProto.STRING}, "stores strings in another file"),
        ({"data": bytes(16), "dims": (2**40,)}, "reads bytes 0 to 4398046511104 of 'w.bin', which has 16"),
    ],
)
def test_places_outside_the_file_or_the_folder_are_refused(tmp_path, place, match):
    refused(save_external(tmp_path, **place), match)


def test_links_out_of_the_folder_are_refused(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(FLOATS.tobytes())
    (folder / "w.bin").symlink_to(tmp_path / "secret")
    (folder / "sub").symlink_to(tmp_path)
    refused(save_external(folder), "names the file 'w.bin', a link to '.*secret' outside the folder of the model")
    refused(save_external(folder, "sub/secret"), "a link to '.*secret' outside the folder")


def test_links_inside_the_folder_are_followed(tmp_path):
    (tmp_path / "real").write_bytes(FLOATS.tobytes())
    (tmp_path / "w.bin").symlink_to("real")
    assert weight(read(save_external(tmp_path))).numpy().tolist() == [0, 1]


def test_links_of_a_download_cache_are_followed(tmp_path):
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshot"
    blobs.mkdir(), snapshot.mkdir()
    save_external(blobs).rename(blobs / "1")
    (blobs / "2").write_bytes(FLOATS.tobytes())
    (snapshot / "m.onnx").symlink_to(blobs / "1")
    (snapshot / "w.bin").symlink_to(blobs / "2")
    assert weight(read(snapshot / "m.onnx")).numpy().tolist() == [0, 1]


def test_hard_links_are_followed(tmp_path):
    (tmp_path / "real").write_bytes(FLOATS.tobytes())
    os.link(tmp_path / "real", tmp_path / "w.bin")
    assert weight(read(save_external(tmp_path))).numpy().tolist() == [0, 1]


def test_bytes_have_no_folder(tmp_path):
    content = save_external(tmp_path, data=FLOATS.tobytes()).read_bytes()
    for source in (content, io.BytesIO(content), onnx.ModelProto.FromString(content)):
        refused(
            source,
            "'w' is stored in another file, 'w.bin', and the model came without a folder to look in: pass the path",
        )


def sparse(values, indices, dims, name="s"):
    return helper.make_sparse_tensor(
        numpy_helper.from_array(np.array(values, np.float32), name),
        numpy_helper.from_array(np.array(indices, np.int64)),
        dims,
    )


def with_sparse(tensor):
    model = graph("y = Add(x, s)", "(float[2, 3] x) => (float[2, 3] y)")
    model.graph.sparse_initializer.append(tensor)
    return model


@pytest.mark.parametrize("indices", [[1, 5], [[0, 1], [1, 2]]])
def test_sparse_initializers_become_dense(indices):
    tensor = read(with_sparse(sparse([7, 8], indices, [2, 3]))).graph.initializers["s"].const_value
    assert tensor.numpy().tolist() == [[0, 7, 0], [0, 0, 8]]


def test_sparse_initializers_of_bodies_become_dense():
    model = parse(IF.format(before="", then="a = Add(x, s)", after=""))
    model.graph.node[0].attribute[0].g.sparse_initializer.append(sparse([7], [1], [2]))
    (node,) = read(model).graph
    assert node.attributes["then_branch"].value.initializers["s"].const_value.numpy().tolist() == [0, 7]


def test_sparse_constants_become_dense():
    model = graph("a = Constant() y = Add(x, a)")
    model.graph.node[0].attribute.append(helper.make_attribute("sparse_value", sparse([7], [1], [2])))
    assert read(model).graph[0].attributes["value"].value.numpy().tolist() == [0, 7]


@pytest.mark.parametrize(
    ("tensor", "match", "error"),
    [
        (sparse([7], [6], [2, 3]), r"'s' has an index outside its sizes \[2, 3\]", InvalidModelError),
        (sparse([7], [[0, 3]], [2, 3]), "an index outside its sizes", InvalidModelError),
        (sparse([7, 8], [1, 1], [2, 3]), "an index more than once", InvalidModelError),
        (sparse([7, 8], [1], [2, 3]), r"values of shape \[2\] and indices of shape \[1\]", InvalidModelError),
        (sparse([7], [1], [2, -3]), "all must be at least 1", InvalidModelError),
        (sparse([7], [1], [10**6, 10**6]), "take 4000000000000 bytes when dense", UnsupportedModelError),
        (sparse([7], [1], [2**62, 2**62]), "bytes when dense", UnsupportedModelError),
    ],
)
def test_sparse_tensors_are_checked(tensor, match, error):
    refused(with_sparse(tensor), match, error)


def zipmap(keys="classlabels_int64s = [3, 5]", imports='"" : 21, "ai.onnx.ml" : 3'):
    model = graph(f"p = Softmax(x) y = ai.onnx.ml.ZipMap <{keys}> (p)", "(float[N, 2] x) => (float y)", imports)
    key = TensorProto.INT64 if "int" in keys else TensorProto.STRING
    value = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    declared = helper.make_sequence_type_proto(helper.make_map_type_proto(key, value))
    model.graph.output[0].type.CopyFrom(declared)
    return model


@pytest.mark.parametrize(
    ("keys", "want"), [("classlabels_int64s = [3, 5]", (3, 5)), ('classlabels_strings = ["a", "b"]', ("a", "b"))]
)
def test_a_zipmap_gives_its_matrix_and_keeps_its_keys(keys, want):
    model = read(zipmap(keys))
    (output,) = model.graph.outputs
    assert (output.name, output.dtype, output.shape[1]) == ("y", ir.DataType.FLOAT, 2)
    assert model.meta["map_keys"] == {"y": want}
    assert output.producer().op_type == "Identity"


def test_a_zipmap_without_keys_is_refused():
    model = zipmap()
    del model.graph.node[1].attribute[:]
    refused(model, "needs either classlabels_int64s or classlabels_strings")


def test_other_maps_are_unsupported():
    read_on = zipmap()
    read_on.graph.node.add(op_type="Identity", input=["y"], output=["z"])
    refused(read_on, "output 'y' is a map|Output 'y' is a map", UnsupportedModelError)
    of_map = zipmap()
    of_map.graph.input[0].type.CopyFrom(of_map.graph.output[0].type.sequence_type.elem_type)
    refused(of_map, "Input 'x' is a map", UnsupportedModelError)


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
