"""`freeze` and `unfreeze`: what of a model is trained, by the names in its ONNX file."""

import fnmatch
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import keras

from onnx_keras.arguments import names_in
from onnx_keras.errors import UnknownNameError
from onnx_keras.layers.held import is_weight
from onnx_keras.places import Member, close_to, members, nodes_of

Scopes = str | Sequence[str] | None


def freeze(model: keras.Model, scopes: Scopes = None, *, until: str | None = None) -> None:
    """Keep gradients from changing a part of a model.

    A frozen layer is a Keras layer with `trainable=False`: its weights stay as they are, and a BatchNormalization
    among them normalises by its own statistics and doesn't move them, in `fit` too. Compile the model afterwards.

    Args:
        model: A model from `load`, or one that holds its layers.
        scopes: What to freeze: a scope, "layer4", "layer4.0.conv1" or "/layer4/layer4.0"; the name of a node, a value
            or an initializer; a glob pattern of any of these; or several. Initializers that are not all of their layer
            are frozen alone. By default everything.
        until: Freeze only what comes before this scope: every layer that it is computed from. The scope itself, what
            follows from it and what lies beside it stay as they are.

    Raises:
        UnknownNameError: A scope matches nothing; the message lists the closest names.

    Example:
        >>> onnx_keras.freeze(model, until="layer4")
        >>> onnx_keras.freeze(model, ["*.bn*", "fc.weight"])
    """
    if until is None or scopes is not None:
        turn(model, scopes, False)
    if until is not None:
        turn_before(model, chosen_layers(model, until), False)


def unfreeze(model: keras.Model, scopes: Scopes = None, *, since: str | None = None) -> None:
    """Let gradients change a part of a model, whatever kept them from it: `freeze`, `load` or Keras.

    Running statistics, integers and constants of the file stay what they are; `parameters` says why. Compile the model
    afterwards.

    Args:
        model: A model from `load`, or one that holds its layers.
        scopes: What to unfreeze, as `freeze` takes it. By default everything.
        since: Unfreeze this scope and every layer that is computed from it.

    Raises:
        UnknownNameError: A scope matches nothing; the message lists the closest names.

    Example:
        >>> onnx_keras.unfreeze(model, since="layer3")
    """
    if since is None or scopes is not None:
        turn(model, scopes, True)
    if since is not None:
        turn_since(model, chosen_layers(model, since))


def turn(model: keras.Model, scopes: Scopes, on: bool) -> None:
    """Make what matches trainable or not."""
    found = list(members(model))
    if scopes is None:
        switch(model, on)
        return
    for scope in names_in(scopes, "A scope is a name or a pattern of names"):
        matches = {id(m) for m in found if matches_layer(m.layer, scope)}
        parts = {id(m): weights_matching(m.layer, scope) for m in found}
        if not matches and not any(parts.values()):
            raise unknown(model, found, scope)
        for member in found:
            weights = parts[id(member)]
            if id(member) in matches or (weights and len(weights) == len(weights_in(member.layer))):
                turn_layer(member, on)
            else:
                turn_weights(member, weights, on)


def turn_layer(member: Member, on: bool) -> None:
    if on:
        open_holders(member.holders)
    switch(member.layer, on)


def switch(layer: Any, on: bool) -> None:
    """Turn a layer and all weights in it."""
    # On TensorFlow Keras ignores a switch that is in that position already, whatever the weights in the layer are.
    layer.trainable = not on
    layer.trainable = on


def turn_weights(member: Member, names: Sequence[str], on: bool) -> None:
    """Make some weights of a layer trainable or not."""
    layer = member.layer
    learnable = {n: layer._values[n] for n, held in weights_in(layer).items() if held["trainable"]}
    chosen = [learnable[n] for n in names if n in learnable]
    if on and chosen and not layer.trainable:
        turn_layer(member, True)
        for variable in learnable.values():
            variable.trainable = False
    elif on and chosen:
        open_holders(member.holders)
    for variable in chosen:
        variable.trainable = on


def open_holders(holders: Iterable[Any]) -> None:
    """Let models be trainable without what they hold: Keras' own switch turns that on too."""
    for holder in holders:
        holder._trainable = True


def turn_before(model: keras.Model, chosen: Sequence[Member], on: bool) -> None:
    """Turn the layers that some layers are computed from."""
    own = operations_at(model, chosen)
    before = reached(nodes_of(model), own, backwards=True) - reached(nodes_of(model), own)
    for layer in model.layers:
        if id(layer) in before:
            switch(layer, on)
    for inner in inner_models(model, chosen):
        turn_before(inner, chosen, on)


