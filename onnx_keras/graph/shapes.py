"""Symbolic shape inference: a shape for every value, never one that the live sizes could contradict.

The rules are those of onnx_shape_inference, node by node, with three additions: sizes that are computed in the
graph are evaluated on the way (`contents`), rules that assume too much are corrected (`shape_rules`), and where
a rule fails, ONNX' own inference answers for that node alone.
"""

import onnx_ir as ir
from onnx_shape_inference import ShapeInferenceContext, registry

from onnx_keras.graph import (  # noqa: F401  (most register themselves)
    bodies,
    container_shapes,
    evaluators,
    microsoft_shapes,
    ml_shapes,
    shape_rules,
    size_arithmetic,
    slice_shapes,
    spatial_shapes,
)
from onnx_keras.graph.contents import contents, evaluate
from onnx_keras.graph.inputs import fix_sizes, name_sizes
from onnx_keras.graph.onnx_inference import infer_with_onnx
from onnx_keras.graph.symbols import dims, from_ir, plain, to_ir
from onnx_keras.graph.traversal import bodies_of, every_graph, opsets

__all__ = ["contents", "dims", "infer"]

_LONGEST = 32
"""The number of operations above which a formula of a size gets a name."""


def infer(model: ir.Model, fixed=None) -> ir.Model:
    """Infer the shape and type of every value of a model, in place.

    Shapes that the file declares on anything but inputs are not believed; they are kept as
    `value.meta["declared_shape"]`. The file's own names of sizes are kept in `model.meta["dim_names"]`, rules that
    failed, by node, in `model.meta["inference_failures"]`.

    Args:
        model: The model to work on. Inferring twice is inferring once.
        fixed: Sizes to settle: `{"batch": 8}` by the file's name of a size, `{"x": (1, 3, None, None)}` by input.

    Raises:
        InputError: `fixed` names what the model doesn't have, or contradicts it.
    """
    model.graph.sort()
    name_sizes(model)
    fix_sizes(model, fixed or {})
    for graph in every_graph(model.graph):
        _forget(graph, keeps_inputs=graph is model.graph)
    registry.collect()
    context = Context(model)
    context.infer_graph(model.graph)
    model.meta["inference_failures"] = context.failures
    return model


def _forget(graph: ir.Graph, keeps_inputs: bool) -> None:
    """Drop what was declared or inferred before, but keep the file's declarations as hints."""
    computed = [output for node in graph for output in node.outputs]
    for value in computed if keeps_inputs else [*graph.inputs, *computed]:
        value.meta.setdefault("declared_shape", value.shape)
        value.shape = None
    for value in graph.initializers.values():
        if value.const_value is not None:
            value.shape, value.dtype = value.const_value.shape, value.const_value.dtype


