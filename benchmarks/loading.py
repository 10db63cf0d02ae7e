"""Load one file and say how much memory that took: run in a process of its own by `benchmarks.measuring`."""

import json
import pathlib
import sys

import onnx

import onnx_keras


def memory(field):
    """Read a number of bytes that Linux notes for this process."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def warm_up():
    """Load a small model, so that what is imported on first use belongs to the floor."""
    text = '<ir_version: 8, opset_import: ["" : 17]> g (float[N, 2] x) => (float[N, 2] y) { y = Add(x, x) }'
    onnx_keras.load(onnx.parser.parse_model(text))


def main(path):
    warm_up()
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # lets the peak start anew
    floor = memory("VmRSS")
    model = onnx_keras.load(path, data_format="channels_last")
    found = {"peak": memory("VmHWM") - floor, "after": memory("VmRSS") - floor}
    print(json.dumps({"weights": sum(v.value.numpy().nbytes for v in model.weights), **found}))


if __name__ == "__main__":
    main(sys.argv[1])
