"""Cases of If, Loop and Scan, and what only they have: bodies that are saved, counted, trained and unrolled."""

from tests.operators.matrix import case, constant, float32, graph, int64, live, weight

NEGATED = graph("negated () => (float[2, 3] y) { y = Neg (outside0) }")
COPIED = graph("copied () => (float[2, 3] z) { z = Identity (outside0) }")
SHORT = graph("short () => (float[1, 3] z) <int64[1] axes = {0}> { z = ReduceMax (outside0, axes) }")
SCALED = graph("scaled () => (float[2, 3] s) <float[3] k = {1, 2, 3}> { s = Mul (outside0, k) }")
PAIR = graph("pair () => (float[2, 3] y, bool[1] t) <bool[1] t = {1}> { y = Add (outside0, outside1) }")
OTHER = graph("other () => (float[2, 3] w, bool[1] f) <bool[1] f = {0}> { w = Sub (outside0, outside1) }")
NESTED = graph("""nested () => (float[2, 3] y) {
    y = If (outside1) <
        then_branch: graph = inner () => (float[2, 3] a) { a = Neg (outside0) },
        else_branch: graph = inner2 () => (float[2, 3] b) { b = Identity (outside0) }
    >
}""")
YES, NO = live(True, "bool"), live([False], "bool")
X = float32(2, 3)

IF = [
    *(
        case("If", YES, then_branch=NEGATED, else_branch=COPIED, outside=(X,), opset=opset)
        for opset in (1, 11, 13, 16, 19, 21, 23, 24)
    ),
    case("If", NO, then_branch=NEGATED, else_branch=COPIED, outside=(X,)),
    case("If", YES, then_branch=NEGATED, else_branch=SHORT, outside=(X,), why="shapes differ"),
    case("If", NO, then_branch=NEGATED, else_branch=SHORT, outside=(X,), why="shapes differ"),
    case("If", NO, then_branch=NEGATED, else_branch=SCALED, outside=(X,), why="a weight in a body"),
    case(
        "If", live([True], "bool"), then_branch=PAIR, else_branch=OTHER, outside=(X, weight(float32(3))), outputs=(1, 1)
    ),
    case("If", NO, then_branch=PAIR, else_branch=OTHER, outside=(X, float32(2, 3, seed=1)), outputs=(1, 1)),
    case("If", YES, then_branch=NESTED, else_branch=COPIED, outside=(X, live(False, "bool"))),
]

COUNTED = graph("""counted (int64 i, bool going, float[3] s) => (bool going, float[3] t, float[3] u) {
    k = CastLike (i, s)
    t = Add (s, k)
    u = Mul (t, t)
}""")
OLD_COUNTED = graph("""counted (int64 i, bool going, float[3] s) => (bool on, float[3] t, float[3] u) {
    on = Identity (going)
    t = Sub (s, s)
    u = Abs (s)
}""")
UNTIL = graph("""until (int64 i, bool going, float[3] s) => (bool on, float[3] t) <float limit = {40}> {
    t = Add (s, outside0)
    m = ReduceMax <keepdims = 0> (t)
    on = Less (m, limit)
}""")
LEARNING = graph("""learning (int64 i, bool going, float[2, 3] s) => (bool going, float[2, 3] t, float[2, 3] u)
    <float[3, 3] k = {0.5, 0.25, -1, 1, 0, 0.5, 0.25, 0.5, 1}, float[3] b = {1, -1, 0.5}> {
    m = MatMul (s, k)
    u = Add (m, b)
    t = Tanh (u)
}""")
GROWING = graph("""growing (int64 i, bool going, float[N, 3] s) => (bool going, float[M, 3] t) {
    t = Concat <axis = 0> (s, outside0)
}""")
TWICE = graph("""twice (int64 i, bool going, float[3] s) => (bool going, float[3] r) {
    r = Loop (outside0, going, s) <body: graph = inner (int64 j, bool on, float[3] a) => (bool on, float[3] b) {
        k = CastLike (i, a)
        b = Add (a, k)
    }>
}""")
VECTORS = graph("""vectors (int64[1] i, bool[1] going, float[3] s) => (bool[1] going, float[3] t) {
    k = CastLike (i, s)
    t = Add (s, k)
}""")
V = float32(3)

