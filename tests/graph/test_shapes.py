"""Inferred shapes and contents: written graphs, and the test models against what ONNX Runtime computes."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest
import sympy

from onnx_keras.errors import InputError
from onnx_keras.graph import shapes

MODELS = Path(__file__).resolve().parents[3] / "shared" / "models"

# ONNX Runtime gives size 0 to what a loop without iterations would have stacked, whatever its size would be.
CONTRADICTIONS = {"loop_scan_outputs"}


def model_of(text: str, opset: int = 21) -> ir.Model:
    return ir.from_proto(onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["": {opset}]>\n{text}'))


def inferred(text: str, fixed=None, opset: int = 21) -> dict[str, ir.Value]:
    model = shapes.infer(model_of(text, opset), fixed)
    values = [*model.graph.inputs, *(output for node in model.graph for output in node.outputs)]
    return {value.name: value for value in values}


def shape(text: str, name: str = "y", **more) -> str:
    return str(shapes.dims(inferred(text, **more)[name]))


def elements(text: str, name: str = "y") -> list | None:
    known = shapes.contents(inferred(text)[name])
    return None if known is None else known.tolist()


def test_sizes_cancel():
    text = "g (float[N, S, 64] x) => (y) { t = Constant<value_ints = [-1, 64]>() y = Reshape(x, t) }"
    assert shape(text) == "(N*S, 64)"


def test_the_same_name_is_the_same_symbol():
    values = inferred("g (float[N] x, float[N] z) => (y) { y = Concat<axis = 0>(x, z) }")
    assert shapes.dims(values["y"]) == (2 * shapes.dims(values["x"])[0],)


def test_different_sizes_broadcast_to_the_larger():
    assert shape("g (float[N] x, float[M] z) => (y) { y = Add(x, z) }") == "(Max(M, N),)"


def test_declared_shapes_are_hints():
    values = inferred("g (float[2, N] x) => (float[7] y) <float[9] h> { h = Relu(x) y = Neg(h) }")
    assert str(values["y"].shape) == "[2,N]"
    assert str(values["h"].meta["declared_shape"]) == "[9]"


def test_inferring_twice_is_inferring_once():
    model = model_of("g (float[N, M] x) => (y) { c = NonZero(x) y = Cast<to = 1>(c) }")
    once = [str(output.shape) for node in shapes.infer(model).graph for output in node.outputs]
    assert [str(output.shape) for node in shapes.infer(model).graph for output in node.outputs] == once


def test_floors_of_floors_are_one():
    conv = "MaxPool<kernel_shape = [3], strides = [2], pads = [1, 1]>"
    text = f"g (float[1, 1, L] x) => (y) {{ a = {conv}(x) b = {conv}(a) y = {conv}(b) }}"
    assert shape(text) == "(1, 1, floor(L/8 - 1/8) + 1)"


def test_long_formulas_get_a_name():
    steps = "".join(f"p{i} = MaxPool<kernel_shape = [3]>(a{i}) a{i + 1} = Add(a{i}, p{i}) " for i in range(12))
    text = f"g (float[1, 1, L] a0) => (y) {{ {steps} y = Neg(a12) }}"
    assert len(shape(text)) < 300


@pytest.mark.parametrize("unknown", ["", "?", "-1", "None", "unk__12"])
def test_unnamed_sizes_are_each_their_own(unknown):
    model = model_of("g (float[A, A] x) => (y) { y = Relu(x) }")
    model.graph.inputs[0].shape = ir.Shape([unknown, unknown])
    assert str(shapes.infer(model).graph.outputs[0].shape) == "[x_dim0,x_dim1]"
    assert model.meta["dim_names"] == {}


def test_names_that_are_no_identifiers_get_one():
    model = model_of("g (float[A, A, B] x) => (y) { y = Relu(x) }")
    model.graph.inputs[0].shape = ir.Shape(["batch size", "batch size", "past + 1"])
    assert str(shapes.infer(model).graph.outputs[0].shape) == "[batch_size,batch_size,past_1]"
    assert model.meta["dim_names"] == {"batch_size": "batch size", "past_1": "past + 1"}


TWO_INPUTS = "g (float[N, 3, H] x, float[N, 2] z) => (y) { y = Relu(x) }"


@pytest.mark.parametrize(
    ("fixed", "expected"),
    [
        ({"N": 8}, "(8, 3, H)"),
        ({"x": (1, 3, None)}, "(1, 3, H)"),
        ({"x": (1, 3, 5), "N": 1}, "(1, 3, 5)"),
        ({"z": (4, 2)}, "(4, 3, H)"),
    ],
)
def test_sizes_can_be_fixed(fixed, expected):
    assert shape(TWO_INPUTS, fixed=fixed) == expected


@pytest.mark.parametrize(
    ("fixed", "message"),
    [
        ({"Q": 8}, r"no size of the inputs is named 'Q'.*inputs are 'x' of shape \(N, 3, H\).*sizes are 'N', 'H'"),
        ({"q": (1, 2)}, r"no input is named 'q'"),
        ({"x": (1, 3)}, r"input 'x' 2 axes: \(1, 3\); the file has \(N, 3, H\)"),
        ({"x": (1, 4, None)}, r"axis 1 of input 'x' to 4; the file fixes it to 3"),
        ({"x": (1, 3, None), "z": (2, 2)}, r"axis 0 of input 'z' to 2, but the same size to 1 elsewhere"),
        ({"N": -1}, r"size 'N' to -1; a size is an integer of 0 or more"),
        ({"Q": 2, "x": (1,)}, r"named 'Q'.*input 'x' 1 axes"),
    ],
)
def test_what_cannot_be_fixed_is_said(fixed, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        inferred(TWO_INPUTS, fixed=fixed)


def test_a_node_that_fails_does_not_stop_the_rest():
    text = "g (float[N] x) => (y, z) { y = Cast<to = 99>(x) z = Relu(x) }"
    assert shape(text, "z") == "(N,)"


def test_pytorch_expand_is_understood():
    text = """g (float[N, 1] x, float[B, S] like) => (y) {
        sizes = Shape(like)
        minus = Constant<value_ints = [-1]>()
        two = Constant<value_ints = [2]>()
        ones = ConstantOfShape<value = int64[1] {1}>(two)
        mark = Mul(ones, minus)
        is_open = Equal(sizes, mark)
        target = Where(is_open, ones, sizes)
        y = Expand(x, target)
    }"""
    assert elements(text, "target") == list(sympy.symbols("B S", integer=True, positive=True))
    assert shape(text) == "(Max(B, N), S)"


def test_resize_by_a_simple_factor_is_understood():
    text = """g (float[1, 3, H, 7] x) => (y) {
        sizes = Shape<start = 2>(x)
        live = Cast<to = 1>(sizes)
        factor = Constant<value = float {1.5}>()
        scaled = Mul(live, factor)
        low = Floor(scaled)
        y = Cast<to = 7>(low)
    }"""
    assert str(elements(text)) == "[floor(3*H/2), 10]"


def test_resize_takes_sizes_and_simple_scales():
    for scale, expected in (("1.5", "(1, 1, floor(3*H/2), 10)"), ("2.0", "(1, 1, 2*H, 14)")):
        text = f"""g (float[1, 1, H, 7] x) => (y) {{
            scales = Constant<value_floats = [1.0, 1.0, {scale}, {scale}]>() y = Resize(x, , scales)
        }}"""
        assert shape(text) == expected


def test_rounding_is_not_guessed():
    text = """g (float[H] x) => (y) {
        sizes = Shape(x)
        live = Cast<to = 1>(sizes)
        factor = Constant<value = float {0.7}>()
        scaled = Mul(live, factor)
        low = Floor(scaled)
        y = Cast<to = 7>(low)
    }"""
    assert elements(text) is None


@pytest.mark.parametrize(
    ("comparison", "answer"),
    [
        ("Equal(sizes, zero)", None),
        ("Equal(sizes, one)", None),
        ("Greater(sizes, minus)", [True]),
        ("Equal(sizes, minus)", [False]),
        ("Less(sizes, zero)", [False]),
        ("LessOrEqual(sizes, sizes)", [True]),
    ],
)
def test_comparisons_that_depend_on_the_size_stay_open(comparison, answer):
    text = f"""g (float[N] x) => (y) {{
        sizes = Shape(x) zero = Constant<value_ints = [0]>() one = Constant<value_ints = [1]>()
        minus = Constant<value_ints = [-1]>() y = {comparison}
    }}"""
    assert elements(text) == answer


def test_integer_division_goes_towards_zero():
    text = """g (float[N] x) => (y) {
        a = Constant<value_ints = [-7, 7]>() b = Constant<value_ints = [2, -2]>() q = Div(a, b)
        s = Shape(x) t = Constant<value_ints = [2]>() h = Div(s, t) y = Concat<axis = 0>(q, h)
    }"""
    assert str(elements(text)) == "[-3, -3, floor(N/2)]"


def test_unknown_elements_leave_the_others_known():
    text = """g (float[N, 6] x, int64[1] d) => (y) {
        n = Shape<end = 1>(x) t = Concat<axis = 0>(n, d) y = Reshape(x, t)
    }"""
    assert elements(text, "t") is None
    assert shape(text) == "(N, 6)"


def test_a_loop_that_grows_its_state_has_an_open_size():
    text = """g (float[3] x, int64 n) => (y) {
        true = Constant<value = bool {1}>()
        y = Loop(n, true, x) <body = b (int64 i, bool go, float[3] s) => (bool go_on, float[3] t) {
            go_on = Identity(go) t = Concat<axis = 0>(s, s)
        }>
    }"""
    assert shape(text).startswith("(_d")


def test_branches_that_differ_have_an_open_size():
    text = """g (float[N, 3] x, bool c) => (y) {
        y = If(c) <then_branch = a () => (float[N, 3] p) { p = Relu(x) },
                   else_branch = b () => (float[N, 6] q) { q = Concat<axis = 1>(x, x) }>
    }"""
    assert shape(text).startswith("(N, _d")


def _cases():
    spec = importlib.util.spec_from_file_location("model_cases", MODELS / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def entries():
    if not (MODELS / "manifest.json").exists():
        pytest.skip(f"the test models are not at {MODELS}")
    return json.loads((MODELS / "manifest.json").read_text())["models"]


def _readable(entries):
    """Yield the models that onnx_ir can read as they are, with their cases."""
    cases = _cases()
    for entry in entries:
        stored = (MODELS / entry["file"]).with_suffix(".npz")
        if not stored.exists():
            continue
        try:
            model = ir.load(MODELS / entry["file"])
        except ir.serde.SerdeError:
            continue
        names = [value.name for value in [*model.graph.inputs, *model.graph.outputs]]
        yield entry, model, cases.load(stored, names)


def _sizes_at(model: ir.Model, inputs) -> dict:
    tensors = [value for value in model.graph.inputs if _is_tensor(value, inputs)]
    given = [(shapes.dims(value), inputs[value.name].shape) for value in tensors]
    return {name: size for known, sizes in given for name, size in zip(known or (), sizes) if not isinstance(name, int)}


def _is_tensor(value, tensors) -> bool:
    return isinstance(tensors.get(value.name), np.ndarray)


def _contradicts(known, real: tuple[int, ...], sizes: dict) -> bool:
    """Return whether a shape isn't the real one; sizes that appear here for the first time are noted."""
    if known is None:
        return False
    if len(known) != len(real):
        return True
    for name, size in zip(known, real):
        if isinstance(name, sympy.Symbol):
            sizes.setdefault(name, size)
    at = [size if isinstance(size, int) else size.subs(sizes) for size in known]
    return any(int(size) != r for size, r in zip(at, real) if isinstance(size, int) or size.is_number)


