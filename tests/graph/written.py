"""Models as text, what is changed in them, and that reading refuses them."""

import onnx
import pytest

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph.reading import read

ADD = """
<ir_version: 10, opset_import: ["" : 21]>
g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Add(x, w) }
"""
IF = """
<ir_version: 10, opset_import: ["" : 21]>
g (bool c, float[2] x) => (float[2] y) {{
  {before}
  y = If (c) <then_branch = t () => (float[2] a) {{ {then} }}, else_branch = e () => (float[2] b) {{ b = Abs(x) }}>
  {after}
}}
"""


def parse(text):
    return onnx.parser.parse_model(text)


def graph(body, signature="(float[2] x) => (float[2] y)", imports='"" : 21'):
    return parse(f"<ir_version: 10, opset_import: [{imports}]> g {signature} {{ {body} }}")


def refused(model, match, error=InvalidModelError):
    with pytest.raises(error, match=match) as caught:
        read(model)
    assert len(str(caught.value)) < 3000


def changed(change, text=ADD):
    model = parse(text)
    change(model)
    return model


def with_tensor(tensor):
    tensor.name = "w"
    return changed(lambda m: m.graph.initializer[0].CopyFrom(tensor))
