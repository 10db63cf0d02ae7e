"""BatchNormalization and its relatives."""

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("BatchNormalization", since_version=7)
def batch_normalization_mode_by_outputs(node, op):
    """Until 7 `is_test` said whether the batch's own statistics are used; until 14 the number of outputs says it."""
    is_test = node.attributes.get_int("is_test", 0)
    return op.same(*node.inputs, without=["is_test", "consumed_inputs"], outputs=1 if is_test else 5)


@upgrade("BatchNormalization", since_version=9)
def batch_normalization_over_positions(node, op):
    """Until 9 `spatial=0` gave every position statistics of its own."""
    if node.attributes.get_int("spatial", 1):
        return op.same(*node.inputs, without=["spatial"])
    x, *parameters = node.inputs
    flat = op.constant([-1])
    results = op.same(
        op.Flatten(x, axis=1), *(op.Reshape(parameter, flat) for parameter in parameters), without=["spatial"]
    )
    results = [results] if len(node.outputs) == 1 else results
    shaped_as = (x, *parameters[2:], *parameters[2:])
    return [op.Reshape(result, op.Shape(shape), allowzero=1) for result, shape in zip(results, shaped_as)]


@upgrade("BatchNormalization", since_version=14)
def batch_normalization_training_mode(node, op):
    """Until 14 more outputs than one meant training, and two of them kept the batch's statistics for the gradient."""
    if len(node.outputs) == 1:
        return None
    return op.same(*node.inputs, outputs=3, training_mode=1)


equivalent("BatchNormalization", 14, 15)


@upgrade("GroupNormalization", since_version=21)
def group_normalization_by_channel(node, op):
    """Until 21 scale and bias had one value for each group instead of each channel."""
    x, scale, bias = node.inputs
    groups = node.attributes.get_int("num_groups")
    per_group = op.Div(op.Shape(x, start=1, end=2), op.constant([groups]))
    shape = op.Concat(op.constant([groups]), per_group, axis=0)

    def repeat(parameter):
        return op.Reshape(op.Expand(op.Unsqueeze(parameter, op.constant([1])), shape), op.constant([-1]))

    return op.same(x, repeat(scale), repeat(bias))


equivalent("InstanceNormalization", 6, 22)


@upgrade("LayerNormalization", since_version=17)
def layer_normalization_of_onnx_runtime(node, op):
    """Until 17 it was ONNX Runtime's own, which reads the attributes that became the standard's, and no other."""
    known = ("axis", "epsilon", "stash_type")
    return op.same(*node.inputs, without=[n for n in node.attributes if n not in known])


equivalent("LpNormalization", 1, 22)
equivalent("LRN", 1, 13)
equivalent("MeanVarianceNormalization", 9, 13)


@upgrade("MeanVarianceNormalization", since_version=9)
def mean_variance_normalization_with_axes(node, op):
    """Until 9 it was experimental, could join the channels, and could leave the variance alone."""
    (x,) = node.inputs
    axes = [0, 1, 2, 3] if node.attributes.get_int("across_channels", 0) else [0, 2, 3]
    if node.attributes.get_int("normalize_variance", 1):
        return op.same(x, without=["across_channels", "normalize_variance"], axes=axes)
    return op.Sub(x, op.ReduceMean(x, op.constant(axes), keepdims=1))
