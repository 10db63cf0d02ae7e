"""The attentions of ONNX Runtime, rewritten to ONNX' own.

Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

import onnx_ir as ir

from onnx_keras.graph.upgrades.builder import rank_of
from onnx_keras.graph.upgrades.registry import CannotUpgrade, upgrade
from onnx_keras.graph.upgrades.shared_buffers import of_beams, places_of, remembered

DOMAIN = "com.microsoft"
INT32, INT64, BOOL = (ir.DataType[n].value for n in ("INT32", "INT64", "BOOL"))


@upgrade("RotaryEmbedding", since_version=1, domain=DOMAIN)
def rotary_embedding(node, op):
    """RotaryEmbedding takes positions before the caches; a single one is that of the first element."""
    x, positions, cos, sin = node.inputs
    if node.attributes.get_int("is_packed_batching", 0) or node.attributes.get_float("scale", 1.0) != 1.0:
        raise CannotUpgrade("it packs sequences or scales, which ONNX' RotaryEmbedding doesn't")
    if _rank(positions, "positions") == 1:
        positions = _from_first(op, positions, x, -2 if _rank(x, "input") == 4 else 1)
    return op.RotaryEmbedding(
        x,
        cos,
        sin,
        positions,
        interleaved=node.attributes.get_int("interleaved"),
        num_heads=node.attributes.get_int("num_heads", 0) or _heads_by_size(x, cos),
        rotary_embedding_dim=node.attributes.get_int("rotary_embedding_dim"),
    )


def _from_first(op, first, x, axis):
    """Count positions from the first one on, for each sequence of a batch."""
    start = axis if axis >= 0 else 4 + axis
    length = op.Shape(x, start=start, end=start + 1)
    counted = op.Add(op.Range(op.constant(0), op.Squeeze(length), op.constant(1)), op.Cast(first, to=INT64))
    return op.Expand(counted, op.Concat(op.Shape(x, start=0, end=1), length, axis=0))


def _heads_by_size(x, cos):
    """Count heads by the size of their half, which the cache has; None where an axis of their own counts them."""
    if rank_of(x) == 4:
        return None
    size, half = x.shape[2], None if cos.shape is None else cos.shape[1]
    if not isinstance(size, int) or not isinstance(half, int):
        raise CannotUpgrade("it says no num_heads, and the sizes that would tell it are not known")
    return size // (2 * half)


@upgrade("MultiHeadAttention", since_version=1, domain=DOMAIN)
def multi_head_attention(node, op):
    """MultiHeadAttention has the heads' number, a bias of all three inputs, and masks of several forms."""
    return _attention_of_heads(node, op, *(*node.inputs, *[None] * 10)[:10])


@upgrade("DecoderMaskedMultiHeadAttention", since_version=1, domain=DOMAIN)
def attention_of_a_decoder(node, op):
    """DecoderMaskedMultiHeadAttention attends with one query at a time, to a past in shared buffers."""
    given = (*node.inputs, *[None] * 11)[:11]
    query, key, value, padding, attention_bias, past_key, past_value, place, _, beams, bias = given
    if key is None:
        raise CannotUpgrade("its queries, keys and values come in one tensor")
    if past_key is not None and not node.attributes.get_int("past_present_share_buffer", 0):
        raise CannotUpgrade("its past is in no shared buffer, which ONNX Runtime doesn't allow")
    rest = (bias, padding, attention_bias, past_key, past_value, place, beams)
    return _attention_of_heads(node, op, query, key, value, *rest)


def _attention_of_heads(node, op, query, key, value, bias, padding, attention_bias, past_key, past_value, place, beams):
    heads = node.attributes.get_int("num_heads")
    query, key, value = _unpacked(op, query, key, value)
    if bias is not None:
        query, key, value = _biased(node, op, (query, key, value), bias)
    query, key, value = (_with_heads(op, x, heads) for x in (query, key, value))
    past = past_key, past_value
    if place is not None and past_key is not None:
        return _attention_in_buffers(node, op, (query, key, value), padding, attention_bias, past, place, beams)
    mask = _mask(node, op, query, key, past_key, padding, attention_bias)
    return _attention(node, op, query, key, value, mask, *past)


def _attention_in_buffers(node, op, tensors, padding, attention_bias, past, place, beams):
    """Write keys and values into buffers, and attend to as many as there are then."""
    query, *new = tensors
    batch, count = op.Shape(query, start=0, end=1), op.Shape(new[0], start=2, end=3)
    places = places_of(op, place, batch)
    buffers = [remembered(op, before, tensor, places) for before, tensor in zip(past, new)]
    key, value = buffers if beams is None else (of_beams(op, buffer, beams, places) for buffer in buffers)
    total = op.Add(places, count)
    mask = _mask(node, op, query, key, None, padding, attention_bias)
    y, _, _, products = _attention(node, op, query, key, value, mask, None, None, total)
    end = op.Add(op.Reshape(op.Cast(place, to=INT64), op.constant([-1])), count)
    return y, *buffers, op.Slice(products, op.constant([0]), end, op.constant([3]))


