"""The operator matrix: a case is data, and the checks that every case gets.

CASES = [
    case("Softmax", float32(2, 3, 4)),
    case("Softmax", float32(2, 3, 4), axis=1, opset=11, why="flattens to a matrix"),
    case("Conv", float32(1, 2, 5, 5), weight(float32(3, 2, 3, 3)), None, strides=[2, 2]),
    case("Reshape", float32(2, 6), constant([3, -1])),
    case("LSTM", float32(5, 2, 3), weight(...), weight(...), outputs=(1, 0, 1)),
    case("If", live(True, "bool"), then_branch=graph("g () => (float y) { y = Neg (outside0) }"), ..., outside=(x,)),
    fails("Softmax", float32(2, 3), axis=3, match="axis=3"),
]
"""

import functools
import random
import re
from dataclasses import dataclass, field, replace
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import onnx.reference
from onnx import TensorProto, helper

EPSILON = {"float16": 2.0**-11, "bfloat16": 2.0**-8, "float32": 2.0**-24, "float64": 2.0**-53}
EPSILON |= {"complex64": 2.0**-24, "complex128": 2.0**-53}

TYPES = {helper.tensor_dtype_to_np_dtype(t).name: t for t in range(1, 29) if t != TensorProto.STRING}
TYPES["string"] = TensorProto.STRING


@dataclass(frozen=True)
class Input:
    """An input of a case: an array or a list of them, and whether it is computed ("live"), a weight or a constant."""

    array: Any
    kind: str = "live"
    optional: str = ""


