"""From a Keras model back to ONNX. This side of the package knows both, and is imported when a model is exported."""
