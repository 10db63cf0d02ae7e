"""Laws of symbolic sizes: put in numbers before or after inference, it is the same."""

import numpy as np
import onnx
import onnx_ir as ir
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from onnx_keras.graph import shapes

SIZES = st.integers(1, 9)
SMALL = st.integers(0, 2)
BOUNDS = st.integers(-12, 12) | st.sampled_from([2**63 - 1, -(2**63), 2**31 - 1])


def shape_of(body: str, rank: int = 1, live: bool = True, sizes=()) -> tuple:
    """Infer `y` for an input `x` whose sizes are N0, N1 ... or the numbers given."""
    names = ", ".join(f"N{i}" if live else str(sizes[i]) for i in range(rank))
    text = f'<ir_version: 10, opset_import: ["": 21]> g (float[{names}] x) => (y) {{ {body} }}'
    model = shapes.infer(ir.from_proto(onnx.parser.parse_model(text)))
    return shapes.dims(model.graph.outputs[0])


def at(known: tuple, sizes) -> tuple:
    """Put numbers in place of the names; a size that inference left open stays None."""
    numbers = {sympy.Symbol(f"N{i}", integer=True, positive=True): size for i, size in enumerate(sizes)}
    put = [sympy.sympify(size).subs(numbers) for size in known]
    return tuple(int(size) if size.is_number else None for size in put)


def agree(symbolic: tuple, real: tuple) -> bool:
    return len(symbolic) == len(real) and all(a is None or a == b for a, b in zip(symbolic, real))


@settings(deadline=None, max_examples=80)
@given(SIZES, BOUNDS, BOUNDS, st.sampled_from([1, 2, 3, -1, -2]))
def test_slices(size, start, end, step):
    constants = "".join(f"{n} = Constant<value_ints = [{v}]>() " for n, v in zip("abcd", (start, end, 0, step)))
    body = constants + "y = Slice(x, a, b, c, d)"
    stop = None if step < 0 and end < -size else end
    real = np.zeros(size)[slice(start, stop, step)].shape
    assert agree(at(shape_of(body), [size]), real)
    assert shape_of(body, live=False, sizes=[size]) == real


@settings(deadline=None, max_examples=80)
@given(SIZES, st.integers(1, 4), st.integers(1, 3), SMALL, SMALL, st.integers(1, 2), st.booleans())
def test_pools(extra, kernel, stride, before, after, dilation, rounds_up):
    before, after = min(before, kernel - 1), min(after, kernel - 1)
    size = extra + (kernel - 1) * dilation
    body = f"""y = MaxPool<kernel_shape = [{kernel}], strides = [{stride}], pads = [{before}, {after}],
        dilations = [{dilation}], ceil_mode = {int(rounds_up)}>(x)"""
    types = onnx.parser.parse_model(
        f'<ir_version: 10, opset_import: ["": 22]> g (float[1, 1, {size}] x) => (y) {{ {body} }}'
    )
    (output,) = onnx.shape_inference.infer_shapes(types).graph.output
    real = tuple(dim.dim_value for dim in output.type.tensor_type.shape.dim)
    assert at(shape_of(body, rank=3), [1, 1, size]) == real
    assert shape_of(body, rank=3, live=False, sizes=[1, 1, size]) == real


@settings(deadline=None, max_examples=60)
@given(SIZES, st.integers(1, 4))
def test_equal_splits(size, count):
    names = ", ".join(["y", *(f"z{i}" for i in range(1, count))])
    body = f"{names} = Split<num_outputs = {count}>(x)"
    assert agree(at(shape_of(body), [size]), (-(-size // count),))


@settings(deadline=None, max_examples=60)
@given(st.tuples(SIZES, SIZES), st.sampled_from([[-1], [0, -1], [-1, 0], [-1, 1], [0, 0, 1]]))
def test_reshapes(sizes, target):
    body = f"t = Constant<value_ints = {target}>() y = Reshape(x, t)"
    copied = [sizes[i] if size == 0 else size for i, size in enumerate(target)]
    known = int(np.prod([size for size in copied if size > 0]))
    if np.prod(sizes) % known:
        return
    real = tuple(int(np.prod(sizes)) // known if size == -1 else size for size in copied)
    assert at(shape_of(body, rank=2), sizes) == real


ARITHMETIC = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": lambda a, b: np.trunc(a / b).astype(int),
    "Mod": np.mod,
    "Max": np.maximum,
    "Min": np.minimum,
}


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(ARITHMETIC)), st.tuples(SIZES, SIZES), st.integers(-5, 5), st.booleans())
def test_arithmetic_of_sizes(operator, sizes, number, is_first):
    if operator in ("Div", "Mod") and number == 0:
        return
    text = f"""<ir_version: 10, opset_import: ["": 21]> g (float[N0, N1] x) => (y) {{
        s = Shape(x) n = Constant<value_ints = [{number}]>() y = {operator}({"n, s" if is_first else "s, n"})
    }}"""
    known = shapes.contents(shapes.infer(ir.from_proto(onnx.parser.parse_model(text))).graph.outputs[0])
    s, n = np.array(sizes), np.array([number])
    real = ARITHMETIC[operator](*((n, s) if is_first else (s, n)))
    assert known is None or agree(at(tuple(known), sizes), tuple(real.tolist()))
