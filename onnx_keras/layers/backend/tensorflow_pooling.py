"""Which images TensorFlow pools by itself."""

MEANS_LEAVE_OUT_PADS = True
"""Whether the mean of a window with "same" pads is that of the elements that are none."""

TYPES = {
    1: ("float16", "bfloat16", "float32", "float64"),
    2: ("float16", "bfloat16", "float32", "float64"),
    3: ("bfloat16", "float32"),
}


def pools(dtype: str, rank: int) -> bool:
    """Say whether there is an operation for images of a type with `rank` spatial axes, gradient included."""
    return dtype in TYPES.get(rank, ())
