"""The model that `load` returns: a functional Keras model that knows its ONNX names."""

import contextlib
import inspect
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import keras

from onnx_keras.errors import InputError
from onnx_keras.naming import Names
from onnx_keras.places import info_of
from onnx_keras.source import Source, known

Shapes = Mapping[str, tuple[int | None, ...] | None]
"""The shapes of inputs by their names, None where any will do."""

FRAMES_PER_LAYER = 2
"""Python frames that Keras needs for each layer when it walks a graph, and as many to spare."""


@contextlib.contextmanager
def room_for(layers: int) -> Iterator[None]:
    """Let Python's stack grow with the graph while Keras walks it: a frame a layer."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, before + FRAMES_PER_LAYER * layers))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def graph_size(tensors: Any) -> int:
    """Count the layers behind symbolic tensors."""
    waiting = [t for t in keras.tree.flatten(tensors) if isinstance(t, keras.KerasTensor)]
    seen: set[int] = set()
    while waiting:
        layer, node, _ = waiting.pop()._keras_history
        key = id(layer._inbound_nodes[node])
        if key not in seen:
            seen.add(key)
            waiting += layer._inbound_nodes[node].input_tensors
    return len(seen)


@keras.saving.register_keras_serializable("onnx_keras")
class Model(keras.Model):
    """A Keras model made from an ONNX file.

    It is built, trained, saved and cloned as any functional model. Inputs may be given in the order of the graph, or
    as a dict by their ONNX names.

    Attributes:
        onnx_inputs: For each input its ONNX name, element type, ONNX shape and how it is stored here.
        onnx_outputs: The same for outputs.
        data_format: The data format it was loaded for.
        info: All that is known of the ONNX file.
    """

    info: dict[str, Any]
    source: Source | None

    def __init__(self, *args: Any, info: dict[str, Any] | None = None, **kwargs: Any) -> None:
        tensors = [*args, *kwargs.values()]
        with room_for(graph_size(tensors)), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*must match the names.*")
            super().__init__(*args, **kwargs)
        mixed = [la.dtype_policy for la in self.layers if la.compute_dtype != la.variable_dtype]
        if mixed:
            self.dtype_policy = mixed[0]  # `compile` scales the loss by it.
        # Straight into __dict__: Keras would wrap the dict.
        self.__dict__["info"] = info or info_of(self)
        self.__dict__["source"] = known(key) if (key := self.info.get("source")) else None

    def get_config(self) -> dict[str, Any]:
        """Give the configuration; what is known of the file is in it where no layer can hold it."""
        config = super().get_config()
        held = any(getattr(layer, "model_info", None) for layer in self.layers)
        return config if held or not self.info else {**config, "info": self.info}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Model":
        with room_for(len(config.get("layers", ()))):
            return super().from_config(config, custom_objects)

    def save_assets(self, folder: str) -> None:
        """Save the ONNX file that the model came from where no layer can hold it."""
        if self.source is not None:
            self.source.save(folder)

    def load_assets(self, folder: str | None) -> None:
        if self.source is not None:
            self.source.load(folder)

    @property
    def onnx_inputs(self) -> dict[str, dict[str, Any]]:
        return dict(self.info.get("inputs", {}))

    @property
    def onnx_outputs(self) -> dict[str, dict[str, Any]]:
        return dict(self.info.get("outputs", {}))

    @property
    def data_format(self) -> str:
        return str(self.info.get("data_format", "channels_first"))

    @property
    def input_spec(self) -> None:
        """Nothing: `call` checks inputs itself, by their ONNX names."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None, **kwargs: Any) -> Any:
        ordered = in_graph_order(inputs, self.onnx_inputs)
        shapes = stored_shapes(self)
        check_count(ordered, list(shapes))
        check_shapes(ordered, shapes, "here")
        struct = ordered[0] if isinstance(self._inputs_struct, keras.KerasTensor) else ordered
        return super().call(struct, training=training, mask=mask, **kwargs)

    def _adjust_input_rank(self, flat_inputs: list[Any]) -> list[Any]:
        """Leave inputs alone: `call` checks them, and a body's may have another rank each time."""
        return flat_inputs

    @property
    def output_scopes(self) -> dict[str, str]:
        """For each output of several the name of its loss and metrics: Keras takes no `/` or `:` there."""
        names = Names()
        return {n: names.safe(n) for n in self.onnx_outputs} if isinstance(self._outputs_struct, dict) else {}

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Configure the model for training, as `keras.Model.compile` does; dicts have the ONNX names of outputs."""
        bound = inspect.signature(super().compile).bind(*args, **kwargs)
        for name in ("loss", "loss_weights", "metrics", "weighted_metrics"):
            if name in bound.arguments:
                bound.arguments[name] = renamed(bound.arguments[name], self.output_scopes)
        super().compile(*bound.args, **bound.kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as the saved model was; Keras leaves that to a model with a `compile` of its own."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.optimizer is not None:
            self.optimizer.build(self.trainable_variables)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        scopes = self.output_scopes
        y, y_pred, sample_weight = (renamed(v, scopes) for v in (y, y_pred, sample_weight))
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        scopes = self.output_scopes
        y, y_pred, sample_weight = (renamed(v, scopes) for v in (y, y_pred, sample_weight))
        return super().compute_metrics(x, y, y_pred, sample_weight)


def renamed(values: Any, names: Mapping[str, str]) -> Any:
    """Give a dict other keys; what is no dict stays as it is."""
    return {names.get(k, k): v for k, v in values.items()} if isinstance(values, dict) else values


def in_graph_order(inputs: Any, names: Mapping[str, Any]) -> list[Any]:
    """List what a model is called with in the order of the graph's inputs."""
    if not isinstance(inputs, Mapping):
        return list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    missing = [n for n in names if n not in inputs]
    unknown = [n for n in inputs if n not in names]
    if missing or unknown:
        raise InputError(f"The model has the inputs {listed(names)}. Given were {listed(inputs)}.")
    return [inputs[n] for n in names]


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def stored_shapes(model: Model) -> Shapes:
    """Name the inputs of a model and the shapes in which they are stored."""
    struct, doors = model._inputs_struct, model.onnx_inputs
    specs = struct if isinstance(struct, (list, tuple)) else [struct]
    names = [*doors, *(getattr(spec, "name", "") for spec in specs[len(doors) :])]
    unranked = {n for n, door in doors.items() if door["shape"] is None}
    return {n: None if isinstance(s, dict) or n in unranked else tuple(s.shape) for n, s in zip(names, specs)}


