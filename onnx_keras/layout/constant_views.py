"""Constants that are reshaped before they are used: the reshape is done at import, so that a weight stays one."""

from collections import Counter
from dataclasses import replace

from onnx_keras.layout.slots import Operators
from onnx_keras.program import Constant, Program


def reshape_constants(program: Program, operators: Operators) -> Program:
    """Take reshapes of constants that nobody else reads into the constants themselves."""
    readers = Counter(i for n in program.nodes for i in n.reads)
    readers.update(program.outputs)
    constants, nodes = dict(program.constants), []
    for node in program.nodes:
        source, shape = node.inputs[0] if node.inputs else None, None
        if operators[node.domain, node.op_type].axis_rule.is_reshape and source in constants:
            shape = known_shape(program, node.outputs[0])
        if shape is None or readers[source] > 1:
            nodes.append(node)
            continue
        constants[str(node.outputs[0])] = reshaped(constants[source], source, shape)
    return replace(program, constants=constants, nodes=nodes)


def known_shape(program: Program, value: str | None) -> tuple[int, ...] | None:
    shape = None if value is None else program.values[value].shape
    return shape if shape is not None and all(isinstance(s, int) for s in shape) else None


def reshaped(constant: Constant, name: str, shape: tuple[int, ...]) -> Constant:
    return replace(
        constant,
        array=lambda: constant.array().reshape(shape),
        shape=shape,
        initializer=constant.initializer or name,
        onnx_shape=constant.shape if constant.onnx_shape is None else constant.onnx_shape,
    )
