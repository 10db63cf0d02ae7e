"""A file of more than two gigabytes comes in and goes out, with its weight beside it."""

import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest

ROOT = pathlib.Path(__file__).parents[2]
ROWS, WIDTH = 55_000, 10_000
GIGABYTE = 10**9

EXPORT = """
import resource, sys
import numpy as np
import onnx_keras
model = onnx_keras.load(sys.argv[1])
rows = onnx_keras.run(model, np.array([0, 54_999]))
assert rows.shape == (2, 10_000) and rows[1, -1] == 7 and not rows[0].any(), rows
onnx_keras.export(model, sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def available_memory():
    lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def large(folder):
    """Write a table of 2.2 GB, all zeros but the last element; no blocks of the disk are taken for zeros."""
    table = onnx.TensorProto(name="table", data_type=onnx.TensorProto.FLOAT, dims=[ROWS, WIDTH])
    table.data_location = onnx.TensorProto.EXTERNAL
    for key, value in {"location": "table.bin", "offset": 0, "length": 4 * ROWS * WIDTH}.items():
        table.external_data.add(key=key, value=str(value))
    with open(folder / "table.bin", "wb") as file:
        file.truncate(4 * ROWS * WIDTH)
        file.seek(-4, os.SEEK_END)
        file.write(np.float32(7).tobytes())
    text = '<ir_version: 8, opset_import: ["" : 17]> large (int64[N] i) => (float[N,10000] y) { y = Gather(table, i) }'
    model = onnx.parser.parse_model(text)
    model.graph.initializer.append(table)
    onnx.save(model, folder / "large.onnx")
    return folder / "large.onnx"


@pytest.mark.slow
def test_two_gigabytes_come_back_beside_the_file(tmp_path):
    if not os.path.exists("/proc/meminfo") or available_memory() < 12 * GIGABYTE:
        pytest.skip("needs 12 GB of memory")
    if shutil.disk_usage(tmp_path).free < 6 * GIGABYTE:
        pytest.skip("needs 6 GB of disk")
    paths = [str(large(tmp_path)), str(tmp_path / "back.onnx")]
    done = subprocess.run([sys.executable, "-c", EXPORT, *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 12 * GIGABYTE
    assert os.path.getsize(paths[1] + ".data") == 4 * ROWS * WIDTH > 2**31
    onnx.checker.check_model(paths[1], full_check=True)
    session = onnxruntime.InferenceSession(paths[1], providers=["CPUExecutionProvider"])
    (rows,) = session.run(None, {"i": np.array([0, ROWS - 1])})
    assert rows[1, -1] == 7 and not rows[0].any() and not rows[1, :-1].any()
    shutil.rmtree(tmp_path)
