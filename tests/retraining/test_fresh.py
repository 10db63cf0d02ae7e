"""Fresh modules, whose parameters are equal in part, and files that hold their weights as Constant nodes."""

import itertools

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch", reason="the networks are PyTorch's")
pytest.importorskip("onnxscript", reason="one of the exporters needs it")

import onnx_keras  # noqa: E402
from tests.retraining.exporting import EXPORTERS, by_dynamo, by_torchscript, exported  # noqa: E402
from tests.retraining.networks import NETWORKS, made  # noqa: E402

pytestmark = pytest.mark.retraining


def count(module):
    return sum(p.numel() for p in module.parameters())


def trained(model):
    return sum(int(np.prod(p.shape)) for p in onnx_keras.parameters(model) if p.trainable)


def in_nodes(file):
    """Write the weights of a file as Constant nodes."""
    moved = onnx.ModelProto()
    moved.CopyFrom(file)
    del moved.graph.initializer[:], moved.graph.node[:]
    for tensor in file.graph.initializer:
        moved.graph.node.append(onnx.helper.make_node("Constant", [], [tensor.name], value=tensor))
    moved.graph.node.extend(file.graph.node)
    return moved


# Of a Gemm, the newer exporter drops a bias of zeros altogether: those of gpt2 and vit are not in its files.
FRESH = [*itertools.product(["bert", "unet", "resnet"], EXPORTERS), ("gpt2", "torchscript"), ("vit", "torchscript")]


@pytest.mark.parametrize(("name", "exporter"), FRESH)
def test_parameters_of_a_fresh_module_are_each_one_here(name, exporter):
    """Exporters merge LayerNorms of ones and zeros, which are equal only as long as nobody trains them."""
    torch.manual_seed(0)
    module = NETWORKS[name].make()
    wanted = count(module)
    assert trained(onnx_keras.load(exported(name, module, exporter, NETWORKS[name].keeps_training))) == wanted


@pytest.mark.parametrize("name", ["mlp", "lstm", "gru", "bert", "gpt2", "vit", "decoder"])
def test_parameters_in_constant_nodes_are_parameters(name):
    module = made(name)
    wanted = count(module)
    assert trained(onnx_keras.load(in_nodes(exported(name, module, "torchscript")))) == wanted


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("name", ["cnn", "resnet"])
def test_unfolding_gives_the_parameters_back(name, exporter):
    """A convolution before BatchNorm had no bias; what the exporter made one becomes the beta that it was."""
    module = made(name)
    wanted = count(module)
    file = exported(name, module, exporter)
    assert trained(onnx_keras.load(file)) < wanted
    assert trained(onnx_keras.load(file, training="unfold")) == wanted


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_dropout_that_an_exporter_kept_drops_in_training(exporter):
    file = exported("cnn", made("cnn", dropped=0.25), exporter, training=True)
    model = onnx_keras.load(file, training="unfold")
    (layer,) = [layer for layer in model.layers if isinstance(layer, onnx_keras.layers.Dropout)]
    ones = np.ones((100, 100), "float32")
    dropped = np.asarray(layer(ones, training=True))
    assert set(np.unique(dropped)) == {0, np.float32(1 / 0.75)}
    assert np.mean(dropped == 0) == pytest.approx(0.25, abs=0.02)
    np.testing.assert_array_equal(layer(ones), ones)


class Scaled(torch.nn.Module):
    """A module with a number that is learned, a slope for all channels, and a table that isn't learned."""

    def __init__(self) -> None:
        super().__init__()
        self.body = torch.nn.Sequential(torch.nn.Conv1d(3, 4, 3), torch.nn.PReLU())
        self.scale = torch.nn.Parameter(torch.tensor(1.7))
        self.register_buffer("table", torch.linspace(-1, 1, 6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.scale * self.body(x) + self.table
        return torch.nn.functional.interpolate(y, scale_factor=2.0, mode="linear")


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("write", "left_out"), [(by_dynamo, set()), (by_torchscript, {"table"})])
def test_numbers_are_learned_and_buffers_are_not(write, left_out, training):
    """The older exporter writes buffers as it writes parameters, so its file is loaded without them by name."""
    module = Scaled().train(training)
    file = write(module, {"x": torch.zeros(2, 3, 8)}, training)
    model = onnx_keras.load(file, trainable=lambda name: name not in left_out)
    assert trained(model) == count(module)
