"""Parts of a model's own ONNX file, taken node by node into the graph that is being written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import onnx
import onnx_ir as ir

from onnx_keras.errors import ExportError
from onnx_keras.exporting.attributes import put_attributes
from onnx_keras.exporting.computed import put_value
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.opsets import at_opset
from onnx_keras.exporting.parting import parted
from onnx_keras.exporting.raising import raised
from onnx_keras.exporting.recomputing import outdated
from onnx_keras.exporting.variables import Held, as_bytes, held_by, the_one
from onnx_keras.exporting.whole import frame_of
from onnx_keras.graph.inspection.names import mentions, read_names
from onnx_keras.graph.inspection.walking import bodies, graphs_below, opsets, short_domain, tensors
from onnx_keras.graph.origin import TAG, has_elements
from onnx_keras.source import Source


@dataclass
class Scope:
    """One use of a file's nodes: a model that is called twice uses them twice.

    Attributes:
        bound: The name in the graph of each value of the file that is there.
        pending: The names of values that the file doesn't have itself, but layers have in between.
        roots: For each value the values of the file that it was computed from, where these came from elsewhere.
        called: The layers that were called, by their ids.
        givers: For each value that a layer gave, the id of the layer.
    """

    bound: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)
    roots: dict[str, frozenset[str]] = field(default_factory=dict)
    called: set[int] = field(default_factory=set)
    givers: dict[str, int] = field(default_factory=dict)


class File:
    """An ONNX file to take from.

    Args:
        source: The file.
        layers: All layers of the model that is written.
        opset: The version of the standard that nodes are brought to.
    """

    def __init__(self, source: Source, layers: Iterable[Any], opset: int) -> None:
        own_layers = [layer for layer in layers if getattr(layer, "source", None) is source]
        self.proto = frame_of(source)
        put_attributes(self.proto, own_layers)
        for number, (tensor, _) in enumerate(tensors(self.proto)):
            tensor.metadata_props.add(key=TAG, value=str(number))
        own = opsets(self.proto.opset_import).get("", opset)
        if opset > own:
            self.proto = raised(self.proto, opset)
        at_opset(self.proto, opset)
        graph = self.proto.graph
        self.held = parted(graph, held_by(own_layers))
        self.nodes = list(graph.node)
        self.producers = {o: i for i, node in enumerate(self.nodes) for o in node.output if o}
        self.initializers = {t.name: t for t in graph.initializer}
        self.infos = {info.name: info for info in (*graph.value_info, *graph.output, *graph.input)}
        self.shared: dict[Any, str] = {}
        self.scopes: list[Scope] = []
        self.made: set[str] = set()
        self.changed = set(outdated(graphs_below(graph), self.held, number_of, opsets(self.proto.opset_import)))
        self.put_into_bodies()

    def put_into_bodies(self) -> None:
        """Put what bodies compute of constants, and layers have learned, where it is computed.

        Raises:
            ExportError: Not the main graph and no body of its nodes computes it.
        """
        inside = [body for node in self.nodes for graph in bodies(node) for body in graphs_below(graph)]
        for name in self.changed - self.producers.keys():
            put_value(inside, name, the_one(self.held[name]))

    def has(self, value: str) -> bool:
        """Say whether the file's main graph has a value of that name."""
        return value in self.producers or value in self.initializers or value in self.infos

    def take(self, op: Graph, scope: Scope, wanted: Iterable[str], reads: Iterable[str]) -> None:
        """Take the nodes that compute some values from those that are there.

        Args:
            op: The graph that takes them.
            scope: What is there.
            wanted: The values to compute.
            reads: The values from which a layer computes them.

        Raises:
            ExportError: They need values that aren't there.
        """
        wanted = list(wanted)
        nodes, constants, met = self.needed(scope, wanted)
        self.refuse_broken(scope, set(reads), met)
        for index in nodes:
            self.refuse_changed(scope, self.nodes[index])
        for name in constants:
            scope.bound[name] = self.constant(op, scope, name)
        for index in sorted(nodes):
            self.node(op, scope, self.nodes[index])
        roots = frozenset().union(*(scope.roots.get(v, frozenset()) for v in met))
        scope.roots.update((o, roots) for i in nodes for o in self.nodes[i].output)

    def needed(self, scope: Scope, wanted: list[str]) -> tuple[set[int], list[str], set[str]]:
        """List the nodes and constants that values need, and the values at which that ends."""
        waiting, nodes, constants, met = list(wanted), set(), [], set()
        while waiting:
            value = waiting.pop()
            if value in scope.bound:
                met.add(value)
            elif value in self.changed or value in self.initializers:
                constants += [] if value in constants else [value]
            elif value not in self.producers:
                raise ExportError(
                    f"{', '.join(map(repr, wanted))} of the ONNX file needs its value '{value}', which this model doesn't "
                    "have. Cut the model where nothing behind needs that, or keep it as an input."
                )
            elif self.producers[value] not in nodes:
                nodes.add(self.producers[value])
                waiting += read_names(self.nodes[self.producers[value]])
        return nodes, constants, met

    def refuse_broken(self, scope: Scope, reads: set[str], met: set[str]) -> None:
        """Refuse nodes that read a value from before a place where other layers were put in: sizes may differ there."""
        foreign = frozenset().union(*(scope.roots.get(v, frozenset()) for v in reads))
        for value in met - reads:
            for root in foreign - scope.roots.get(value, frozenset()) - {value}:
                if value in self.ancestors(root):
                    raise ExportError(
                        f"Nodes of the ONNX file behind '{root}' read '{value}' too, from before it, but other layers give "
                        f"'{root}' here, so the two need not fit. Put the layers elsewhere, or load with fixed shapes."
                    )

    def refuse_changed(self, scope: Scope, node: onnx.NodeProto) -> None:
        """Refuse a node that mentions nodes between which other layers were put in: what it means isn't there."""
        names = {name.decode() for a in mentions(node) for name in (*a.strings, a.s) if name}
        behind = {v for name in names for v in (name, *self.ancestors(name))} - set(node.input)
        for value in sorted(behind):
            if scope.roots.get(value) == {value} and not names.isdisjoint(self.ancestors(value)):
                raise ExportError(
                    f"'{node.output[0]}' of the ONNX file is computed from the nodes between {', '.join(sorted(names))}, but "
                    f"other layers give '{value}' here. Cut the model where nothing needs '{node.output[0]}'."
                )

    def ancestors(self, value: str) -> set[str]:
        found: set[str] = set()
        waiting = [value]
        while waiting:
            index = self.producers.get(waiting.pop())
            more = read_names(self.nodes[index]) - found if index is not None else set()
            found |= more
            waiting += more
        return found

    def weight(self, scope: Scope, key: int | str) -> Held | None:
        """Find the weight that a tensor became: that of a layer which was called here, if several have it."""
        found = self.held.get(key, [])
        here = [w for w in found if id(w.layer) in scope.called]
        return the_one(here or found) if found else None

    def constant(self, op: Graph, scope: Scope, name: str) -> str:
        """Take an initializer; one that was taken before with the same weight is there."""
        tensor = self.initializers.get(name)
        weight = self.weight(scope, name if tensor is None else number_of(tensor))
        key = (name, id(weight.variable) if weight else None)
        if key not in self.shared:
            self.shared[key] = op.tensor(name, lazy(name, tensor, weight))
            self.made.add(self.shared[key])
        return self.shared[key]

    def node(self, op: Graph, scope: Scope, node: onnx.NodeProto) -> None:
        """Take one node."""
        holder = onnx.ModelProto()
        taken = holder.graph.node.add()
        taken.CopyFrom(node)
        self.fill(holder, scope)
        scope.bound.update({o: op.fresh(o) for o in node.output if o})
        self.made |= {scope.bound[o] for o in node.output if o}
        rename(taken, scope.bound)
        taken.name = op.fresh(node.name) if node.name else ""
        domain = short_domain(node.domain)
        if domain:
            op.domains[domain] = opsets(self.proto.opset_import).get(domain, 1)
        op.take(taken)

    def fill(self, holder: onnx.ModelProto, scope: Scope) -> None:
        """Put weights into the tensors inside nodes and functions."""
        for tensor, words in tensors(holder):
            weight = self.weight(scope, number_of(tensor))
            if weight is not None:
                tensor.raw_data = as_bytes(weight.array(), tensor.data_type)
            elif not has_elements(tensor) and 0 not in tensor.dims:
                raise ExportError(f"No layer of the model holds {words}, which its ONNX file has.")
            untag(tensor)


