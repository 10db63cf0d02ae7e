"""If, Loop and Scan: layers that hold models in place of graphs."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.bodies import (
    covering,
    input_shapes,
    inputs_of,
    result_shapes,
    results_of,
    run_body,
    same_types,
    specs_of,
    unwrapped,
)


@operator(since_version=25)
class If(Operator):
    """Compute one of two bodies.

    Inputs:
        cond: Boolean scalar, or tensor of one element.
        captured_values: What the bodies read of the graphs around them.

    Attributes:
        then_branch: The body where `cond` is true.
        else_branch: The body where it is false.
        captured: The number of captured values.

    Returns:
        What the body gives.

    Specification: https://onnx.ai/onnx/operators/onnx__If.html
    """

    then_branch: keras.Model
    else_branch: keras.Model
    captured: int = layout_field(0)

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        shapes = result_shapes(self.then_branch)
        if shapes != result_shapes(self.else_branch) or any(isinstance(s, dict) for s in shapes):
            self.supports_jit = False  # what a compiler makes has one shape

    def infer(self, *tensors: Any, **named: Any) -> Any:
        return self.wanted(tuple(map(covering, results_of(self.then_branch), results_of(self.else_branch))))

    def compute(self, cond: Any, *captured_values: Any) -> Any:
        then, other = (partial(run_body, body) for body in (self.then_branch, self.else_branch))
        shapes = input_shapes(self.then_branch)
        return tuple(native.branch(ops.reshape(cond, ()), then, other, captured_values, shapes))


@operator(since_version=25)
class Loop(Operator):
    """Run a body as long as its condition holds, a number of times at most.

    Inputs:
        m: The number of times, no limit if absent.
        cond: Whether to start, true if absent.
        v_initial: What the body carries from one time to the next, then what it reads of the graphs around it.

    Attributes:
        body: From the number of the time, the condition and what is carried to the condition, what is carried on and
            what is collected.
        captured: The number of captured values.

    Returns:
        What was carried at the end, then what was collected, stacked along a new first axis.

    Specification: https://onnx.ai/onnx/operators/onnx__Loop.html
    """

    body: keras.Model
    captured: int = layout_field(0)

    depends_on_data = True

    def infer(self, *tensors: Any, **named: Any) -> Any:
        count = len(inputs_of(self.body)) - 2 - self.captured
        carried, collected = results_of(self.body)[1 : count + 1], results_of(self.body)[count + 1 :]
        states = [covering(a, b) for a, b in zip(inputs_of(self.body)[2:], carried)]
        return self.wanted((*states, *(stacked(spec, None, 0) for spec in collected)))

    def compute(self, m: Any = None, cond: Any = None, *v_initial: Any) -> Any:
        count = len(v_initial) - self.captured
        states, outside = v_initial[:count], v_initial[count:]
        number, going = inputs_of(self.body)[:2]

        def step(i: Any, goes_on: Any, states: Sequence[Any], elements: Sequence[Any]) -> Any:
            scalars = [ops.reshape(i, (1,) * len(number.shape)), ops.reshape(goes_on, (1,) * len(going.shape))]
            goes_on, *results = run_body(self.body, (*scalars, *states, *outside))
            return ops.reshape(goes_on, ()), same_types(results[:count], states), results[count:]

        states, collected = native.loop(
            step,
            None if m is None else ops.reshape(m, ()),
            None if cond is None else ops.reshape(cond, ()),
            states,
            (),
            input_shapes(self.body)[2 : count + 2],
            specs_of(self.body)[count + 1 :],
        )
        return (*map(unwrapped, states, results_of(self.body)[1:]), *collected)


@operator(since_version=25)
class Scan(Operator):
    """Run a body along axes of tensors.

    Inputs:
        initial_state_and_scan_inputs: What the body carries from one time to the next, the tensors whose elements it
            gets, then what it reads of the graphs around it.

    Attributes:
        body: From what is carried and one element of each scanned tensor to what is carried on and what is collected.
        num_scan_inputs: The number of scanned tensors.
        scan_input_axes: The axis of each along which it is scanned, 0 by default.
        scan_input_directions: 1 for each that is scanned from the end.
        scan_output_axes: The axis of each result along which the elements are stacked, 0 by default.
        scan_output_directions: 1 for each that is stacked from the end.
        captured: The number of captured values.

    Returns:
        What was carried at the end, then what was collected.

    Specification: https://onnx.ai/onnx/operators/onnx__Scan.html
    """

    body: keras.Model
    num_scan_inputs: int
    scan_input_axes: tuple[int, ...] = ()
    scan_input_directions: tuple[int, ...] = ()
    scan_output_axes: tuple[int, ...] = ()
    scan_output_directions: tuple[int, ...] = ()
    captured: int = layout_field(0)

    def infer(self, *tensors: Any, **named: Any) -> Any:
        count = len(inputs_of(self.body)) - self.num_scan_inputs - self.captured
        results = results_of(self.body)
        states = [covering(a, b) for a, b in zip(inputs_of(self.body), results[:count])]
        collected = [stacked(s, None, a) for s, a in zip(results[count:], self.output_axes(len(results) - count))]
        return self.wanted((*states, *collected))

    def output_axes(self, count: int) -> tuple[int, ...]:
        return self.scan_output_axes or (0,) * count

    def compute(self, *initial_state_and_scan_inputs: Any) -> Any:
        given = initial_state_and_scan_inputs
        end = len(given) - self.captured
        count = end - self.num_scan_inputs
        axes = self.scan_input_axes or (0,) * self.num_scan_inputs
        elements = [ops.moveaxis(x, axis, 0) for x, axis in zip(given[count:end], axes)]
        elements = turned(elements, self.scan_input_directions, [0] * len(axes))

        def step(i: Any, goes_on: Any, states: Sequence[Any], elements: Sequence[Any]) -> Any:
            results = run_body(self.body, (*states, *elements, *given[end:]))
            return None, same_types(results[:count], states), results[count:]

        states, collected = native.loop(
            step, None, None, given[:count], elements, input_shapes(self.body)[:count], specs_of(self.body)[count:]
        )
        axes = self.output_axes(len(collected))
        placed = [ops.moveaxis(x, 0, axis) for x, axis in zip(collected, axes)]
        return (*states, *turned(placed, self.scan_output_directions, axes))


def turned(tensors: Sequence[Any], directions: Sequence[int], axes: Sequence[int]) -> list[Any]:
    """Flip the tensors whose direction is backward."""
    directions = directions or (0,) * len(tensors)
    return [ops.flip(x, axis) if d else x for x, d, axis in zip(tensors, directions, axes)]


def stacked(spec: Any, length: int | None, axis: int) -> Any:
    """Describe what is stacked of elements."""
    shape = list(spec.shape)
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, length)
    return keras.KerasTensor(tuple(shape), dtype=spec.dtype)
