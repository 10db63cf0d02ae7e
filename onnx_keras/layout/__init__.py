"""Where every value is stored: orders, axis rules and the plan. Nothing here imports ONNX or Keras."""
