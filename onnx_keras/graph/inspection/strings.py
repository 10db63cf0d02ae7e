"""Two facts about raw messages that everything after relies on: text is text, and nothing is nested endlessly."""

from collections.abc import Iterator
from functools import cache

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from onnx_keras.graph.inspection.findings import quoted, refuse

# What protobuf's own parser accepts; models built in memory can be deeper.
DEEPEST = 100


def check_strings(message: Message) -> None:
    """Refuse names that are no UTF-8 and messages nested too deeply.

    Protobuf hands out text that it can't decode as bytes, which no later step expects.
    """
    refuse(_unreadable(message), "Names in ONNX are UTF-8: the file is damaged, get it or export it again.")


def _unreadable(message: Message) -> Iterator[str]:
    stack = [(message, "model", 0)]
    while stack:
        message, where, depth = stack.pop()
        if depth > DEEPEST:
            yield f"{where[:200]}... is nested more than {DEEPEST} messages deep."
            return
        strings, messages = _fields(message.DESCRIPTOR)
        for field, repeated in strings:
            for text in _contents(message, field, repeated):
                if isinstance(text, bytes):
                    yield f"{where}.{field} is {quoted(text)}, which is not UTF-8."
        for field, repeated in messages:
            parts = _contents(message, field, repeated)
            stack += [(part, f"{where}.{field}[{index}]", depth + 1) for index, part in enumerate(parts)]


@cache
def _fields(descriptor):
    """The text fields and the message fields of a kind of message, and whether each is repeated."""
    found = {FieldDescriptor.TYPE_STRING: [], FieldDescriptor.TYPE_MESSAGE: []}
    for field in descriptor.fields:
        if field.type in found:
            found[field.type].append((field.name, field.is_repeated))
    return found[FieldDescriptor.TYPE_STRING], found[FieldDescriptor.TYPE_MESSAGE]


def _contents(message, field, repeated):
    if repeated:
        return getattr(message, field)
    return [getattr(message, field)] if message.HasField(field) else []
