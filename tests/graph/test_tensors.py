"""Tensors in a file and beside it: as much data as their sizes ask for, and from nowhere else."""

import io
import os

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper

from onnx_keras.graph.reading import read
from tests.graph.written import ADD, graph, parse, refused, with_tensor


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
