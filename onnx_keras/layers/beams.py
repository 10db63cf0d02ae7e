"""Beams: sequences that grow by the likeliest tokens, and those that have ended."""

from typing import Any, NamedTuple

import numpy as np
from keras import ops

LOWEST = float(np.finfo("float32").min)
FAR = -1e9
"""The score of all beams but the first at the start: they are the same sequence."""


class Rules(NamedTuple):
    """What a search goes by.

    Attributes:
        width: How many beams there are.
        max_length: The length of sequences.
        min_length: The length from which on they may end.
        length_penalty: The power of the length that scores are divided by.
        repetition_penalty: What the score of a token is multiplied by that a sequence has.
        vocab_mask: Zero for each token that is never written; None if there is none such.
        stops_early: Whether to stop when there are enough that have ended.
        end: The token that ends a sequence.
        no_repeat: How many tokens in a row never repeat; 0 for any.
        pad: The token after the end.
    """

    width: int
    max_length: int
    min_length: int
    length_penalty: Any
    repetition_penalty: Any
    vocab_mask: Any
    stops_early: bool
    end: int
    no_repeat: int
    pad: int


class Beams(NamedTuple):
    """Where a search is.

    Attributes:
        sequences: The sequences that go on, of shape (batch, beams, max_length).
        scores: Their scores, of shape (batch, beams).
        ended: The best sequences that have ended.
        ended_scores: Their scores, the best first.
        count: How many have ended, of shape (batch,).
        done: Whether no better one is to be found.
    """

    sequences: Any
    scores: Any
    ended: Any
    ended_scores: Any
    count: Any
    done: Any


def first_beams(rules: Rules, start: Any) -> Beams:
    """Begin with one token, of shape (batch, 1)."""
    batch = ops.shape(start)[0]
    nothing = ops.full((batch, rules.width, rules.max_length), rules.pad, dtype="int32")
    at = ops.reshape(ops.arange(rules.max_length) == 0, (1, 1, -1))
    sequences = ops.where(at, ops.expand_dims(ops.cast(start, "int32"), 1), nothing)
    scores = ops.where(ops.arange(rules.width) == 0, 0.0, FAR) + ops.zeros((batch, 1))
    none = ops.zeros((batch,), "int32")
    return Beams(sequences, ops.cast(scores, "float32"), nothing, ops.full_like(scores, -np.inf), none, none > 0)


