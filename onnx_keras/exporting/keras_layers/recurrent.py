"""Recurrent layers."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, in_keras_axes, moved
from onnx_keras.exporting.reshaping import sliced
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor, in_keras_order
from onnx_keras.orders import Order

layers, activations = keras.layers, keras.activations

TIME_FIRST = Order((1, 0, 2))
"""Keras has batch, time and features; ONNX' operators have the time first."""

FUNCTIONS: dict[Any, tuple[str, float | None, float | None]] = {
    activations.elu: ("Elu", 1.0, None),
    activations.hard_sigmoid: ("HardSigmoid", 1 / 6, 0.5),
    activations.leaky_relu: ("LeakyRelu", 0.2, None),
    activations.linear: ("Affine", 1.0, 0.0),
    activations.relu: ("Relu", None, None),
    activations.sigmoid: ("Sigmoid", None, None),
    activations.softplus: ("Softplus", None, None),
    activations.softsign: ("Softsign", None, None),
    activations.tanh: ("Tanh", None, None),
}


@writes(layers.SimpleRNN, layers.LSTM, layers.GRU, layers.RNN)
def recurrent_layer(op: Graph, layer: Any, sequences: Tensor, initial_state: Any = None) -> Any:
    """Write a layer that returns steps in the order of its computation; ONNX has them in that of the input."""
    last, *states = aligned(op, layer, sequences, initial_state)
    if layer.return_sequences and layer.go_backwards:
        last = sliced(op, last, {1: slice(None, None, -1)})
    return [last, *states] if layer.return_state else last


def aligned(op: Graph, layer: Any, sequences: Tensor, initial_state: Any = None) -> list[Tensor]:
    """Write a recurrent layer: its output, steps in the order of the input, and its last states if it returns them."""
    cell = getattr(layer, "cell", layer)
    if type(cell) not in CELLS:
        raise Refused(f"ONNX has no recurrent operator for {type(cell).__name__} '{cell.name}'")
    return CELLS[type(cell)](op, layer, sequences, initial_state)


def simple_rnn(op: Graph, layer: Any, sequences: Tensor, initial_state: Any) -> list[Tensor]:
    return recurrent(op, "RNN", layer, sequences, initial_state, [0], [layer.cell.activation])


def lstm(op: Graph, layer: Any, sequences: Tensor, initial_state: Any) -> list[Tensor]:
    """Write an LSTM: ONNX orders the gates i, o, f, c; Keras i, f, c, o."""
    functions = [layer.cell.recurrent_activation, layer.cell.activation, layer.cell.activation]
    return recurrent(op, "LSTM", layer, sequences, initial_state, [0, 3, 1, 2], functions)


def gru(op: Graph, layer: Any, sequences: Tensor, initial_state: Any) -> list[Tensor]:
    functions = [layer.cell.recurrent_activation, layer.cell.activation]
    reset = {"linear_before_reset": int(layer.cell.reset_after)}
    return recurrent(op, "GRU", layer, sequences, initial_state, [0, 1, 2], functions, reset)


CELLS = {layers.SimpleRNNCell: simple_rnn, layers.LSTMCell: lstm, layers.GRUCell: gru}


def recurrent(
    op: Graph,
    op_type: str,
    layer: Any,
    sequences: Tensor,
    initial_state: Any,
    gates: Sequence[int],
    functions: Sequence[Any],
    attributes: dict[str, Any] | None = None,
) -> list[Tensor]:
    """Write a recurrent operator.

    Args:
        op: The graph.
        op_type: The operator.
        layer: The layer of Keras.
        sequences: What it runs over.
        initial_state: The states that it begins with, a tensor or several; None for zeros.
        gates: The numbers of Keras' gates in the order in which ONNX has them.
        functions: The activations in the order in which ONNX has them.
        attributes: What else the operator is told.

    Returns:
        The output, and the last states if the layer returns them.
    """
    if layer.stateful:
        raise Refused("stateful=True keeps states between calls, which a file can't")
    x = moved(op, cast(op, sequences, layer.variable_dtype), TIME_FIRST)
    given = [s for s in keras.tree.flatten(initial_state) if s is not None]
    states = [op.Unsqueeze(in_keras_axes(op, s), np.array([0], np.int64)) for s in given]
    outputs = op.node(
        op_type,
        [x, *weights(op, layer, gates), None, *states],
        1 + len(layer.state_size),
        {
            "hidden_size": layer.cell.units,
            "direction": "reverse" if layer.go_backwards else "forward",
            **(attributes or {}),
            **named(functions),
        },
    )
    return results(op, layer, x, outputs)


def weights(op: Graph, layer: Any, gates: Sequence[int]) -> list[str | None]:
    """Hold kernel, recurrent kernel and bias as ONNX has them: a row for each unit of each gate."""
    cell = layer.cell

    def rows(array: np.ndarray) -> np.ndarray:
        split = np.split(array, len(gates), axis=-1)
        return np.concatenate([split[g] for g in gates], axis=-1).T[None]

    held: list[str | None] = [
        op.constant(rows(array_of(cell.kernel)), "kernel"),
        op.constant(rows(array_of(cell.recurrent_kernel)), "recurrent_kernel"),
    ]
    if cell.bias is None:
        return [*held, None]
    bias = array_of(cell.bias)
    both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    return [*held, op.constant(np.concatenate([rows(b[None])[:, :, 0] for b in both], axis=-1), "bias")]


def named(functions: Sequence[Any]) -> dict[str, Any]:
    """Give activations as attributes of a recurrent operator."""
    unknown = [getattr(f, "__name__", str(f)) for f in functions if f is not None and f not in FUNCTIONS]
    if unknown:
        raise Refused(f"ONNX has no activation {', '.join(sorted(set(unknown)))} in recurrent operators")
    found = [FUNCTIONS[activations.linear if f is None else f] for f in functions]
    alphas, betas = ([value for value in column if value is not None] for column in list(zip(*found))[1:])
    return {
        "activations": [f[0] for f in found],
        "activation_alpha": alphas or None,
        "activation_beta": betas or None,
    }


def results(op: Graph, layer: Any, x: Tensor, outputs: Sequence[str]) -> list[Tensor]:
    """Give what is wanted of the outputs of a recurrent operator."""
    batch, time = x.shape[:2]

    def state(name: str) -> Tensor:
        return in_keras_order(op.Squeeze(name, np.array([0], np.int64)), (batch, layer.cell.units), x.dtype)

    states = [state(name) for name in outputs[1:]] if layer.return_state else []
    if not layer.return_sequences:
        return [states[0] if states else state(outputs[1]), *states]
    steps = op.Squeeze(outputs[0], np.array([1], np.int64))
    return [Tensor(steps, TIME_FIRST, (batch, time, layer.cell.units), x.dtype), *states]
