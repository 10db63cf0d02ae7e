"""The programs of docs/distributed.md run on several devices and give the weights that one device gives."""

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.small_models import classifier, images, perceptron

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/distributed.md").read_text()
PROGRAMS = dict(re.findall(r"^## (.+?)\n.*?```python\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))

TWO_PROCESSORS = """
import tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2)
"""

KILLED = """
class Killer(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            os._exit(9)
"""


def needs(package):
    absent = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(absent, reason=f"{package} is not installed")


@pytest.fixture
def folder(tmp_path):
    """Make a folder with a model, data and what training on one device gives."""
    onnx.save(perceptron(), tmp_path / "model.onnx")
    rng = np.random.default_rng(0)
    data = {"x": rng.standard_normal((32, 6)), "y": rng.standard_normal((32, 4))}
    np.savez(tmp_path / "data.npz", **{n: a.astype("float32") for n, a in data.items()})
    return tmp_path


def weights_of_one_device(folder, epochs=2):
    model = onnx_keras.load(folder / "model.onnx")
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
    data = np.load(folder / "data.npz")
    before = model.get_weights()
    model.fit(data["x"], data["y"], batch_size=8, epochs=epochs, shuffle=False, verbose=0)
    assert all(np.abs(a - b).max() > 1e-3 for a, b in zip(before, model.get_weights()))
    return model.get_weights()


def start(program, folder, **environment):
    (folder / "program.py").write_text(program)
    known = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", **environment}
    return subprocess.Popen(
        [sys.executable, "program.py"],
        cwd=folder,
        env=known,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(*processes, expecting=0):
    outputs = [process.communicate(timeout=500)[0] for process in processes]
    assert [p.returncode for p in processes] == [expecting] * len(processes), "\n".join(outputs)
    return outputs[0]


def check(folder, epochs=2):
    got = keras.saving.load_model(folder / "trained.keras").get_weights()
    for a, b in zip(got, weights_of_one_device(folder, epochs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_two_devices_of_tensorflow(folder):
    counted = 'assert strategy.num_replicas_in_sync == 2\nmodel.save("trained.keras")'
    program = TWO_PROCESSORS + PROGRAMS["TensorFlow, one machine"].replace('model.save("trained.keras")', counted)
    finished(start(program, folder, KERAS_BACKEND="tensorflow"))
    check(folder)


def test_two_machines_of_tensorflow(folder):
    workers = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    roles = [{"cluster": {"worker": workers}, "task": {"type": "worker", "index": i}} for i in range(2)]
    program = PROGRAMS["TensorFlow, several machines"]
    finished(*[start(program, folder, KERAS_BACKEND="tensorflow", TF_CONFIG=json.dumps(role)) for role in roles])
    check(folder)


EIGHT_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}


@needs("jax")
def test_data_divided_among_eight_devices_of_jax(folder):
    counted = 'assert len(keras.distribution.list_devices()) == 8\nmodel.save("trained.keras")'
    program = PROGRAMS["JAX, each device a part of the batch"].replace('model.save("trained.keras")', counted)
    finished(start(program, folder, **EIGHT_DEVICES))
    check(folder)


@needs("jax")
def test_weights_divided_among_eight_devices_of_jax(folder):
    printed = finished(start(PROGRAMS["JAX, each device a part of the weights"], folder, **EIGHT_DEVICES))
    assert "'model'" in printed
    check(folder)


@needs("torch")
def test_two_processes_of_pytorch(folder):
    finished(start(PROGRAMS["PyTorch"], folder, MASTER_ADDR="127.0.0.1", MASTER_PORT=str(free_port())))
    check(folder)


def test_a_killed_run_goes_on_where_it_was(folder):
    onnx.save(classifier(), folder / "model.onnx")
    x = images(24).transpose(0, 2, 3, 1)
    y = np.random.default_rng(0).standard_normal((24, 5)).astype("float32")
    np.savez(folder / "data.npz", x=x, y=y)
    seeded = PROGRAMS["Runs that are killed"].replace(
        'model = onnx_keras.load("model.onnx")',
        'keras.utils.set_random_seed(0)\nmodel = onnx_keras.load("model.onnx", data_format="channels_last")',
    )
    killed = f"import os\n{seeded}".replace("import onnx_keras\n", f"import onnx_keras\n{KILLED}").replace(
        "[backup]", "[backup, Killer()]"
    )
    finished(start(killed, folder), expecting=9)
    assert not (folder / "trained.keras").exists()
    finished(start(seeded, folder))
    resumed = keras.saving.load_model(folder / "trained.keras")
    finished(start(seeded, folder))
    at_once = keras.saving.load_model(folder / "trained.keras")
    assert resumed.optimizer.iterations == at_once.optimizer.iterations
    for a, b in zip(resumed.get_weights(), at_once.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