def _unpacked(op, query, key, value):
    """Take queries, keys and values that come in one tensor apart."""
    if key is None:
        return tuple(_part(op, p) for p in op.Split(query, axis=3, num_outputs=3, outputs=3))
    if value is None:
        return query, *(_part(op, p) for p in op.Split(key, axis=3, num_outputs=2, outputs=2))
    return query, key, value


def _part(op, packed):
    """Give (batch, length, heads, 1, size) as (batch, length, heads * size)."""
    return op.Reshape(packed, op.constant([0, 0, -1]))


def _biased(node, op, tensors, bias):
    """Add each its part of a bias, by the sizes of the last axes."""
    sizes = [None if t.shape is None or not isinstance(t.shape[-1], int) else t.shape[-1] for t in tensors]
    if None in sizes or any(rank_of(t) != 3 for t in tensors[1:]):
        # Keys and values that carry their heads already had their bias; queries come first.
        if sizes[0] is None:
            raise CannotUpgrade("the sizes of what its bias is added to are not known")
        part = op.Slice(bias, op.constant([0]), op.constant([sizes[0]]))
        return op.Add(tensors[0], part), *tensors[1:]
    parts = op.Split(bias, op.constant(sizes), axis=0, outputs=3)
    return tuple(op.Add(t, p) for t, p in zip(tensors, parts))


def _with_heads(op, x, heads):
    """Give (batch, length, heads * size) an axis of heads; keys and values of another attention have it."""
    if rank_of(x) == 4:
        return x
    return op.Transpose(op.Reshape(x, op.constant([0, 0, heads, -1])), perm=[0, 2, 1, 3])


def _mask(node, op, query, key, past_key, padding, attention_bias):
    """Add up what keeps keys from being seen; None if all are."""
    if padding is None:
        return attention_bias
    total = op.Shape(key, start=2, end=3)
    if past_key is not None:
        total = op.Add(total, op.Shape(past_key, start=2, end=3))
    seen = _seen(op, padding, total, op.Shape(query, start=0, end=1))
    hidden = op.constant_like(node.attributes.get_float("mask_filter_value", -10000.0), query)
    bias = op.Where(seen, op.constant_like(0.0, query), hidden)
    return bias if attention_bias is None else op.Add(bias, attention_bias)


def _seen(op, padding, total, batch):
    """Turn ends, ends and starts, or zeros and ones to what may be seen, of shape (batch, heads, queries, keys)."""
    rank = _rank(padding, "mask")
    if rank == 1:
        return _between(op, padding, total, batch)
    axes = {2: [1, 2], 3: [1], 4: []}[rank]
    seen = op.Cast(padding, to=BOOL)
    return op.Unsqueeze(seen, op.constant(axes)) if axes else seen


def _between(op, padding, total, batch):
    """Compare places with the ends of sequences, and with their starts where these follow; else starts are zero."""
    places = op.Cast(op.Range(op.constant(0), op.Squeeze(total), op.constant(1)), to=INT32)
    none = op.Expand(op.Cast(op.constant(0), to=INT32), batch)
    starts = op.Slice(op.Concat(padding, none, axis=0), batch, op.Add(batch, batch))
    ends, starts = (
        op.Unsqueeze(v, op.constant([1, 2, 3])) for v in (op.Slice(padding, op.constant([0]), batch), starts)
    )
    return op.And(op.Less(places, ends), op.GreaterOrEqual(places, starts))


def _attention(node, op, query, key, value, mask, past_key, past_value, lengths=None):
    """Attend with an axis of heads, and put the heads' results beside each other again."""
    y, keys, values, products = op.Attention(
        query,
        key,
        value,
        mask,
        past_key,
        past_value,
        lengths,
        is_causal=node.attributes.get_int("unidirectional"),
        scale=node.attributes.get_float("scale", 0.0) or None,
        softcap=node.attributes.get_float("softcap", 0.0) or None,
        qk_matmul_output_mode=2,
        outputs=4,
    )
    return op.Reshape(op.Transpose(y, perm=[0, 2, 1, 3]), op.constant([0, 0, -1])), keys, values, products


