"""The errors of onnx_keras: few classes, by what the reader does next."""


class OnnxKerasError(Exception):
    """Root of every error that onnx_keras raises on purpose."""


class InvalidModelError(OnnxKerasError, ValueError):
    """The file contradicts the ONNX specification, or can't be read: get another file."""


class UnsupportedModelError(OnnxKerasError, NotImplementedError):
    """The file is valid, but asks for what has no layer: write one, or cut the model before it."""


class LayoutError(OnnxKerasError, ValueError):
    """The layout that was asked for can't be given: ask for another one."""


class InputError(OnnxKerasError, ValueError):
    """A model got tensors that its ONNX inputs don't allow, or a function other arguments than it takes: pass others."""


class UnknownNameError(OnnxKerasError, ValueError):
    """Nothing in the model has the name that was asked for: ask for one of those that the message lists."""


class VerificationError(OnnxKerasError, AssertionError):
    """The model and its source disagree: report the model, or raise the tolerance knowingly."""


class ExportError(OnnxKerasError, ValueError):
    """The model can't be written as ONNX."""