def next_beams(rules: Rules, beams: Beams, logits: Any, length: Any, allowed_first: Any) -> tuple[Beams, Any, Any]:
    """Write one more token.

    Args:
        rules: What the search goes by.
        beams: Where it is.
        logits: Those of the next token, of shape (batch * beams, vocabulary).
        length: The length of the sequences before.
        allowed_first: Zero for each token that isn't written now, of shape (batch, vocabulary); None if there is none.

    Returns:
        Where the search is then, the number of the beam that each came from, and the scores of all tokens.
    """
    scores = token_scores(rules, beams, logits, length, allowed_first)
    vocabulary = ops.shape(scores)[-1]
    best, places = ops.top_k(ops.reshape(scores, (-1, rules.width * vocabulary)), 2 * rules.width)
    tokens, origins = ops.cast(places % vocabulary, "int32"), ops.cast(places // vocabulary, "int32")
    ends = tokens == rules.end
    after = with_ended(rules, beams, best, origins, ends, length)
    done = ops.logical_or(beams.done, is_done(rules, after, best, length))
    # Those that go on: the best that don't end, in their order.
    rank = ops.arange(2 * rules.width, dtype="int32") + 2 * rules.width * ops.cast(ends, "int32")
    chosen = ops.argsort(rank, axis=1)[:, : rules.width]
    best, tokens, origins = (ops.take_along_axis(x, chosen, axis=1) for x in (best, tokens, origins))
    was_done = ops.expand_dims(beams.done, 1)
    tokens = ops.where(was_done, rules.pad, tokens)
    batch = ops.expand_dims(ops.arange(ops.shape(tokens)[0], dtype="int32"), 1)
    rows = ops.reshape(ops.where(was_done, 0, origins + rules.width * batch), (-1,))
    before = ops.take(ops.reshape(beams.sequences, (-1, rules.max_length)), rows, axis=0)
    before = ops.reshape(before, (-1, rules.width, rules.max_length))
    at = ops.arange(rules.max_length, dtype="int32") == length
    sequences = ops.where(at, ops.expand_dims(tokens, 2), before)
    best = ops.where(was_done, 0.0, best)
    return after._replace(sequences=sequences, scores=best, done=done), rows, scores


def with_ended(rules: Rules, beams: Beams, best: Any, origins: Any, ends: Any, length: Any) -> Beams:
    """Keep the sequences that end here, if they are among the best so far."""
    ends, origins = ends[:, : rules.width], origins[:, : rules.width]
    ends = ops.logical_and(ends, ops.logical_not(ops.expand_dims(beams.done, 1)))
    sequences = ops.take_along_axis(beams.sequences, ops.expand_dims(origins, 2), axis=1)
    return merged(rules, beams, sequences, best[:, : rules.width], ends, length)


def merged(rules: Rules, beams: Beams, sequences: Any, scores: Any, wanted: Any, length: Any) -> Beams:
    """Keep the best of those that have ended and more."""
    scores = ops.where(wanted, scores / penalty(rules, length), -np.inf)
    every = ops.concatenate([beams.ended_scores, scores], axis=1)
    kept, places = ops.top_k(every, rules.width)
    both = ops.concatenate([beams.ended, sequences], axis=1)
    ended = ops.take_along_axis(both, ops.expand_dims(ops.cast(places, "int32"), 2), axis=1)
    count = beams.count + ops.sum(ops.cast(wanted, "int32"), axis=1)
    return beams._replace(ended=ended, ended_scores=kept, count=ops.minimum(count, rules.width))


def penalty(rules: Rules, length: Any) -> Any:
    return ops.power(ops.cast(length, "float32"), rules.length_penalty)


def is_done(rules: Rules, beams: Beams, best: Any, length: Any) -> Any:
    """Say for which sequences of the batch nothing better than what has ended is to be expected."""
    enough = beams.count >= rules.width
    if rules.stops_early:
        return enough
    # ONNX Runtime looks for the best score of a sequence where that of half its number in the batch is; so results
    # depend on the batch, and are only the same if they do here.
    batch = ops.shape(best)[0]
    places = rules.width * ops.expand_dims(ops.arange(batch), 1) + ops.arange(2 * rules.width)
    best = ops.take(ops.reshape(best, (-1,)), places, axis=0)
    return ops.logical_and(enough, beams.ended_scores[:, -1] >= ops.max(best, axis=1) / penalty(rules, length))


def results(rules: Rules, beams: Beams, count: int) -> tuple[Any, Any]:
    """Give the best sequences: those that have ended and, unless the search was done, those that haven't."""
    wanted = ops.logical_not(ops.expand_dims(beams.done, 1))
    wanted = ops.broadcast_to(wanted, ops.shape(beams.scores))
    beams = merged(rules, beams, beams.sequences, beams.scores, wanted, rules.max_length)
    return beams.ended[:, :count], beams.ended_scores[:, :count]


def token_scores(rules: Rules, beams: Beams, logits: Any, length: Any, allowed_first: Any) -> Any:
    """Score every token as the next one of every beam, in a tensor of shape (batch, beams, vocabulary)."""
    vocabulary = ops.shape(logits)[-1]
    scores = ops.reshape(ops.log_softmax(logits, axis=-1), (-1, rules.width, vocabulary))
    if not isinstance(rules.repetition_penalty, float) or rules.repetition_penalty != 1:
        valid = ops.arange(rules.max_length, dtype="int32") < length
        has = marked(beams.sequences, ops.broadcast_to(valid, ops.shape(beams.sequences)), vocabulary)
        punished = ops.where(scores < 0, scores * rules.repetition_penalty, scores / rules.repetition_penalty)
        scores = ops.where(has, punished, scores)
    if rules.no_repeat:
        scores = ops.where(repeating(rules, beams.sequences, length, vocabulary), LOWEST, scores)
    if rules.vocab_mask is not None:
        scores = ops.where(ops.equal(rules.vocab_mask, 0), LOWEST, scores)
    if allowed_first is not None:
        scores = ops.where(ops.expand_dims(ops.equal(allowed_first, 0), 1), LOWEST, scores)
    if rules.min_length:
        is_end = ops.arange(vocabulary, dtype="int32") == rules.end
        scores = ops.where(ops.logical_and(is_end, ops.less(length, rules.min_length)), LOWEST, scores)
    return scores + ops.expand_dims(beams.scores, 2)


def repeating(rules: Rules, sequences: Any, length: Any, vocabulary: Any) -> Any:
    """Mark the tokens that would end a row of tokens that has been."""
    size = rules.no_repeat
    if size > rules.max_length:
        return ops.zeros_like(sequences[:, :, :1], dtype="bool")
    starts = rules.max_length - size + 1
    last = ops.maximum(length - size + 1 + ops.arange(size - 1, dtype="int32"), 0)
    prefix = ops.take(sequences, last, axis=2)
    same = ops.arange(starts, dtype="int32") <= length - size
    same = ops.broadcast_to(same, ops.shape(sequences[:, :, :starts]))
    for k in range(size - 1):
        same = ops.logical_and(same, sequences[:, :, k : k + starts] == prefix[:, :, k : k + 1])
    return marked(sequences[:, :, size - 1 :], same, vocabulary)


def marked(tokens: Any, which: Any, vocabulary: Any) -> Any:
    """Mark which tokens are in a row, of shape (batch, beams, tokens), where `which` is true."""
    batch, width, count = ops.shape(tokens)
    row = ops.expand_dims(ops.arange(batch * width, dtype="int32"), 1)
    at = ops.stack([ops.broadcast_to(row, (batch * width, count)), ops.reshape(tokens, (-1, count))], axis=-1)
    found = ops.scatter(
        ops.reshape(at, (-1, 2)), ops.reshape(ops.cast(which, "int32"), (-1,)), (batch * width, vocabulary)
    )
    return ops.reshape(found > 0, (batch, width, vocabulary))
