"""Operations on text, on TensorFlow."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

BEFORE, AFTER = "\x02", "\x03"
"""Control characters, which text doesn't have, around a word."""

joined_text = tf.add
matches_text = tf.strings.regex_full_match


def split_text(x: Any, delimiter: str, maxsplit: int) -> tuple[Any, Any]:
    """Split each string at a delimiter, or at white space; give the parts and how many there are."""
    parts = tf.strings.split(tf.reshape(x, [-1]), delimiter or None, maxsplit)
    if not delimiter:  # TensorFlow adds an empty part to strings that have as many as `maxsplit` allows
        parts = tf.ragged.boolean_mask(parts, parts != "")
    shape, counts = tf.shape(x, tf.int64), parts.row_lengths()
    longest = tf.reduce_max(tf.concat([counts, tf.zeros((1,), tf.int64)], 0))
    padded = parts.to_tensor("", shape=(None, None))
    return tf.reshape(padded, tf.concat([shape, [longest]], 0)), tf.reshape(counts, shape)


def text_in_case(x: Any, action: str) -> Any:
    """Turn all letters to small ("LOWER") or capital ones ("UPPER")."""
    if action == "NONE":
        return x
    return (tf.strings.lower if action == "LOWER" else tf.strings.upper)(x, encoding="utf-8")


def kept_text(x: Any, keep: Any) -> Any:
    """Keep some words of a vector, or of the only row of a matrix; if there are none, an empty one."""
    words = tf.reshape(x, [-1])
    words = words if keep is None else tf.boolean_mask(words, tf.reshape(keep, [-1]))
    missing = tf.cast(tf.equal(tf.size(words), 0), tf.int32)
    words = tf.concat([words, tf.fill([missing], "")], 0)
    return tf.reshape(words, [1, -1]) if len(x.shape) == 2 else words


def words_of_text(x: Any, word: str, separators: Sequence[str], shortest: int, filler: str) -> Any:
    """Part each string into words: what an expression matches, or what stands between separators."""
    flat = tf.reshape(x, [-1])
    if word:
        marked = tf.strings.regex_replace(flat, f"({word})", rf"{BEFORE}\1{AFTER}")
        parts = tf.strings.split(marked, BEFORE)
        words = parts.with_flat_values(tf.strings.regex_replace(parts.flat_values, f"(?s)^[^{AFTER}]*$", ""))
        words = words.with_flat_values(tf.strings.regex_replace(words.flat_values, f"(?s){AFTER}.*", ""))
    else:
        words = tf.strings.split(tf.strings.regex_replace(flat, "|".join(separators), BEFORE), BEFORE)
    is_long = tf.strings.length(words.flat_values, "UTF8_CHAR") >= max(shortest, 1)
    words = tf.ragged.boolean_mask(words, words.with_flat_values(is_long))
    table = words.to_tensor(filler, shape=(None, None))
    return tf.reshape(table, tf.concat([tf.shape(x), tf.shape(table)[1:]], 0))
