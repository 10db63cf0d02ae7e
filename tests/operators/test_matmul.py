"""Products of matrices."""

from tests.operators.matrix import bfloat16, case, float16, float32, float64, int32, int64, live, tensor, weight

PRODUCTS = [
    *[case("MatMul", float32(2, 3, 4), weight(float32(4, 5)), opset=v) for v in (1, 9, 13)],
    case("MatMul", float32(2, 3, 4), float32(2, 4, 5)),
    case("MatMul", float32(2, 1, 3, 4), float32(5, 4, 2), why="batch axes broadcast"),
    case("MatMul", float32(4), float32(2, 4, 5)),
    case("MatMul", float32(2, 3, 4), float32(4)),
    case("MatMul", float32(4), float32(4)),
    case("MatMul", weight(float32(3, 4)), float32(2, 4, 5), why="the matrix on the left"),
    case(
        "MatMul",
        weight(float32(2, 3, 4)),
        weight(float32(4)),
        trains=False,
        expected=[float32(2, 3, 4).array @ float32(4).array],
    ),
    case("MatMul", float32(2, 0), float32(0, 3), why="a sum of nothing"),
    case("MatMul", float32(0, 3, 4), weight(float32(4, 2)), trains=False),
    *[case("MatMul", t(2, 3), t(3, 2, seed=1)) for t in (float64, float16, int32, int64)],
    *[case("MatMul", tensor(t, 2, 3, high=9), tensor(t, 3, 2, high=9)) for t in ("uint32", "uint64")],
    case("MatMul", bfloat16(2, 3), bfloat16(3, 2), oracle="reference"),
    case("MatMul", live([[2**40 + 1, 3], [5, -7]], "int64"), live([[1, 2], [3, 4]], "int64"), why="no float32 has it"),
    case("MatMul", live([2**40 + 1, 3], "int64"), live([1, 2], "int64")),
    case("MatMul", live([2**20 + 1, 3], "int32"), live([[2**9, 1, 0], [2, 5, 1]], "int32")),
    case("MatMul", live([[2**30 + 1, 3]], "int32"), live([1, 2], "int32")),
]

A, B = float32(3, 4), float32(4, 5)
GEMMS = [
    case("Gemm", A, weight(B), weight(float32(3, 5)), opset=1, expected=[A.array @ B.array + float32(3, 5).array]),
    case("Gemm", A, weight(B), weight(float32(3, 5)), opset=6),
    case("Gemm", A, weight(B), weight(float32(5)), broadcast=1, opset=6),
    *[case("Gemm", float32(3, 4), weight(float32(4, 5)), weight(float32(5)), opset=v) for v in (7, 9, 11, 13)],
    case("Gemm", float32(4, 3), weight(float32(5, 4)), weight(float32(3, 1)), transA=1, transB=1, alpha=0.5, beta=2.0),
    case("Gemm", weight(float32(4, 3)), float32(5, 4), transA=1, transB=1),
    case("Gemm", float32(3, 4), float32(4, 5), live(2.0), beta=0.5, why="rank 0"),
    case("Gemm", float64(3, 4), float64(4, 5), float64(1, 5), alpha=0.25),
    case("Gemm", int32(3, 4), int32(4, 5), int32(5), oracle="reference"),
    case("Gemm", float16(3, 4), weight(float16(4, 5)), weight(float16(5)), alpha=0.5),
    case("Gemm", float32(0, 4), weight(float32(4, 5)), trains=False),
    case("Gemm", live([[2**25 + 1, 3]], "int32"), live([[1, 2], [3, 4]], "int32"), oracle="reference"),
]

EQUATIONS = [
    *[case("Einsum", float32(2, 3, 4), float32(2, 4, 5), equation="bij,bjk->bki", opset=v) for v in (12, 28)],
    case("Einsum", float32(3, 4), equation="ij->i"),
    case("Einsum", float32(3, 4), equation="ij->"),
    case("Einsum", float32(3, 3), equation="ii->i", why="a diagonal"),
    case("Einsum", float32(3, 4), float32(4, 5), equation="ij,jk", why="the result's axes in alphabetic order"),
    case("Einsum", float32(4, 3), equation="ba", why="alphabetic order transposes"),
    case("Einsum", float32(2, 3, 4), float32(2, 4, 5), equation="...ij, ...jk -> ...ik"),
    case("Einsum", float32(2, 3, 4), equation="...j->j...", why="an ellipsis in the middle of the result"),
    case("Einsum", float32(3), float32(4), weight(float32(3, 4)), equation="i,j,ij->ij"),
    case("Einsum", float64(2, 3), float64(2, 3), equation="ij,ij->i"),
    case("Einsum", int32(2, 3), int32(3), equation="ij,j->i", oracle="reference"),
]

CASES = PRODUCTS + GEMMS + EQUATIONS
