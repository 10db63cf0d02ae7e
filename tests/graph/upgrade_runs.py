"""Builds, upgrades and runs models of any opset."""

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
from onnx.reference import ReferenceEvaluator

from onnx_keras.graph.upgrades import Problem, upgrade_model

# ONNX Runtime has no kernels for some of the newest revisions, and the steps to those change nothing.
STAMPS = (28, 25, 23, 21)
onnxruntime.set_default_logger_severity(4)


def model(graph: str, opset: int, ir_version: int = 8, **domains: int) -> onnx.ModelProto:
    imports = ", ".join([f'"" : {opset}', *(f'"{d.replace("_", ".")}" : {v}' for d, v in domains.items())])
    return onnx.parser.parse_model(f"<ir_version: {ir_version}, opset_import: [{imports}]> g {graph}")


def upgraded(proto: onnx.ModelProto) -> onnx.ModelProto:
    parsed = ir.from_proto(proto)
    assert upgrade_model(parsed) == []
    return ir.to_proto(parsed)


def problems(proto: onnx.ModelProto) -> list[Problem]:
    return upgrade_model(ir.from_proto(proto))


def run_runtime(proto: onnx.ModelProto, feeds: dict) -> list:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def run_newest(proto: onnx.ModelProto, feeds: dict) -> list:
    """The outputs by ONNX Runtime, or by onnx's evaluator where that has no kernel."""
    stamped = onnx.ModelProto()
    stamped.CopyFrom(proto)
    for stamp in STAMPS:
        next(opset for opset in stamped.opset_import if opset.domain == "").version = stamp
        try:
            return run_runtime(stamped, feeds)
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
            continue
    return ReferenceEvaluator(proto).run(None, feeds)


def feeds_of(proto: onnx.ModelProto) -> dict:
    random = np.random.default_rng(0)
    held = {tensor.name for tensor in proto.graph.initializer}
    return {value.name: draw(random, value.type.tensor_type) for value in proto.graph.input if value.name not in held}


def draw(random, tensor_type) -> np.ndarray:
    shape = [dim.dim_value if dim.HasField("dim_value") else 3 for dim in tensor_type.shape.dim]
    dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor_type.elem_type)
    if dtype.kind == "O":
        return random.choice(np.array(["a", "b", "c"], object), shape)
    if dtype.kind == "b":
        return random.random(shape) < 0.5
    if dtype.kind in "iu":
        return random.integers(0, 3, shape, dtype)
    return (random.standard_normal(shape) * 2).astype(dtype)


def same(got: list, want: list) -> None:
    for g, w in zip(got, want, strict=True):
        assert np.asarray(g).dtype == np.asarray(w).dtype and np.shape(g) == np.shape(w)
        if np.asarray(w).dtype.kind in "OSUb":
            np.testing.assert_array_equal(g, w)
        else:
            # The same float32 operations in another order: a few units of the last place for each of some 100 terms.
            np.testing.assert_allclose(g, w, rtol=2e-5, atol=2e-6)


def run_evaluator(proto: onnx.ModelProto, feeds: dict) -> list:
    return ReferenceEvaluator(proto).run(None, feeds)