LOOP = [
    *(
        case("Loop", live(4, "int64"), live(True, "bool"), V, body=COUNTED, outputs=(1, 1), opset=opset)
        for opset in (16, 19, 21, 23, 24)
    ),
    *(
        case("Loop", live(3, "int64"), live(True, "bool"), V, body=OLD_COUNTED, outputs=(1, 1), opset=o)
        for o in (1, 11, 13)
    ),
    case("Loop", live(4, "int64"), None, V, body=COUNTED, outputs=(1, 1), why="no condition"),
    case("Loop", live(0, "int64"), None, V, body=COUNTED, outputs=(1, 1), unknown=False, why="no time, so no size"),
    case(
        "Loop",
        live(4, "int64"),
        live(False, "bool"),
        V,
        body=COUNTED,
        outputs=(1, 1),
        unknown=False,
        why="no time, so no size",
    ),
    case("Loop", None, live(True, "bool"), V, body=UNTIL, outside=(live([3.0]),), why="no trip count"),
    case("Loop", live(3, "int64"), live(True, "bool"), V, body=UNTIL, outside=(live([3.0]),), why="both end it"),
    case("Loop", live([4], "int64"), None, X, body=LEARNING, outputs=(1, 1), why="weights in the body"),
    case("Loop", constant(3), None, X, body=LEARNING, outputs=(1, 1), why="unrolled"),
    case("Loop", constant(300), None, V, body=COUNTED, outputs=(1, 1), terms=1000, why="too long to unroll"),
    case("Loop", live(4, "int64"), None, X, body=GROWING, outside=(float32(1, 3),), why="a state that grows"),
    case("Loop", live([3], "int64"), live([True], "bool"), V, body=TWICE, outside=(live(2, "int64"),), why="nested"),
    case(
        "Loop",
        live([3], "int64"),
        live([True], "bool"),
        V,
        body=VECTORS,
        oracle="reference",
        why="vectors in place of scalars",
    ),
    case("Loop", live([3], "int64"), None, weight(V), body=COUNTED, outputs=(1, 1), why="the state starts as a weight"),
]

SUMS = graph("sums (float[2] s, float[2] x) => (float[2] t, float[2] u) { t = Add (s, x) u = Mul (t, x) }")
BATCHED = graph("sums (float[2] s, float[2] x) => (float[2] t, float[2] u) { t = Add (s, x) u = Mul (t, x) }")
TWO = graph("two (float[2] x, int64 n) => (float[2] y) { k = CastLike (n, x) y = Mul (x, k) }")
WEIGHED = graph("""weighed (float[2] s, float[2] x) => (float[2] t, float[2] u)
    <float[2] k = {0.5, -2}> { m = Mul (s, k) n = Add (m, x) t = Tanh (n) u = Add (t, outside0) }""")

SCAN = [
    *(
        case("Scan", float32(2), float32(4, 2), body=SUMS, num_scan_inputs=1, outputs=(1, 1), opset=opset)
        for opset in (9, 11, 16, 19, 21, 23, 24)
    ),
    case("Scan", None, float32(3, 2), float32(3, 4, 2), body=BATCHED, num_scan_inputs=1, outputs=(1, 1), opset=8),
    case(
        "Scan",
        *(None, float32(3, 2), float32(3, 4, 2)),
        body=BATCHED,
        num_scan_inputs=1,
        directions=[1],
        outputs=(1, 1),
        opset=8,
    ),
    case(
        "Scan",
        *(float32(2), float32(2, 4)),
        body=SUMS,
        num_scan_inputs=1,
        scan_input_axes=[1],
        scan_input_directions=[1],
        scan_output_axes=[-1],
        scan_output_directions=[1],
        outputs=(1, 1),
    ),
    case("Scan", float32(4, 2), int64(4), body=TWO, num_scan_inputs=2, why="no state"),
    case(
        "Scan",
        *(float32(2), float32(0, 2)),
        body=SUMS,
        num_scan_inputs=1,
        outputs=(1, 1),
        expected=[float32(2).array, float32(0, 2).array],
        unknown=False,
        why="no time, which no oracle can, and so no size",
    ),
    case("Scan", float32(2), float32(1, 2), body=SUMS, num_scan_inputs=1, outputs=(1, 1)),
    case(
        "Scan",
        *(float32(2), float32(4, 2)),
        body=WEIGHED,
        num_scan_inputs=1,
        outside=(weight(float32(2, seed=3)),),
        outputs=(1, 1),
        why="weights in the body and around it",
    ),
]

CASES = [*IF, *LOOP, *SCAN]
