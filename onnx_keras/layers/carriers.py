"""Elements of types that no tensor has: the numbers that carried ones are, and what carries numbers."""

import functools
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.types import FLOATS8, SMALL_FLOATS, SMALL_INTS, carrier, numpy_type

BITS = {"float4_e2m1fn": 4, "float6_e2m3fn": 6, "float6_e3m2fn": 6, **dict.fromkeys(FLOATS8, 8)}
BITS |= {"int2": 2, "uint2": 2, "int4": 4, "uint4": 4}
UNSIGNED = {2: "uint2", 4: "uint4"}
WITHOUT_MINUS_ZERO = ("float8_e4m3fnuz", "float8_e5m2fnuz")


def numbers(x: Any, dtype: str) -> Any:
    """Give the numbers that elements of a type are: floats of eight bits and less as float32, others as they come."""
    if dtype not in SMALL_FLOATS:
        return x
    return ops.take(ops.convert_to_tensor(numbers_of_codes(dtype), "float32"), ops.cast(x, "int32"))


@functools.cache
def numbers_of_codes(dtype: str) -> np.ndarray:
    """List what each code of a float stands for."""
    return np.arange(2 ** BITS[dtype], dtype=np.uint8).view(numpy_type(dtype)).astype(np.float32)


def converted(x: Any, source: str, dtype: str, saturate: bool = True, round_mode: str = "up") -> Any:
    """Convert elements of one type to another as ONNX does; of both types the tensor may be a carrier.

    Args:
        x: The tensor.
        source: The type of its elements.
        dtype: The type of the result's.
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        round_mode: How numbers become powers of two (float8_e8m0fnu): "up", "down" or "nearest".
    """
    if source == dtype:
        return x
    if source == "string":
        x = native.read_numbers(x, read_as(dtype))
    x = numbers(x, source)
    if dtype == "string":
        return native.write_numbers(x)
    if dtype == "float8_e8m0fnu":
        return power_of_two(ops.cast(x, "float32"), saturate, round_mode)
    if dtype in SMALL_FLOATS:
        return code(x if ops.dtype(x) == "float64" else ops.cast(x, "float32"), dtype, saturate)
    if dtype in SMALL_INTS:
        return low_bits(ops.cast(x, "int32"), dtype)
    return ops.cast(x, dtype)


def read_as(dtype: str) -> str:
    """Choose the type in which numbers are read before they become elements of a type."""
    return "float32" if dtype in SMALL_FLOATS else "int32" if dtype in SMALL_INTS else dtype


def low_bits(x: Any, dtype: str) -> Any:
    """Keep as many bits of integers as a type has."""
    bits = BITS[dtype]
    if dtype.startswith("u"):
        return ops.cast(ops.bitwise_and(x, 2**bits - 1), "uint8")
    middle = 2 ** (bits - 1)
    return ops.cast(ops.bitwise_and(x + middle, 2**bits - 1) - middle, "int8")


def code(x: Any, dtype: str, saturate: bool) -> Any:
    """Find the codes of the nearest floats of a type, of two as near the even one."""
    borders = borders_of(dtype, ops.dtype(x))
    found = ops.searchsorted(ops.convert_to_tensor(borders, ops.dtype(x)), ops.reshape(ops.abs(x), [-1]), side="left")
    found = ops.cast(ops.reshape(found, ops.shape(x)), "int32")
    if saturate or BITS[dtype] < 8:
        found = ops.minimum(found, len(borders) - 1)  # What comes after the largest number is infinite, or none.
    sign = 2 ** (BITS[dtype] - 1)
    negative = ops.logical_and(ops.signbit(x), found > 0) if dtype in WITHOUT_MINUS_ZERO else ops.signbit(x)
    found = ops.where(negative, ops.bitwise_or(found, sign), found)
    return ops.cast(ops.where(ops.isnan(x), int(np.array(np.nan, numpy_type(dtype)).view(np.uint8)), found), "uint8")


@functools.cache
def borders_of(dtype: str, wide: str) -> np.ndarray:
    """List above which numbers each code but the first is the nearest; a number halfway belongs to the even code."""
    numbers = numbers_of_codes(dtype)[: 2 ** (BITS[dtype] - 1)].astype(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    after = 2 * numbers[-1] - numbers[-2]
    halfway = ((numbers + np.append(numbers[1:], after)) / 2).astype(wide)
    odd = np.arange(len(halfway)) % 2 == 1
    return np.where(odd, np.nextafter(halfway, np.zeros((), wide)), halfway)


def power_of_two(x: Any, saturate: bool, round_mode: str) -> Any:
    """Keep the exponents of float32, rounded by their fractions; infinities and NaN are the last code."""
    bits = native.bitcast(x, "int32")
    exponent = ops.bitwise_and(ops.right_shift(bits, 23), 255)
    fraction = ops.bitwise_and(bits, 2**23 - 1)
    if round_mode == "up":
        more = fraction > 0
    elif round_mode == "nearest":
        half = 2**22
        more = ops.logical_or(fraction > half, ops.logical_and(fraction == half, exponent > 0))
    else:
        more = ops.zeros_like(fraction, "bool")
    last = 253 if saturate else 254
    return ops.cast(exponent + ops.cast(ops.logical_and(more, exponent <= last), "int32"), "uint8")


def reinterpreted(x: Any, source: str, dtype: str) -> Any:
    """Read the bits of elements as another type of as many bits."""
    if source in SMALL_INTS or dtype in SMALL_INTS:
        return low_bits(ops.cast(x, "int32"), dtype if dtype in SMALL_INTS else UNSIGNED[BITS[dtype]])
    return native.bitcast(x, carrier(dtype))