class Context(ShapeInferenceContext):
    """What rules see of the model: its opsets, fresh sizes, and the elements of values."""

    def __init__(self, model: ir.Model):
        super().__init__(opsets(model), policy="override")
        self.fresh: set[str] = set()
        """The names of sizes that were made up so far."""
        self.failures: list[tuple[ir.Node, Exception]] = []
        self._taken = {str(name) for value in model.graph.inputs for dim in dims(value) or () for name in _symbols(dim)}
        self._count = 0
        self._names: dict = {}
        self.own_shapes = model.meta.get("own_shapes", {})

    def new_symbolic_dim(self) -> ir.SymbolicDim:
        """Return a size that no other value is known to have."""
        name = f"_d{self._count}"
        self._count += 1
        if name in self._taken:
            return self.new_symbolic_dim()
        self.fresh.add(name)
        return ir.SymbolicDim(name)

    def get_symbolic_value(self, value: ir.Value):
        """Return the known elements of a vector or scalar of integers."""
        known = contents(value) if value.dtype is not None and value.dtype.is_integer() else None
        if known is None or known.ndim > 1:
            return None
        return [to_ir(element) for element in known.flat]

    def set_dtype(self, value: ir.Value, dtype: ir.DataType) -> bool:
        """Set a type that isn't known yet: declared types are believed."""
        if value.dtype is None:
            value.dtype = dtype
        return True

    def set_symbolic_value(self, value, data):
        """Ignore what a rule knows of elements: `contents` knows more."""

    def record_error(self, node, message):
        """Raise: whoever called the rule asks the next one."""
        raise ValueError(f"{node.op_type} {node.name!r}: {message}")

    def infer_graph(self, graph: ir.Graph) -> None:
        """Infer all values of a graph whose inputs are inferred."""
        for node in graph:
            self.infer_node(node)

    def infer_node(self, node: ir.Node) -> None:
        for output in node.outputs:
            output.meta.pop("contents", None)
            output.const_value = None
            output.const_value = ir.convenience.get_const_tensor(output)
        self._apply(bodies.rule(node) or _library_rule, node)
        if any(output.shape is None or output.dtype is None for output in node.outputs):
            infer_with_onnx(node, self.opset_imports)
        self._apply(_own_rule, node)
        for output in node.outputs:
            self._settle(output)
        self._apply(shape_rules.correct, node)
        for output in node.outputs:
            self._settle(output)
        self._apply(lambda _, node: evaluate(node), node)

    def _apply(self, rule, node: ir.Node) -> None:
        """Run a rule; what it left half done before it failed is dropped."""
        before = [output.shape for output in node.outputs]
        try:
            rule(self, node)
        except Exception as error:  # a rule fails in as many ways as files are wrong; the value stays unknown
            self.failures.append((node, error))
            for output, shape in zip(node.outputs, before):
                output.shape = shape

    def _settle(self, value: ir.Value) -> None:
        """Write a shape in canonical form, with a fresh size where a rule left none or one that isn't a size."""
        if value.shape is not None:
            value.shape = ir.Shape([self._settled(dim) for dim in value.shape])

    def _settled(self, dim):
        try:
            size = plain(from_ir(dim))
        except (ValueError, TypeError):
            return self.new_symbolic_dim()
        if isinstance(size, int):
            return size if size >= 0 else self.new_symbolic_dim()
        return self._short(size)

    def _short(self, size) -> ir.SymbolicDim:
        """Return a size, under a name of its own if it takes too long to write: such formulas double at every use."""
        if size.is_Symbol or size.count_ops() <= _LONGEST:
            return to_ir(size)
        if size not in self._names:
            self._names[size] = self.new_symbolic_dim()
        return self._names[size]


def _symbols(size):
    return () if isinstance(size, int) else size.free_symbols


_RELATIVES = {"com.microsoft": ("",)}
"""Where else to look for an operator's rule: QuantizeLinear is much the same in both."""


def _own_rule(context: Context, node: ir.Node) -> None:
    """Infer a node of a user's operator as the axes of its layer behave."""
    rule = context.own_shapes.get((node.domain, node.op_type))
    output = node.outputs[0] if node.outputs else None
    if rule is None or output is None or output.shape is not None:
        return
    given = [value for value in node.inputs if value is not None]
    shape = rule([dims(value) for value in given])
    if shape is not None:
        output.shape = ir.Shape([to_ir(size) for size in shape])
        output.dtype = output.dtype or given[0].dtype


def _library_rule(context: Context, node: ir.Node) -> None:
    """Infer a node as onnx_shape_inference does, its bodies first."""
    for body in bodies_of(node):
        context.infer_graph(body)
    for domain in (node.domain, *_RELATIVES.get(node.domain, ())):
        # ONNX Runtime's fusions write LayerNormalization into opsets that had none yet.
        first, *_ = registry.version_boundaries(domain, node.op_type) or (1,)
        rule = registry.get(domain, node.op_type, version=max(first, context.get_opset_version(domain)))
        if rule is not None:
            return rule(context, node)