def _own_failures(model: ir.Model) -> list[str]:
    """Return the failures that no file can cause."""
    failures = model.meta["inference_failures"]
    return [f"{node.op_type}: {error!r}" for node, error in failures if isinstance(error, NameError | AttributeError)]


def test_no_model_contradicts_its_inferred_output_shapes(entries):
    wrong = set()
    for entry, model, sets in _readable(entries):
        shapes.infer(model)
        assert not _own_failures(model), entry["name"]
        for inputs, outputs in sets:
            sizes = _sizes_at(model, inputs)
            tensors = [value for value in model.graph.outputs if _is_tensor(value, outputs)]
            if any(_contradicts(shapes.dims(v), outputs[v.name].shape, sizes) for v in tensors):
                wrong.add(entry["name"])
    assert wrong == CONTRADICTIONS


def _with_all_outputs(model: ir.Model) -> onnx.ModelProto:
    proto = ir.to_proto(model)
    del proto.graph.value_info[:]
    own = {output.name for output in proto.graph.output}
    for output in proto.graph.output:
        output.type.tensor_type.ClearField("shape")
    for node in model.graph:
        for value in node.outputs:
            if value.name and value.name not in own and value.dtype and isinstance(value.type, ir.TensorType):
                proto.graph.output.append(onnx.helper.make_tensor_value_info(value.name, value.dtype, None))
    return proto


