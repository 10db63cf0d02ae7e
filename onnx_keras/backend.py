"""The ONNX Backend API: `prepare(model).run(inputs)`, as onnx's own test suite calls it.

Specification: https://github.com/onnx/onnx/blob/main/docs/ImplementingAnOnnxBackend.md
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnx.backend.base import Backend, BackendRep, namedtupledict

from onnx_keras.loading import load
from onnx_keras.running import outputs_of, stored_inputs


class KerasRep(BackendRep):
    """A model that is ready to run.

    Args:
        model: What `onnx_keras.load` gave.
        trace: Whether it runs compiled.
    """

    def __init__(self, model: Any, trace: bool = False) -> None:
        self.model = model
        self.trace = trace

    def run(self, inputs: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Run the model on NumPy values in ONNX' axis order.

        Args:
            inputs: A value for each input of the graph, in order, or a dict of them by name.
            kwargs: Nothing is known.

        Returns:
            A named tuple with a NumPy value for each output, in ONNX' axis order and of the type that ONNX promises.
        """
        names = list(self.model.onnx_inputs)
        given = inputs if isinstance(inputs, Mapping) else dict(zip(names, as_list(inputs), strict=False))
        results = outputs_of(self.model, stored_inputs(self.model, {n: given[n] for n in names}), self.trace)
        doors = self.model.onnx_outputs
        values = [as_maps(v, doors.get(n, {}).get("map_keys")) for n, v in results.items()]
        return namedtupledict("Outputs", list(results))(*values)


def as_list(inputs: Any) -> Sequence[Any]:
    return inputs if isinstance(inputs, (list, tuple)) else [inputs]


def as_maps(value: np.ndarray, keys: Any) -> Any:
    """Give an output that ONNX has as a sequence of maps as one."""
    return [dict(zip(keys, row)) for row in value] if keys else value


class KerasBackend(Backend):
    """onnx_keras as a backend of ONNX."""

    @classmethod
    def prepare(
        cls,
        model: onnx.ModelProto,
        device: str = "CPU",
        data_format: str | None = None,
        trace: bool = False,
        **load_options: Any,
    ) -> KerasRep:
        """Load a model.

        Args:
            model: The model.
            device: "CPU", or what the Keras backend in use can do.
            data_format: "channels_last" or "channels_first"; what goes in and out is in ONNX' order all the same.
            trace: Whether the model runs compiled.
            load_options: What `onnx_keras.load` takes.
        """
        return KerasRep(load(model, data_format=data_format, **load_options), trace)

    @classmethod
    def run_model(cls, model: onnx.ModelProto, inputs: Any, device: str = "CPU", **options: Any) -> tuple[Any, ...]:
        """Load a model and run it once."""
        return cls.prepare(model, device, **options).run(inputs)

    @classmethod
    def run_node(
        cls,
        node: onnx.NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Any = None,
        **options: Any,
    ) -> tuple[Any, ...]:
        """Run one node of the newest opset on NumPy values."""
        super().run_node(node, inputs, device, outputs_info)
        return cls.run_model(model_of(node, as_list(inputs)), inputs, device, **options)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Say whether models run on a device."""
        return device.split(":")[0] == "CPU"


def model_of(node: onnx.NodeProto, inputs: Sequence[Any]) -> onnx.ModelProto:
    """Make a model of one node."""
    names = [n for n in node.input if n]
    arrays = [np.asarray(a) for a in inputs]
    infos = [
        helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
        for n, a in zip(names, arrays, strict=True)
    ]
    outputs = [onnx.ValueInfoProto(name=o) for o in node.output if o]
    return helper.make_model(helper.make_graph([node], "node", infos, outputs))


prepare = KerasBackend.prepare
run_model = KerasBackend.run_model
run_node = KerasBackend.run_node
supports_device = KerasBackend.supports_device
