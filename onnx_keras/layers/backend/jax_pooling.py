"""Which images JAX pools by itself."""

MEANS_LEAVE_OUT_PADS = True
"""Whether the mean of a window with "same" pads is that of the elements that are none."""


def pools(dtype: str, rank: int) -> bool:
    """Say whether there is an operation for images of a type with `rank` spatial axes, gradient included."""
    return "float" in dtype and rank <= 3
