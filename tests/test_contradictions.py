"""Files that contradict themselves end in one error that names the node, whichever step notices."""

import onnx
import pytest

import onnx_keras

HEAD = '<ir_version: 10, opset_import: ["" : 21]> g '


def message_of(graph, error=onnx_keras.InvalidModelError):
    with pytest.raises(error) as raised:
        onnx_keras.load(onnx.parser.parse_model(HEAD + graph))
    return raised.value


def test_shapes_that_an_operator_cannot_take_name_the_node():
    error = message_of("(float[3] a, float[2] b) => (float[N] y) { [sum] y = Add(a, b) }")
    assert str(error).startswith("Add at 'sum' can't be computed from what it gets: ")
    assert "3 and 2" in str(error)
    assert isinstance(error.__cause__, ValueError)
    assert "Keras" not in str(error)


def test_a_model_without_outputs_has_nothing_to_compute():
    assert "has no outputs, so there is nothing to compute." in str(message_of("(float[3] a) => () { y = Add(a, a) }"))


def test_a_constant_without_a_value_is_named():
    error = message_of("(float[3] a) => (float[3] y) { [c] b = Constant() y = Add(a, b) }")
    assert "Constant node 'c' must have exactly one attribute, but has 0 attributes. Export the model again." in str(
        error
    )


def test_an_input_without_a_rank_can_be_given_one():
    graph = "(float a, float[3] b) => (float y) { y = Add(a, b) }"
    model = onnx.parser.parse_model(HEAD + graph)
    model.graph.input[0].type.tensor_type.ClearField("shape")
    with pytest.raises(onnx_keras.UnsupportedModelError, match=r"an input without a rank at 'a': say it, as in shapes"):
        onnx_keras.load(model)
    assert onnx_keras.load(model, shapes={"a": (None, 3)}).output_shape == (None, 3)
