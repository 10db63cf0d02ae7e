"""What all tests share: quiet logs, and counts of onnx's backend tests."""

import os
import re
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_ENABLE_X64", "1")  # ONNX has 64-bit types

KIND = re.compile(r"(ChannelsLast|ChannelsFirst|Traced)OnnxBackend(\w+?)(?:Model)?Test::")


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
