"""Times of contenders that take turns, and the peak of memory of one that has a process of its own."""

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Contenders = Mapping[str, Callable[[], Any]]


def medians(contenders: Contenders, rounds: int) -> dict[str, float]:
    """Give the median seconds of each contender.

    They take turns, so that what else the machine does falls on all of them alike; the first turn warms up.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            gc.collect()
            start = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def peak_of_load(path: Any) -> dict[str, int]:
    """Load a file in a process of its own; give the bytes of its weights, and of memory above what was there before."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.loading", str(path)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])