def turn_since(model: keras.Model, chosen: Sequence[Member]) -> None:
    """Make some layers and those that are computed from them trainable."""
    after = reached(nodes_of(model), operations_at(model, chosen))
    inside = inner_models(model, chosen)
    open_holders([model])
    for layer in model.layers:
        if id(layer) in after and layer not in inside:
            switch(layer, True)
    for inner in inside:
        turn_since(inner, chosen)


def operations_at(model: keras.Model, chosen: Sequence[Member]) -> set[int]:
    """Find the layers of a model that are chosen, or hold one that is, by their ids."""
    return {id(layer) for layer in leading_to(model, chosen)}


def inner_models(model: keras.Model, chosen: Sequence[Member]) -> list[Any]:
    """List the layers of a model that are models and hold a layer that is chosen."""
    layers = {id(m.layer) for m in chosen}
    return [h for h in leading_to(model, chosen) if isinstance(h, keras.Model) and id(h) not in layers]


def leading_to(model: keras.Model, chosen: Sequence[Member]) -> list[Any]:
    """List the layers of a model that lead to chosen ones: they themselves, or what holds them."""
    paths = [(*m.holders, m.layer) for m in chosen]
    found = {id(h): h for path in paths for before, h in pairwise(path) if before is model}
    return list(found.values())


def reached(nodes: Iterable[Any], start: set[int], backwards: bool = False) -> set[int]:
    """Find the layers that some are computed from, or that are computed from them, they themselves among these."""
    found, tensors = set(start), set[int]()
    nodes = list(nodes)
    for node in reversed(nodes) if backwards else nodes:
        ends = (node.input_tensors, node.output_tensors)
        taken, given = ends[::-1] if backwards else ends
        if id(node.operation) in found or any(id(t) in tensors for t in taken):
            found.add(id(node.operation))
            tensors |= {id(t) for t in given}
    return found


def chosen_layers(model: keras.Model, scope: str) -> list[Member]:
    """Find the layers of a scope, by their names or those of their weights."""
    found = list(members(model))
    chosen = [m for m in found if matches_layer(m.layer, scope) or weights_matching(m.layer, scope)]
    if not chosen:
        raise unknown(model, found, scope)
    return chosen


def weights_in(layer: Any) -> dict[str, Any]:
    return {n: held for n, held in getattr(layer, "held", {}).items() if is_weight(held)}


def weights_matching(layer: Any, scope: str) -> list[str]:
    """Name the inputs of a layer that are initializers of a scope."""
    return [n for n, held in weights_in(layer).items() if is_in(held.get("initializer", ""), scope)]


def matches_layer(layer: Any, scope: str) -> bool:
    return any(is_in(name, scope) for name in names_of(layer))


def names_of(layer: Any) -> tuple[str, ...]:
    return (layer.name, getattr(layer, "onnx_name", ""), *getattr(layer, "onnx_outputs", ()))


def is_in(name: str, scope: str) -> bool:
    """Say whether a name is a scope's, lies in the scope, or matches a pattern of such names."""
    if name == scope:
        return True
    path, wanted = dotted(name), dotted(scope)
    return any(fnmatch.fnmatchcase(part, wanted) for part in beginnings(path)) or fnmatch.fnmatchcase(name, scope)


def dotted(name: str) -> str:
    """Write a name as PyTorch writes a path to a module: `/layer4/layer4.0/conv1/Conv` is `layer4.0.conv1.Conv`."""
    parts: list[str] = []
    for part in name.strip("/").split("/"):
        if parts and part.startswith(f"{parts[-1]}."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def beginnings(path: str) -> list[str]:
    """List a path and the scopes it lies in."""
    parts = path.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def unknown(model: keras.Model, found: Sequence[Member], scope: str) -> UnknownNameError:
    initializers = [h.get("initializer", "") for m in found for h in weights_in(m.layer).values()]
    names = [n for m in found for n in names_of(m.layer)] + initializers
    scopes = dict.fromkeys(s for n in names if n for s in beginnings(dotted(n)))
    return UnknownNameError(
        f"'{scope}' is no scope, node, value or initializer of '{model.name}'. {close_to(dotted(scope), scopes)}"
        "onnx_keras.parameters(model) lists what can be trained."
    )