@upgrade("Attention", since_version=1, domain=DOMAIN)
def attention_with_projection(node, op):
    """Attention projects its input to queries, keys and values itself."""
    x, weights, bias, padding, past, attention_bias, shared = (*node.inputs, *[None] * 7)[:7]
    if shared is not None or node.attributes.get_int("do_rotary", 0):
        raise CannotUpgrade("it shares buffers of the past or turns features, which ONNX' Attention doesn't")
    packed = op.MatMul(x, weights)
    packed = packed if bias is None else op.Add(packed, bias)
    sizes = node.attributes.get_ints("qkv_hidden_sizes")
    if sizes:
        parts = op.Split(packed, op.constant(sizes), axis=2, outputs=3)
    else:
        parts = op.Split(packed, axis=2, num_outputs=3, outputs=3)
    query, key, value = (_with_heads(op, p, node.attributes.get_int("num_heads")) for p in parts)
    past_key, past_value = (None, None) if past is None else _halves(op, past)
    mask = _mask(node, op, query, key, past_key, padding, attention_bias)
    y, keys, values, _ = _attention(node, op, query, key, value, mask, past_key, past_value)
    return y, op.Concat(op.Unsqueeze(keys, op.constant([0])), op.Unsqueeze(values, op.constant([0])), axis=0)


def _halves(op, past):
    first, second = op.Split(past, axis=0, num_outputs=2, outputs=2)
    return op.Squeeze(first, op.constant([0])), op.Squeeze(second, op.constant([0]))


@upgrade("GroupQueryAttention", since_version=1, domain=DOMAIN)
def group_query_attention(node, op):
    """GroupQueryAttention turns queries and keys, remembers keys, and sees only what came before."""
    given = (*node.inputs, *[None] * 12)[:12]
    query, key, value, past_key, past_value, last, _, cos, sin, positions, attention_bias, sink = given
    if sink is not None or node.attributes.get_int("smooth_softmax", 0):
        raise CannotUpgrade("it has a sink for attention, which ONNX' Attention hasn't")
    heads, groups = node.attributes.get_int("num_heads"), node.attributes.get_int("kv_num_heads")
    if key is None:
        query, key, value = _grouped_parts(op, query, heads, groups)
    query = _with_heads(op, query, heads)
    key, value = _with_heads(op, key, groups), _with_heads(op, value, groups)
    places = _places(op, query, last)
    if node.attributes.get_int("do_rotary", 0):
        turn = {"interleaved": node.attributes.get_int("rotary_interleaved")}
        where = places if positions is None else positions
        query, key = (op.RotaryEmbedding(t, cos, sin, where, **turn) for t in (query, key))
    mask = _causal(node, op, query, key, past_key, places, last)
    if attention_bias is not None:
        mask = op.Where(mask, attention_bias, op.constant_like(float("-inf"), query))
    return _attention(node, op, query, key, value, mask, past_key, past_value)[:3]


def _grouped_parts(op, packed, heads, groups):
    """Take queries, keys and values apart that lie beside each other in the last axis, head by head."""
    width = heads + 2 * groups
    whole = op.Reshape(packed, op.constant([0, 0, width, -1]))
    parts = op.Split(whole, op.constant([heads, groups, groups]), axis=2, outputs=3)
    return tuple(op.Reshape(p, op.constant([0, 0, -1])) for p in parts)


def _places(op, query, last):
    """Give the place of each query in its sequence, of shape (batch, queries)."""
    length = op.Shape(query, start=2, end=3)
    before = op.Sub(op.Add(op.Cast(op.Reshape(last, op.constant([-1])), to=INT64), op.constant(1)), length)
    before = op.Max(before, op.constant(0))
    return op.Add(op.Unsqueeze(before, op.constant([1])), op.Range(op.constant(0), op.Squeeze(length), op.constant(1)))


def _causal(node, op, query, key, past_key, places, last):
    """Say which keys a query sees: those before it, near enough, and not padding."""
    total = op.Shape(key, start=2, end=3)
    if past_key is not None:
        total = op.Add(total, op.Shape(past_key, start=2, end=3))
    keys = op.Range(op.constant(0), op.Squeeze(total), op.constant(1))
    own = op.Unsqueeze(places, op.constant([1, 3]))
    seen = op.LessOrEqual(keys, own)
    window = node.attributes.get_int("local_window_size", -1)
    if window >= 0:
        seen = op.And(seen, op.Greater(keys, op.Sub(own, op.constant(window))))
    real = op.LessOrEqual(
        keys, op.Unsqueeze(op.Cast(op.Reshape(last, op.constant([-1])), to=INT64), op.constant([1, 2, 3]))
    )
    return op.And(seen, real)


def _rank(value, role):
    rank = rank_of(value)
    if rank is None:
        raise CannotUpgrade(f"the rank of its {role} is not known")
    return rank