def number_of(tensor: onnx.TensorProto) -> int:
    """Give the number that a tensor of a file was told; -1 where it was made since."""
    return next((int(entry.value) for entry in tensor.metadata_props if entry.key == TAG), -1)


def untag(tensor: onnx.TensorProto) -> None:
    kept = [entry for entry in tensor.metadata_props if entry.key != TAG]
    del tensor.metadata_props[:]
    tensor.metadata_props.extend(kept)


def lazy(name: str, tensor: onnx.TensorProto | None, weight: Held | None) -> ir.TensorProtocol:
    """Give a tensor whose elements are read when the file is written.

    Raises:
        ExportError: Nobody has them.
    """
    if weight is None:
        if tensor is None or (not has_elements(tensor) and 0 not in tensor.dims):
            raise ExportError(f"No layer of the model holds initializer '{name}', which its ONNX file has.")
        own = onnx.TensorProto()
        own.CopyFrom(tensor)
        untag(own)
        return ir.serde.deserialize_tensor(own)
    dtype = ir.DataType(tensor.data_type) if tensor is not None else ir.DataType.from_numpy(weight.array().dtype)
    shape = ir.Shape(tensor.dims if tensor is not None else weight.array().shape)
    return ir.LazyTensor(lambda: ir.Tensor(weight.array().astype(dtype.numpy()), dtype=dtype), dtype, shape, name=name)


def rename(node: onnx.NodeProto, names: dict[str, str]) -> None:
    """Rename what a node reads, mentions and gives, what its bodies take from outside included."""
    node.input[:] = [names.get(n, n) for n in node.input]
    for attribute in mentions(node):
        attribute.strings[:] = [names.get(n.decode(), n.decode()).encode() for n in attribute.strings]
        if attribute.s:
            attribute.s = names.get(attribute.s.decode(), attribute.s.decode()).encode()
    node.output[:] = [names.get(n, n) for n in node.output]
    for body in bodies(node):
        own = {o for inner in body.node for o in inner.output} | {i.name for i in body.input}
        own |= {t.name for t in body.initializer}
        outer = {old: new for old, new in names.items() if old not in own}
        for inner in body.node:
            rename(inner, outer)
        for info in body.output:
            info.name = outer.get(info.name, info.name)
