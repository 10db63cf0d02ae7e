"""The base of all layers: annotated fields are ONNX' attributes, parameters of `compute` are its inputs."""

import inspect
from collections.abc import Iterator
from inspect import Parameter
from typing import Any, ClassVar, dataclass_transform

import keras
import numpy as np
from keras import ops

from onnx_keras import dims
from onnx_keras.axis_rules import AxisRule, Fixed
from onnx_keras.layers import held as holding
from onnx_keras.layers.backend import native
from onnx_keras.layers.configuring import (
    LiveSizes,
    decoded,
    described,
    encoded,
    frozen,
    has_shape,
    is_onnx,
    layout_field,
    native_constant,
    symbolic,
)
from onnx_keras.registry import operator
from onnx_keras.source import known
from onnx_keras.types import CARRIERS, HELD_WIDER, carried

__all__ = ["Operator", "layout_field", "operator"]


@dataclass_transform(kw_only_default=True)
class Operator(keras.Layer):
    """An ONNX operator as a Keras layer.

    A subclass declares what the specification says: annotated fields are the attributes with their defaults, the
    parameters of `compute` the inputs. Attributes that are arrays are no configuration but held like weights: `compute`
    gets them as keyword-only parameters. What the specification doesn't say are class attributes:

    Attributes:
        axis_rule: How the operator treats axes.
        attribute_names: ONNX' name of a field that can't have it because Keras has a property so called.
        weight_names: What a weight in the place of an input is called, for inputs that are parameters.
        array_attributes: Attributes that the layer holds as arrays; the keyword-only parameters of `compute` by default.
        array_names: The attributes that an array may be, where they are called otherwise.
        static_inputs: Inputs that are plain values, tuples of ints, wherever they are known.
        not_learned: Parameters that no gradient changes.
        takes_numbers: Whether constants in the places of weights may as well be plain numbers and masks.
        full_precision: Inputs that keep float32 under a mixed policy.
        passes_on: Whether what comes out is, in ONNX, the value that comes in.
        restores: Whether that is so, but stored in another order.
        depends_on_data: Whether sizes of outputs depend on elements of inputs, so that no compiler can know them.

    Args:
        held: What the layer holds itself: an array for a weight, a description of one, a small constant, or the plain
            value of a static input, by the name of the input.
        returns: The numbers of the outputs that are wanted; all by default.
        spec: Shapes and types of inputs and the outputs that follow from them.
        orders: The orders in which inputs and outputs are stored.
        onnx_name: The name of the node.
        onnx_outputs: The names of the values that come out.
        carries: The element types of inputs whose tensors only carry them (`onnx_keras.types`), by the names of inputs.
        reads: For each tensor that it is called with, by position and then by name, the ONNX value that it is and
            the order in which it is stored, None for ONNX' own or an unknown one.
        gives: The same for each tensor that comes out, where that isn't told by `onnx_outputs` and `orders`.
        source: The key of the ONNX file that it came from.
        model_info: What the model knows of its ONNX file, kept by one layer so that it survives a clone.
    """

    axis_rule: ClassVar[AxisRule] = Fixed()
    attribute_names: ClassVar[dict[str, str]] = {}
    weight_names: ClassVar[dict[str, str]] = {}
    array_attributes: ClassVar[tuple[str, ...]] = ()
    array_names: ClassVar[dict[str, tuple[str, ...]]] = {}
    static_inputs: ClassVar[tuple[str, ...]] = ()
    not_learned: ClassVar[tuple[str, ...]] = ()
    takes_numbers: ClassVar[bool] = False
    full_precision: ClassVar[tuple[str, ...]] = ()
    depends_on_data: ClassVar[bool] = False
    passes_on: ClassVar[bool] = False
    restores: ClassVar[bool] = False

    domain: ClassVar[str] = ""
    op_type: ClassVar[str] = ""
    since_version: ClassVar[int] = 1
    attributes: ClassVar[dict[str, Any]] = {}
    layout_fields: ClassVar[tuple[str, ...]] = ()
    inputs_of: ClassVar[tuple[str, ...]] = ()
    held_arrays: ClassVar[tuple[str, ...]] = ()
    takes_all_held: ClassVar[bool] = False
    variadic: ClassVar[str | None] = None
    trains: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls) and "get_config" not in vars(cls):
            raise TypeError(f"{cls.__name__} has an __init__ of its own, so it needs a get_config too.")
        fields = {
            name: vars(cls).get(name, Parameter.empty)
            for name, kind in inspect.get_annotations(cls).items()
            if "ClassVar" not in str(kind)
        }
        moved = [n for n, v in fields.items() if isinstance(v, layout_field)]
        fields.update({n: fields[n].default for n in moved})
        cls.attributes = {**cls.attributes, **fields}
        cls.layout_fields = (*cls.layout_fields, *moved)
        declare_inputs(cls)

    def __init__(
        self,
        *,
        held: dict[str, Any] | None = None,
        returns: Any = None,
        spec: Any = None,
        orders: Any = (),
        onnx_name: str = "",
        onnx_outputs: Any = (),
        carries: dict[str, str] | None = None,
        reads: Any = (),
        gives: Any = (),
        source: str = "",
        model_info: dict[str, Any] | None = None,
        name: str | None = None,
        dtype: Any = None,
        trainable: bool = True,
        **attributes: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, trainable=trainable, autocast=False)
        if self.depends_on_data:
            self.supports_jit = False
        values = {n: attributes.pop(n, default) for n, default in self.attributes.items()}
        if attributes:
            raise TypeError(f"{type(self).__name__} has no attribute {', '.join(sorted(attributes))}.")
        given = {n for n in self.array_attributes if n in values and values[n] is not self.attributes[n]}
        made = {**(held or {}), **(self.arrays_of(values) if given else {})}
        values.update({n: self.attributes[n] for n in self.array_attributes})
        if missing := [n for n, v in values.items() if v is Parameter.empty and n not in self.array_attributes]:
            raise TypeError(f"{type(self).__name__} needs a value for {', '.join(missing)}.")
        held = {n: frozen(v) for n, v in made.items()}
        arrays = {n: v for n, v in held.items() if isinstance(v, np.ndarray) and n not in self.static_inputs}
        held.update({n: holding.describe(v, n not in self.not_learned) for n, v in arrays.items()})
        values = {n: decoded(v) for n, v in values.items()}
        bodies = {n: values.pop(n) for n, v in list(values.items()) if isinstance(v, keras.Model)}
        # Straight into __dict__: nothing here is state, and Keras would wrap every list and dict.
        vars(self).update(
            values,
            held=held,
            returns=frozen(returns),
            orders=frozen(orders),
            onnx_name=onnx_name,
            onnx_outputs=frozen(onnx_outputs),
            carries=dict(carries or {}),
            reads=frozen(reads),
            source=known(source) if source else None,
            model_info=model_info,
            _arrays=arrays,
            _spec=frozen(spec),
            _values={},
        )
        vars(self)["gives"] = frozen(gives) or self.own_values()
        for n, body in bodies.items():
            setattr(self, n, body)  # so that Keras sees its weights

    @property
    def bodies(self) -> tuple[keras.Model, ...]:
        """The models that the layer holds in place of graphs."""
        return tuple(v for n in self.attributes if isinstance(v := getattr(self, n), keras.Model))

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        """Say which attribute values the layer can't compute, such as "antialias=1"."""
        yield from ()

    @classmethod
    def arrays_of(cls, attributes: dict[str, Any]) -> dict[str, Any]:
        """Turn the attributes that are arrays into what the layer holds: arrays and plain numbers, by name."""
        given = {n: attributes.get(n) for n in cls.array_attributes}
        return {n: holding.attribute_array(v) for n, v in given.items() if holding.is_given(v)}

    def own_values(self) -> tuple[Any, ...]:
        """Say what comes out as `gives` does, as it is unless the layer only stores a value in another way."""
        orders = self.orders[-len(self.onnx_outputs) :] or (None,) * len(self.onnx_outputs)
        return tuple((n, None if is_onnx(o) else o) for n, o in zip(self.onnx_outputs, orders))

    def fill(self, arrays: dict[str, np.ndarray]) -> None:
        """Give the elements of weights that the configuration only describes, before they are made."""
        self._arrays.update(arrays)

    def build(self, input_shape: Any = None) -> None:
        self._values.update({n: self.hold(n, v) for n, v in self.held.items()})
        self._arrays.clear()
        self.built = True

    def hold(self, name: str, value: Any) -> Any:
        """Make what stands for an input: a weight, a constant tensor or a plain value."""
        if holding.is_constant(value):
            return carried(holding.array_of(value))
        if not holding.is_weight(value):
            return value
        array = self._arrays.get(name)
        role = value.get("name") or self.weight_names.get(name, name)
        if value["dtype"] == "string":
            return holding.Text(self.hold(name, holding.describe_codes(value, role)), value["shape"])
        if array is not None:
            array = holding.codes_of(array) if array.dtype.kind == "O" else carried(array)
        variable = self.add_weight(
            name=role,
            shape=value["shape"],
            dtype=holding.stored_dtype(value["dtype"], self.variable_dtype, name in self.full_precision),
            trainable=value["trainable"],
            autocast=False,
            initializer=holding.initializer_of(role, value["dtype"]) if array is None else lambda *_, **__: array,
        )
        variable.trainable = self._trainable and value["trainable"] and not value.get("frozen", False)
        return variable

    def type_of(self, name: str, value: Any) -> str:
        """Name the type of an input's elements, which its tensor may only carry."""
        held = self.held.get(name)
        known = held["dtype"] if holding.is_weight(held) or holding.is_constant(held) else self.carries.get(name)
        own = str(ops.dtype(value))
        return known if known in CARRIERS or HELD_WIDER.get(known) == own else own

    def get_build_config(self) -> None:
        """Say that what is built follows from the configuration alone."""

    def call(self, *tensors: Any, **named: Any) -> Any:
        training = {"training": named.pop("training", None)} if self.trains else {}
        known, more = self.named_inputs(tensors, named)
        sizes = LiveSizes(known | named | {f"{self.variadic}_{i}": t for i, t in enumerate(more)})
        inputs = [self.received(n, known.get(n), sizes) for n in self.inputs_of]
        more_held = (n for n in self._values if self.takes_all_held and n not in self.inputs_of)
        arrays = {n: self.in_precision(n, self._values.get(n)) for n in (*self.held_arrays, *more_held)}
        result = self.compute(*inputs, *(self.in_precision("", t) for t in more), **arrays, **training)
        return self.wanted(result)

    def call_in_training(self, *tensors: Any, training: bool | None = None, **named: Any) -> Any:
        return Operator.call(self, *tensors, training=training, **named)

    def named_inputs(self, tensors: tuple[Any, ...], named: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Give each tensor the name of the input that it is; what is left over is variadic."""
        known = {**self._values, **{n: t for n, t in named.items() if n in self.inputs_of}}
        free = [n for n in self.inputs_of if n not in known]
        known.update(zip(free, tensors))
        left = iter(tensors[len(free) :])
        if self.variadic is None:
            return known, []
        held = {n: v for n, v in self._values.items() if n not in (*self.inputs_of, *self.held_arrays)}
        count = len(held) + len(tensors[len(free) :])
        names = [f"{self.variadic}_{i}" for i in range(count)]
        return known, [held[n] if n in held else next(left) for n in names]

    def received(self, name: str, value: Any, sizes: dims.Sizes) -> Any:
        """Give an input as `compute` gets it."""
        if name not in self.static_inputs:
            return self.in_precision(name, value)
        if has_shape(value):
            elements = native.constant_value(value)
            return value if elements is None else frozen(elements.tolist())
        return dims.evaluate(value, sizes)

    def in_precision(self, name: str, value: Any) -> Any:
        """Turn ONNX' float32 to the policy's compute type; other types are what they are."""
        if isinstance(value, np.ndarray):
            value = native_constant(holding.within_range(value, self.compute_dtype))
        if isinstance(value, holding.Text):
            return native.decoded_text(ops.convert_to_tensor(value.codes), value.shape)
        if name in self.full_precision or self.compute_dtype == "float32" or not has_shape(value):
            return value
        is_float32 = keras.backend.standardize_dtype(value.dtype) == "float32"
        return ops.cast(value, self.compute_dtype) if is_float32 else value

    def wanted(self, result: Any) -> Any:
        """Choose the outputs that are wanted."""
        if self.returns is None or not isinstance(result, tuple):
            return result
        chosen = tuple(result[i] for i in self.returns)
        return chosen[0] if len(chosen) == 1 else chosen

    def wants(self, number: int) -> bool:
        """Say whether an output is wanted."""
        return self.returns is None or number in self.returns

    def compute_output_spec(self, *tensors: Any, **named: Any) -> Any:
        computed = self.named_inputs(tensors, named)[0].keys() - self._values.keys()
        if computed.intersection(self.static_inputs):
            self.supports_jit = False  # no compiler knows sizes, axes and counts that are computed
        given = keras.tree.flatten((tensors, [t for n, t in sorted(named.items()) if n != "training"]))
        found = (self.compute_dtype, *((tuple(t.shape), t.dtype) for t in given if t is not None))
        if self._spec is not None and self._spec[0] == found:
            outputs = tuple(map(symbolic, self._spec[1]))
            return outputs[0] if len(outputs) == 1 else outputs
        traced = self.infer(*tensors, **named)
        if self._spec is None:
            leaves = traced if isinstance(traced, (list, tuple)) else (traced,)
            vars(self)["_spec"] = (found, tuple(map(described, leaves)))
        return traced

    def save_assets(self, folder: str) -> None:
        """Save the ONNX file that the layer came from, if no layer before it has."""
        if self.source is not None:
            self.source.save(folder)

    def load_assets(self, folder: str | None) -> None:
        if self.source is not None:
            self.source.load(folder)

    def infer(self, *tensors: Any, **named: Any) -> Any:
        """Say what comes out, by tracing the layer."""
        return super().compute_output_spec(*tensors, **named)

    def get_config(self) -> dict[str, Any]:
        own = {n: encoded(getattr(self, n)) for n in self.attributes if n not in self.array_attributes}
        kept = ("returns", "orders", "onnx_name", "onnx_outputs", "carries", "reads", "model_info")
        held = {n: holding.as_trained(v, self._values.get(n)) for n, v in self.held.items()}
        source, gives = self.source and self.source.key, () if self.gives == self.own_values() else self.gives
        more = {"spec": self._spec, "held": held, "source": source, "gives": gives}
        more |= {n: getattr(self, n) for n in kept}
        return {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": keras.dtype_policies.serialize(self.dtype_policy),
            **{n: v for n, v in own.items() if v != self.attributes[n]},
            **{n: v for n, v in more.items() if v},
        }


def declare_inputs(cls: type[Operator]) -> None:
    """Read the inputs of an operator from the signature of its `compute`."""
    if "compute" not in vars(cls):
        return
    parameters = list(inspect.signature(cls.compute).parameters.values())[1:]  # type: ignore[attr-defined]
    cls.trains = any(p.name == "training" for p in parameters)
    cls.inputs_of = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "training")
    cls.held_arrays = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "training")
    cls.takes_all_held = any(p.kind is p.VAR_KEYWORD for p in parameters)
    cls.array_attributes = vars(cls).get("array_attributes", cls.held_arrays)
    cls.variadic = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    cls.call = Operator.call_in_training if cls.trains else Operator.call  # type: ignore[method-assign]