def tensor(dtype: str, *shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Input:
    """Draw a live tensor."""
    rng = np.random.default_rng([seed, *shape])
    kind = np.dtype(getattr(ml_dtypes, dtype, dtype))
    if kind.kind == "b":
        return Input(rng.integers(0, 2, shape).astype(bool))
    if kind.kind in "iu":
        return Input(rng.integers(max(low, 0) if kind.kind == "u" else low, high + 1, shape).astype(kind))
    return Input(np.asarray(rng.uniform(low, high, shape)).astype(kind))


float16 = functools.partial(tensor, "float16")
bfloat16 = functools.partial(tensor, "bfloat16")
float32 = functools.partial(tensor, "float32")
float64 = functools.partial(tensor, "float64")
int8 = functools.partial(tensor, "int8", low=-50, high=50)
uint8 = functools.partial(tensor, "uint8", low=0, high=50)
int32 = functools.partial(tensor, "int32", low=-50, high=50)
int64 = functools.partial(tensor, "int64", low=-50, high=50)
boolean = functools.partial(tensor, "bool")


def live(values: Any, dtype: str = "float32") -> Input:
    """Give a live tensor with these elements."""
    kind = object if dtype == "string" else getattr(ml_dtypes, dtype, dtype)
    return Input(np.asarray(values, kind))


def constant(values: Any, dtype: str = "int64") -> Input:
    """Give a constant with these elements."""
    return Input(live(values, dtype).array, "constant")


def sequence(*tensors: Input) -> Input:
    """Make a live sequence of tensors."""
    return Input([x.array for x in tensors])


def optional(of: Input, is_there: bool = True) -> Input:
    """Make a live optional value of a tensor or a sequence, or an empty one that could hold it."""
    return Input(of.array if is_there else None, optional=described(of.array))


def described(array: Any) -> str:
    """Write a type as ONNX text does."""
    if isinstance(array, list):
        return f"seq({described(array[0])})"
    return f"{'float' if array.dtype == np.float32 else array.dtype}[{','.join(map(str, array.shape))}]"


def weight(of: Input) -> Input:
    """Make an input an initializer that is trained where the operator learns it."""
    return Input(of.array, "weight")


@dataclass(frozen=True)
class Case:
    """An operator at work, and what is particular about it."""

    op_type: str
    inputs: tuple[Input | None, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    opset: int | None = None
    domain: str = ""
    outputs: tuple[int, ...] = (1,)
    outside: tuple[Input, ...] = ()
    before: str = ""
    terms: int = 64
    oracle: str = ""
    expected: Any = None
    trains: bool = True
    unknown: bool = True
    match: str = ""
    distribution: Any = None
    why: str = ""

    @property
    def version(self) -> int:
        return self.opset or newest(self.domain)

    @property
    def given(self) -> dict[str, Input]:
        """What the model has, by name: the inputs of the operator, and what only its graphs or further nodes read."""
        named = {f"in{i}": x for i, x in enumerate(self.inputs) if x is not None}
        return named | {f"outside{i}": x for i, x in enumerate(self.outside)}

    @property
    def learns(self) -> bool:
        """Say whether it has weights, in its inputs or in its graphs."""
        graphs = [v for v in self.attributes.values() if isinstance(v, onnx.GraphProto)]
        return any(x.kind == "weight" for x in self.given.values()) or any(len(g.initializer) for g in graphs)

    def __str__(self) -> str:
        shapes = ",".join("-" if i is None else shown(i.array) for i in self.inputs)
        words = ",".join(f"{k}={word(v)}" for k, v in self.attributes.items() if not isinstance(v, onnx.TensorProto))
        return f"{self.op_type}-{self.version}({shapes}){words}"[:120]


def shown(array: Any) -> str:
    """Print the shape of an input."""
    if isinstance(array, np.ndarray):
        return "x".join(map(str, array.shape)) or "scalar"
    return "none" if array is None else f"[{','.join(map(shown, array))}]"


def word(value: Any) -> Any:
    """Print an attribute; of a graph its name."""
    return value.name if isinstance(value, onnx.GraphProto) else value


def graph(text: str) -> onnx.GraphProto:
    """Read a graph, such as the body of a loop, from ONNX text."""
    return onnx.parser.parse_graph(text)


def case(op_type: str, *inputs: Input | None, **options: Any) -> Case:
    """State a case. What isn't an option of the case is an attribute of the operator.

    Args:
        op_type: The operator.
        inputs: Its inputs, None for an absent one.
        options: opset (the newest by default), domain, outputs (1 or 0 for each output: wanted or not), outside (what
            only graphs among the attributes read, as outside0, outside1, ...), before (further nodes, as ONNX text),
            terms (how many rounding errors may add up in an element), oracle ("reference" where ONNX Runtime is wrong),
            expected (a list of arrays, where both are), trains (False where gradients are zero by nature), unknown
            (False where no rank would be known without sizes), distribution (for random numbers: a check of what
            comes out, in the place of a comparison with the oracle's elements), why.
    """
    names = set(Case.__dataclass_fields__) - {"op_type", "inputs", "attributes"}
    own = {k: options.pop(k) for k in list(options) if k in names}
    return Case(op_type, inputs, options, **own)


def fails(op_type: str, *inputs: Input | None, match: str, **options: Any) -> Case:
    """State a case that is refused with a message."""
    return case(op_type, *inputs, match=match, **options)


@functools.cache
def newest(domain: str) -> int:
    return (
        onnx.defs.onnx_opset_version()
        if not domain
        else max(s.since_version for s in onnx.defs.get_all_schemas() if s.domain == domain)
    )


def model_of(case: Case, unknown: bool = False) -> onnx.ModelProto:
    """Write a case as an ONNX model; with `unknown`, no size of a live input is declared."""
    names = [f"in{i}" if x is not None else "" for i, x in enumerate(case.inputs)]
    while names and not names[-1]:
        names.pop()
    outputs = [f"out{i}" if wanted else "" for i, wanted in enumerate(case.outputs)]
    attributes = {k: v for k, v in case.attributes.items() if v is not None}
    node = helper.make_node(case.op_type, names, outputs, name="node", domain=case.domain, **attributes)
    given = list(case.given.items())
    around = onnx.parser.parse_graph(f"g () => () {{ {case.before} }}").node
    graph = helper.make_graph(
        [*around, node],
        "case",
        [declared(n, x, unknown) for n, x in given if x.kind == "live"],
        [helper.make_value_info(o, None) if False else onnx.ValueInfoProto(name=o) for o in outputs if o],
        [initializer(n, x.array) for n, x in given if x.kind != "live"],
    )
    opsets = [helper.make_opsetid(case.domain, case.version)]
    if case.domain:
        opsets.append(helper.make_opsetid("", newest("")))
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def type_of(array: np.ndarray) -> int:
    return TYPES["string"] if array.dtype.kind in "OSU" else TYPES[array.dtype.name]


def declared(name: str, given: Input, unknown: bool) -> onnx.ValueInfoProto:
    if given.optional or isinstance(given.array, list):
        kind = f"optional({given.optional})" if given.optional else described(given.array)
        kind = re.sub(r"\[[^]]*\]", lambda shape: anonymous(shape.group()) if unknown else shape.group(), kind)
        return onnx.parser.parse_graph(f"g ({kind} {name}) => () {{}}").input[0]
    shape = [f"{name}_{i}" if unknown else s for i, s in enumerate(given.array.shape)]
    return helper.make_tensor_value_info(name, type_of(given.array), shape)


def anonymous(shape: str) -> str:
    return f"[{','.join('?' for _ in shape[1:-1].split(',') if shape != '[]')}]"


def initializer(name: str, array: np.ndarray) -> onnx.TensorProto:
    return onnx.numpy_helper.from_array(array, name)


def feeds(case: Case) -> dict[str, np.ndarray]:
    return {n: x.array for n, x in case.given.items() if x.kind == "live"}


def expected(case: Case) -> list[np.ndarray]:
    """Compute a case with ONNX Runtime, or with onnx' own evaluator where that has no kernel."""
    if case.expected is not None:
        return [e if isinstance(e, list) or e is None else np.asarray(e) for e in case.expected]
    model, inputs = model_of(case), feeds(case)
    known = onnx.shape_inference.infer_shapes(model)
    if case.oracle != "reference":
        try:
            return of_runtime(known, inputs)
        except Exception as error:  # whatever ONNX Runtime refuses, onnx' evaluator may do
            if case.oracle == "runtime":
                raise
            reason = error
    try:
        return onnx.reference.ReferenceEvaluator(model).run(None, inputs)
    except Exception as error:
        raise AssertionError(f"No oracle runs {case}: {error}; ONNX Runtime: {locals().get('reason')}") from error


def of_runtime(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    if any(getattr(a, "dtype", None) == "bfloat16" for a in inputs.values()):
        raise NotImplementedError("ONNX Runtime takes no bfloat16 from NumPy")
    return session.run(None, inputs)


def layouts(case: Case, seed: int) -> dict[str, str]:
    """Choose a random order for each live input."""
    chosen = {}
    for name, array in feeds(case).items():
        if isinstance(array, np.ndarray) and array.ndim > 1:
            letters = [f"a{i}" for i in range(array.ndim)]
            stored = random.Random(f"{seed}{name}{case}").sample(letters, len(letters))
            chosen[name] = f"{' '.join(letters)} -> {' '.join(stored)}"
    return chosen


def assert_close(got: Any, want: np.ndarray, case: Case, what: str) -> None:
    """Compare as the rounding of the type allows."""
    if isinstance(want, list) or want is None:
        assert type(got) is type(want), f"{what}: {type(got)}, but {type(want)} is right"
        assert len(got or ()) == len(want or ()), f"{what}: {len(got)} tensors, but {len(want)} are right"
        for i, (a, b) in enumerate(zip(got or (), want or ())):
            assert_close(a, b, case, f"{what}, tensor {i}")
        return
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{what}: shape {got.shape}, but {want.shape} is right"
    if want.dtype.kind in "OSU":
        assert [as_text(x) for x in got.ravel()] == [as_text(x) for x in want.ravel()], what
        return
    assert got.dtype == want.dtype, f"{what}: type {got.dtype}, but {want.dtype} is right"
    if case.distribution is not None:
        assert case.distribution(got), f"{what}: not of the distribution that is right"
        return
    if want.dtype.name not in EPSILON:
        if want.dtype.name.startswith(("float4", "float6", "float8")):  # NumPy sees no NaN in them
            got, want = got.astype(np.float32), want.astype(np.float32)
        np.testing.assert_array_equal(got, want, err_msg=what)
        return
    wide = np.complex128 if want.dtype.kind == "c" else np.float64
    a, b = got.astype(wide), want.astype(wide)
    finite = np.isfinite(b)
    np.testing.assert_array_equal(a[~finite], b[~finite], err_msg=what)
    if finite.any():
        bound = case.terms * EPSILON[want.dtype.name] * max(np.abs(b[finite]).max(), 1e-3)
        difference = np.abs(a[finite] - b[finite]).max()
        assert difference <= bound, f"{what}: off by {difference:.3g}, {bound:.3g} is the bound"


def as_text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def revision_of(case: Case) -> int:
    return onnx.defs.get_schema(case.op_type, case.version, case.domain).since_version


def half(case: Case, dtype: str) -> Case | None:
    """Give the same case in another float type, if all its floats are float32."""
    kind = np.dtype(getattr(ml_dtypes, dtype, dtype))
    inputs = tuple(
        x if x is None or x.array.dtype != np.float32 else Input(x.array.astype(kind), x.kind) for x in case.inputs
    )
    return replace(case, inputs=inputs) if inputs != case.inputs else None
