"""A batch axis that a file fixes is followed and freed: three rows give what three runs of the file give."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from onnx_keras.errors import LayoutError
from onnx_keras.graph.folding import lift_constants
from onnx_keras.graph.freeing import free_batch
from onnx_keras.graph.shapes import infer
from onnx_keras.graph.upgrades import upgrade_model
from tests.graph.upgrade_runs import run_newest

ROWS = 3


def graph(text: str, **weights: np.ndarray) -> onnx.ModelProto:
    model = onnx.parser.parse_model('<ir_version: 10, opset_import: ["" : 22]>' + text)
    model.graph.initializer.extend(onnx.numpy_helper.from_array(np.asarray(a), n) for n, a in weights.items())
    return model


def freed(model: onnx.ModelProto, size: int | None = None) -> onnx.ModelProto:
    found = ir.from_proto(model)
    lift_constants(found)
    infer(found)
    assert not upgrade_model(found)
    free_batch(found, size)
    infer(found)
    return ir.to_proto(found)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype("float32")


FOLLOWED = {
    "merged and split": graph(
        "g (float[1,6,4] x) => (float[1,6,4] y) { m = Reshape(x, a) r = MatMul(m, w) y = Reshape(r, b) }",
        a=ints(6, 4),
        b=ints(1, 6, 4),
        w=floats(4, 4),
    ),
    "heads": graph(
        """g (float[1,6,8] x) => (float[1,6,8] y)
        { r = Reshape(x, a) t = Transpose<perm=[0,2,1,3]>(r) u = Transpose<perm=[0,2,3,1]>(r) s = MatMul(t, u)
          p = Softmax(s) c = MatMul(p, t) d = Transpose<perm=[0,2,1,3]>(c) y = Reshape(d, b) }""",
        a=ints(1, 6, 2, 4),
        b=ints(1, -1, 8),
    ),
    "heads merged with a batch behind the sequence": graph(
        """g (float[1,6,8] x) => (float[1,6,8] y)
        { q = Transpose<perm=[1,0,2]>(x) r = Reshape(q, a) t = Transpose<perm=[1,0,2]>(r)
          u = Transpose<perm=[0,2,1]>(t) s = MatMul(t, u) p = Softmax(s) c = MatMul(p, t)
          d = Transpose<perm=[1,0,2]>(c) e = Reshape(d, b) f = Reshape(e, m) h = MatMul(f, w) i = Reshape(h, b)
          y = Transpose<perm=[1,0,2]>(i) }""",
        a=ints(6, 2, 4),
        b=ints(6, 1, 8),
        m=ints(6, 8),
        w=floats(8, 8),
    ),
    "a token in front": graph("g (float[1,6,4] x) => (float[1,7,4] y) { y = Concat<axis=1>(t, x) }", t=floats(1, 1, 4)),
    "an expanded token": graph(
        "g (float[1,6,4] x) => (float[1,7,4] y) { e = Expand(t, s) y = Concat<axis=1>(e, x) }",
        t=floats(1, 1, 4),
        s=ints(1, 1, 4),
    ),
    "states of a recurrence": graph(
        """g (float[1,5,3] x) => (float[5,1,1,2] y)
        { t = Transpose<perm=[1,0,2]>(x) z = ConstantOfShape(s) y, h = LSTM<hidden_size=2>(t, w, r, "", "", z, i) }""",
        w=floats(1, 8, 3),
        r=floats(1, 8, 2),
        s=ints(1, 1, 2),
        i=floats(1, 1, 2),
    ),
    "an image": graph(
        """g (float[1,2,4,4] x) => (float[1,3] y)
        { c = Conv(x, k) r = Relu(c) u = Resize<mode="nearest">(r, "", "", s) f = Flatten(u) y = Gemm(f, w) }""",
        k=floats(2, 2, 3, 3),
        s=ints(1, 2, 4, 4),
        w=floats(32, 3),
    ),
    "groups": graph(
        """g (float[1,4,3,3] x) => (float[1,4,3,3] y)
        { r = Reshape(x, a) n = InstanceNormalization(r, o, z) y = Reshape(n, b) }""",
        a=ints(0, 2, -1),
        o=np.ones(2, "float32"),
        z=np.zeros(2, "float32"),
        b=ints(1, 4, 3, 3),
    ),
    "sizes that the file computes": graph(
        """g (float[1,6,4] x) => (float[1,24] y)
        { s = Shape<start=0,end=1>(x) v = Concat<axis=0>(s, m) y = Reshape(x, v) }""",
        m=ints(-1),
    ),
    "a constant that repeats its row": graph(
        "g (float[2,4] x) => (float[2,4] y) { y = Add(x, w) }", w=np.repeat(floats(1, 4), 2, 0)
    ),
    "a batch of two": graph(
        "g (float[2,6,4] x) => (float[2,24] y) { m = Reshape(x, a) r = Relu(m) y = Reshape(r, b) }",
        a=ints(12, 4),
        b=ints(2, 24),
    ),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_rows_together_give_what_each_gives_alone(name):
    model = FOLLOWED[name]
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    rows = [floats(*shape) + i for i in range(ROWS)]
    batch_axis = {"states of a recurrence": 2}.get(name, 0)
    expected = np.concatenate([run_newest(model, {"x": r})[0] for r in rows], batch_axis)
    found = freed(model)
    got = run_newest(found, {"x": np.concatenate(rows)})[0]
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
    onnx.checker.check_model(found, full_check=True)


REFUSED = {
    "a softmax over the batch": (
        graph('g (float[1,4] x) => (float[1,4] y) { ["here"] y = Softmax<axis=0>(x) }'),
        r"at 'here' \(Softmax\): it mixes what lies along axis 0, the batch",
    ),
    "a mean over the batch": (
        graph('g (float[1,4] x) => (float[1,4] y) { ["here"] y = ReduceMean(x, a) }', a=ints(0)),
        "at 'here' .* its result has no batch axis",
    ),
    "one row": (
        graph('g (float[1,4] x) => (float[4] y) { ["here"] y = Gather(x, i) }', i=np.int64(0)),
        "at 'here' .* it mixes what lies along axis 0",
    ),
    "a dropped axis": (
        graph('g (float[1,4] x) => (float[4] y) { ["here"] y = Squeeze(x, a) }', a=ints(0)),
        "at 'here' .* its result has no batch axis",
    ),
    "rows as columns": (
        graph('g (float[1,4] x) => (float[1,1] y) { t = Transpose(x) ["here"] y = MatMul(x, t) }'),
        r"at 'here' .* its result would have the batch in axes \[0, 1\]",
    ),
    "joined rows": (
        graph('g (float[1,4] x) => (float[2,4] y) { ["here"] y = Concat<axis=0>(x, x) }'),
        "at 'here' .* it mixes|it joins along the batch",
    ),
    "repeated rows": (
        graph('g (float[1,4] x) => (float[2,4] y) { ["here"] y = Tile(x, n) }', n=ints(2, 1)),
        r"at 'here' .* axis 0 of its result would have the size 2\*batch",
    ),
    "weights for each row": (
        graph('g (float[2,4] x) => (float[2,4] y) { ["here"] y = Add(x, w) }', w=floats(2, 4)),
        r"at 'here' .* its input 'w' of shape \(2, 4\) is made for one batch size",
    ),
    "what nobody knows": (
        graph('g (float[1,4] x) => (int64[2,n] y) { ["here"] y = NonZero(x) }'),
        "at 'here' .* what the operator does to its axes isn't known",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_refused_with_the_name_of_the_node(name):
    model, message = REFUSED[name]
    with pytest.raises(LayoutError, match=message):
        freed(model)


def test_inputs_that_begin_differently_have_no_batch():
    model = graph("g (float[1,4] x, float[2,4] z) => (float[2,4] y) { y = Add(x, z) }")
    with pytest.raises(LayoutError, match=r"different sizes, \{'x': 1, 'z': 2\}"):
        freed(model)


def test_a_batch_that_is_free_stays_so():
    model = graph("g (float[N,4] x) => (float[N,4] y) { y = Relu(x) }")
    assert freed(model).graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"


def test_a_batch_can_be_set():
    model = freed(FOLLOWED["heads"], 5)
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_value == 5