def _contents_at(value: ir.Value, sizes: dict) -> np.ndarray | None:
    known = shapes.contents(value)
    if known is None:
        return None
    at = [sympy.sympify(element).subs(sizes) for element in known.flat]
    numbers = [bool(n) if n in (sympy.true, sympy.false) else float(n) for n in at if n.is_number or n.is_Boolean]
    return np.array(numbers, dtype=float).reshape(known.shape) if len(numbers) == known.size else None


# The first is bfloat16, which ONNX Runtime's Python interface doesn't take; onnx_ir loses the weight of the second.
NOT_RUN = {"ort_java_java-bf16-to-fp32", "sparse_initializer"}


def test_no_interior_value_contradicts_its_shape_or_contents(entries):
    runtime = pytest.importorskip("onnxruntime")
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    wrong, checked = [], 0
    chosen = [entry for entry in entries if "main" in entry.get("tags", ()) and entry["name"] not in NOT_RUN]
    for entry, model, sets in _readable(chosen):
        shapes.infer(model)
        session = runtime.InferenceSession(_with_all_outputs(model).SerializeToString(), options)
        inputs = sets[0][0]
        asked = {value.name: inputs[value.name] for value in session.get_inputs()}
        real = dict(zip([output.name for output in session.get_outputs()], session.run(None, asked)))
        sizes = _sizes_at(model, inputs)
        for value in (output for node in model.graph for output in node.outputs if _is_tensor(output, real)):
            checked += 1
            tensor, known = real[value.name], _contents_at(value, sizes)
            if _contradicts(shapes.dims(value), tensor.shape, sizes):
                wrong.append((entry["name"], value.name, shapes.dims(value), tensor.shape))
            if known is not None and not np.allclose(known, tensor.astype(float), rtol=1e-6):
                wrong.append((entry["name"], value.name, known, tensor))
    assert not wrong
    assert checked > 2000
