"""What all tests share: quiet logs, and counts of onnx's backend tests."""

import os
import pathlib
import re
from collections import Counter

from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_ENABLE_X64", "1")  # ONNX has 64-bit types

# How long an example takes says how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("patient")

KIND = re.compile(r"(ChannelsLast|ChannelsFirst|Traced)OnnxBackend(\w+?)(?:Model)?Test::")


WHOLE = ("tests/retraining", "tests/export", "tests/models", "tests/distribution")
"""Folders whose slower tests run, too, where they are asked for by name."""


def pytest_configure(config):
    """Leave nothing out of a folder that is asked for by its name, unless -m says what to run."""
    is_default = config.option.markexpr in config.getini("addopts")
    paths = [pathlib.Path(a.split("::")[0]).as_posix().rstrip("/") for a in config.args]
    if is_default and paths and all(any(f"/{p}".endswith(f"/{w}") for w in WHOLE) for p in paths):
        config.option.markexpr = ""


def pytest_terminal_summary(terminalreporter):
    """Print `N passed of M` for each kind of onnx's backend tests."""
    counts: dict[tuple[str, str], Counter] = {}
    for state in ("passed", "failed", "xfailed", "error"):
        for report in terminalreporter.stats.get(state, ()):
            found = KIND.search(getattr(report, "nodeid", ""))
            if found and getattr(report, "when", "call") == "call":
                counts.setdefault(found.groups(), Counter())[state] += 1
    for (data_format, kind), states in sorted(counts.items()):
        total = sum(states.values())
        terminalreporter.write_line(f"onnx backend {data_format} {kind}: {states['passed']} passed of {total}")
