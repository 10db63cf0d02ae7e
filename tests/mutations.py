"""Models with damage: bytes flipped or removed, files cut short, names and numbers changed, parts dropped or doubled."""

import pathlib
import random
from functools import cache

import onnx
from google.protobuf.descriptor import FieldDescriptor

MODELS = pathlib.Path(__file__).parents[2] / "shared" / "models"
DEMO = pathlib.Path(__file__).parents[1] / "onnx_keras" / "demo"
LARGEST = 20_000
NUMBERS = (0, 1, -1, 2, 3, 7, 99, -5, 2**31 - 1, -(2**31))
_NUMERIC = {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_ENUM}


def damaged(seed):
    """Damage a small model as a seed says, and name what was done to which."""
    rng = random.Random(seed)
    path = rng.choice(small_models())
    mutate = MUTATIONS[seed % len(MUTATIONS)]
    return f"{mutate.__name__} of {path.name}", mutate(path.read_bytes(), rng)


@cache
def small_models():
    """List the small models of the collection; without it, what the package ships."""
    files = sorted(path for folder in ("ops", "generated") for path in (MODELS / folder).glob("*.onnx"))
    return [path for path in files if 0 < path.stat().st_size <= LARGEST] or sorted(DEMO.glob("*.onnx"))


def flip_bytes(content, rng):
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 8))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def truncate(content, rng):
    return content[: rng.randrange(len(content))]


def remove_bytes(content, rng):
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 9) :]


def swap_names(content, rng):
    """Give one text of the model the content of another."""
    model = onnx.ModelProto.FromString(content)
    owner, name, index = rng.choice(list(fields(model, {FieldDescriptor.CPPTYPE_STRING})))
    other, other_name, other_index = rng.choice(list(fields(model, {FieldDescriptor.CPPTYPE_STRING})))
    value = get(other, other_name, other_index)
    if isinstance(value, type(get(owner, name, index))):
        put(owner, name, index, value)
    return model.SerializeToString()


def change_number(content, rng):
    model = onnx.ModelProto.FromString(content)
    numbers = list(fields(model, _NUMERIC))
    if numbers:
        owner, name, index = rng.choice(numbers)
        kind = owner.DESCRIPTOR.fields_by_name[name]
        values = [number.number for number in kind.enum_type.values] if kind.enum_type else NUMBERS
        put(owner, name, index, rng.choice(values))
    return model.SerializeToString()


def drop_part(content, rng):
    """Remove one field, or one entry of a repeated field."""
    model = onnx.ModelProto.FromString(content)
    owner, name, index = rng.choice(list(fields(model)))
    if index is None:
        owner.ClearField(name)
    else:
        del getattr(owner, name)[index]
    return model.SerializeToString()


def double_part(content, rng):
    model = onnx.ModelProto.FromString(content)
    repeated = [field for field in fields(model) if field[2] is not None]
    owner, name, index = rng.choice(repeated)
    getattr(owner, name).append(getattr(owner, name)[index])
    return model.SerializeToString()


def fields(message, kinds=None):
    """Every filled field of a message and those inside: its message, its name, its index if it is repeated."""
    for field, value in message.ListFields():
        for index, part in enumerate(value) if field.is_repeated else [(None, value)]:
            if kinds is None or field.cpp_type in kinds:
                yield message, field.name, index
            if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
                yield from fields(part, kinds)


def get(owner, name, index):
    return getattr(owner, name) if index is None else getattr(owner, name)[index]


def put(owner, name, index, value):
    if index is None:
        setattr(owner, name, value)
    else:
        getattr(owner, name)[index] = value


MUTATIONS = (flip_bytes, truncate, remove_bytes, swap_names, change_number, drop_part, double_part)