def onnx_shapes(doors: Mapping[str, Any]) -> Shapes:
    """Name the inputs of a graph and their shapes in ONNX."""
    shapes = {n: None if "container" in door else door["shape"] for n, door in doors.items()}
    return {n: s and tuple(d if isinstance(d, int) else None for d in s) for n, s in shapes.items()}


def check_count(given: Sequence[Any], names: Sequence[str]) -> None:
    if len(given) != len(names):
        raise InputError(f"The model has {len(names)} inputs ({listed(names)}); {len(given)} were given.")


def check_shapes(given: Sequence[Any], wanted: Shapes, where: str) -> None:
    """Refuse tensors that the inputs don't allow, by the names of the inputs.

    Args:
        given: The tensors.
        wanted: The name and the shape of each input.
        where: Where it has that shape.
    """
    problems = []
    for tensor, (name, expected) in zip(given, wanted.items()):
        shape = getattr(tensor, "shape", None)
        if expected is None or shape is None or getattr(shape, "rank", 0) is None:
            continue
        if not allows(expected, tuple(shape)):
            problems.append(f"'{name}' has shape {expected} {where}, but {tuple(shape)} was given")
    if problems:
        raise InputError(f"{'; '.join(problems)}. None stands for any size.")


def allows(wanted: tuple[int | None, ...], given: tuple[int | None, ...]) -> bool:
    """Say whether a tensor's shape is what an input expects; unknown sizes pass."""
    same = (w is None or g is None or w == g for w, g in zip(wanted, given))
    return len(wanted) == len(given) and all(same)
