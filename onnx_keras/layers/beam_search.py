"""BeamSearch: text written by an encoder and a decoder, an operator of ONNX Runtime."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
from keras import ops

from onnx_keras.errors import UnsupportedModelError
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, has_shape, layout_field, operator
from onnx_keras.layers.beams import Beams, Rules, first_beams, next_beams, results
from onnx_keras.layers.bodies import input_shapes, results_of, run_body

ENCODER_DECODER = 1


@operator(domain="com.microsoft", since_version=1)
class BeamSearch(Operator):
    """Write the likeliest sequences of tokens, token by token, from an encoder's reading of others.

    Inputs:
        input_ids: What the encoder reads, of shape (batch, length).
        max_length: The length of what is written.
        min_length: The length from which on it may end.
        num_beams: How many sequences are followed at once.
        num_return_sequences: How many of them come out.
        length_penalty: The power of the length that scores are divided by; 1 by default.
        repetition_penalty: What the logarithms of tokens are multiplied by that a sequence has already; 1 by default.
        vocab_mask: Zero for each token that is never written.
        prefix_vocab_mask: Zero for each token that is not written first, for each sequence of the batch.
        attention_mask: Zero for each token that isn't read; padding at the start by default.
        decoder_input_ids: Only None.
        logits_processor: Only None or 0.
        captured_values: What the bodies read of the graphs around them.

    Attributes:
        decoder: From the last token or all tokens, the encoder's mask, other tensors that the encoder has, called as
            there, and the keys and values of the past to the logits of the next token, and keys and values.
        decoder_start_token_id: The first token.
        early_stopping: Whether to stop as soon as there are enough sequences that end.
        encoder: From what is read, its mask and the first token to logits, its states, and keys and values of the
            decoder and between both.
        eos_token_id: The token that ends a sequence.
        init_decoder: Only None.
        model_type: Only 1: an encoder and a decoder.
        no_repeat_ngram_size: How many tokens in a row never repeat; 0 for any.
        pad_token_id: The token after the end.
        vocab_size: The number of tokens; that of the logits if not positive.
        captured: The number of captured values.

    Returns:
        The sequences of shape (batch, num_return_sequences, max_length), their scores, and the scores of all tokens.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.BeamSearch
    """

    decoder: keras.Model
    decoder_start_token_id: int = -1
    early_stopping: int = 0
    encoder: keras.Model
    eos_token_id: int
    init_decoder: keras.Model | None = None
    model_type: int = 0
    no_repeat_ngram_size: int = 0
    pad_token_id: int
    vocab_size: int = -1
    captured: int = layout_field(0)

    static_inputs = (
        "max_length",
        "min_length",
        "num_beams",
        "num_return_sequences",
        "length_penalty",
        "repetition_penalty",
        "logits_processor",
    )
    depends_on_data = True

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["model_type"] != ENCODER_DECODER:
            yield f"model_type={attributes['model_type']}"
            return
        if attributes["init_decoder"] is not None:
            yield "init_decoder"
        if "decoder_input_ids" not in getattr(attributes["encoder"], "inputs", ()):
            yield "an encoder that gives no logits"
        if "past_sequence_length" in attributes["decoder"].inputs:
            yield "a decoder whose past is in shared buffers"

    def compute(
        self,
        input_ids: Any,
        max_length: Any,
        min_length: Any = None,
        num_beams: Any = None,
        num_return_sequences: Any = None,
        length_penalty: Any = None,
        repetition_penalty: Any = None,
        vocab_mask: Any = None,
        prefix_vocab_mask: Any = None,
        attention_mask: Any = None,
        decoder_input_ids: Any = None,
        logits_processor: Any = None,
        *captured_values: Any,
    ) -> tuple[Any, ...]:
        if decoder_input_ids is not None or number("logits_processor", logits_processor, 0):
            raise UnsupportedModelError("BeamSearch takes neither decoder_input_ids nor a logits_processor.")
        width, length = number("num_beams", num_beams, 1), number("max_length", max_length)
        rules = Rules(
            width,
            length,
            number("min_length", min_length, 0),
            scalar(length_penalty),
            scalar(repetition_penalty),
            vocab_mask,
            self.early_stopping == 1,
            self.eos_token_id,
            self.no_repeat_ngram_size,
            self.pad_token_id,
        )
        mask = reading_mask(input_ids, self.pad_token_id) if attention_mask is None else attention_mask
        start = ops.full_like(input_ids[:, :1], self.decoder_start_token_id)
        logits, states, *caches = run_body(self.encoder, (input_ids, mask, start, *captured_values))
        read = {"encoder_input_ids": input_ids, "encoder_attention_mask": mask, "encoder_hidden_states": states}
        read = {n: ops.repeat(x, width, axis=0) for n, x in read.items()}
        caches = [ops.repeat(x, width, axis=0) for x in caches]
        first = ops.repeat(self.of_last(logits), width, axis=0)
        beams = first_beams(rules, start)
        beams, _, scores = next_beams(rules, beams, first, 1, prefix_vocab_mask)
        beams, collected = self.go_on(rules, beams, read, caches, captured_values, ops.shape(first)[-1])
        sequences, found = results(rules, beams, number("num_return_sequences", num_return_sequences, 1))
        more = all_scores(scores, collected[0], length) if collected else None
        return sequences, ops.cast(found, logits.dtype), more

    def of_last(self, logits: Any) -> Any:
        """Give the logits of the last token's successor."""
        known = self.vocab_size if self.vocab_size > 0 else None
        return ops.cast(logits[:, -1, :known], "float32")

    def go_on(
        self,
        rules: Rules,
        beams: Beams,
        read: dict[str, Any],
        caches: Sequence[Any],
        captured_values: Sequence[Any],
        vocabulary: Any,
    ) -> tuple[Beams, list[Any]]:
        """Write all tokens but the first."""
        pasts = len(results_of(self.decoder)) - 1
        own, other = caches[:pasts], caches[pasts:]
        shapes = input_shapes(self.decoder)
        before = len(shapes) - len(captured_values) - len(caches)
        names = [*self.decoder.onnx_inputs][1:before]
        takes_last = shapes[0] is not None and shapes[0][1] == 1

        def step(i: Any, goes_on: Any, states: Sequence[Any], elements: Sequence[Any]) -> Any:
            beams, past = Beams(*states[: len(Beams._fields)]), states[len(Beams._fields) :]
            length = ops.cast(i, "int32") + 2
            tokens = ops.reshape(beams.sequences, (-1, rules.max_length))[:, :length]
            ids = tokens[:, -1:] if takes_last else tokens
            logits, *present = run_body(self.decoder, (ids, *(read[n] for n in names), *past, *other, *captured_values))
            beams, rows, scores = next_beams(rules, beams, self.of_last(logits), length, None)
            kept = [ops.take(x, rows, axis=0) for x in present]
            return ops.logical_not(ops.all(beams.done)), [*beams, *kept], [scores] if self.wants(2) else []

        known = [tuple(None if i == 0 else s for i, s in enumerate(x.shape)) for x in beams]
        size = vocabulary if isinstance(vocabulary, int) else None
        collected = [((None, rules.width, size), "float32")] if self.wants(2) else []
        carried = [*known, *shapes[before : before + pasts]]
        states, found = native.loop(step, rules.max_length - 2, None, [*beams, *own], (), carried, collected)
        return Beams(*states[: len(Beams._fields)]), found


def number(name: str, value: Any, default: int | None = None) -> int:
    """Give a number that is known before the layer runs."""
    value = value[0] if isinstance(value, tuple) else value
    if has_shape(value):
        raise UnsupportedModelError(f"{name} of BeamSearch is computed, but has to be known.")
    return default if value is None else value  # type: ignore[return-value]


def scalar(value: Any) -> Any:
    """Give a float, known or computed; 1 where there is none."""
    if value is None:
        return 1.0
    value = value[0] if isinstance(value, tuple) else value
    return ops.reshape(ops.cast(value, "float32"), ()) if has_shape(value) else float(value)


def reading_mask(input_ids: Any, pad: int) -> Any:
    """Hide the padding before the first token."""
    return ops.cast(ops.cumsum(ops.cast(input_ids != pad, "int32"), axis=1) > 0, "int32")


def all_scores(first: Any, others: Any, length: int) -> Any:
    """Stack the scores of all steps, of shape (max_length - 1, batch, beams, vocabulary); zero after the end."""
    found = ops.concatenate([ops.expand_dims(first, 0), others], axis=0)
    return native.padded(found, [(0, length - 1 - ops.shape(found)[0])] + [(0, 0)] * 3, 0.0)
