"""Keys and values of the past in buffers that are longer than the past, as decoders of ONNX Runtime share them."""

import onnx_ir as ir

INT64 = ir.DataType.INT64.value


def remembered(op, past, new, places):
    """Write keys or values, one for each head, behind those that a buffer holds already."""
    return op.TensorScatter(past, new, places, axis=2)


def places_of(op, number, batch):
    """Give each sequence of a batch the place where the new keys go."""
    return op.Expand(op.Reshape(op.Cast(number, to=INT64), op.constant([-1])), batch)


def of_beams(op, buffer, beams, places):
    """Gather what each beam sees of a buffer: its past may lie in the rows of its neighbours.

    Args:
        op: The builder.
        buffer: Keys or values of shape (batch * beams, heads, places, size).
        beams: The row among its neighbours for each place, of shape (batch, beams, places); unread from `places` on.
        places: Where the past ends, for each row.
    """
    rows, count = (op.Shape(buffer, start=axis, end=axis + 1) for axis in (0, 2))
    own, place = (op.Range(op.constant(0), op.Squeeze(n), op.constant(1)) for n in (rows, count))
    own = op.Unsqueeze(own, op.constant([1]))
    width = op.Shape(beams, start=1, end=2)
    neighbours = op.Reshape(op.Cast(beams, to=INT64), op.Concat(rows, count, axis=0))
    theirs = op.Add(op.Mul(op.Div(own, width), width), neighbours)
    row = op.Where(op.Less(place, op.Unsqueeze(places, op.constant([1]))), theirs, own)
    at = op.Concat(*(op.Unsqueeze(i, op.constant([2])) for i in (row, op.Expand(place, op.Shape(row)))), axis=2)
    return op.Transpose(op.GatherND(op.Transpose(buffer, perm=[0, 2, 1, 3]), at), perm=[0, 2, 1, 3])
