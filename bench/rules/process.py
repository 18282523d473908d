"""One measurement in a process of its own: pinned to one core, in CPU seconds, beside its floor."""

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RUNS = 5
IMPORT = """
import time
from pathlib import Path
def pages():
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) if path.exists() else 0
before, start = pages(), time.process_time()
import {library}
print(time.process_time() - start, pages() - before)
"""


def run_child(module: str, *arguments: str) -> dict[str, Any]:
    """Return the row that a module prints in a process of its own; `missing` or `failed` says why there is none."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return dict(json.loads(line))
    error = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    return {"peer": arguments[-1], "missing" if is_not_installed(error) else "failed": error}


def is_not_installed(error: str) -> bool:
    """Tell whether a peer's library is missing; a module of our own that is missing is a fault."""
    return re.match(r"ModuleNotFoundError: No module named '(?!bench\b|triage\b|seeds\b)", error) is not None


def pin() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def settle() -> None:
    """Take everything there is out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()


def resident_mib() -> float:
    """Return this process's resident memory; 0 where the system does not tell."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if path.exists() else 0.0


def import_cost(library: str) -> tuple[float, float]:
    """Return CPU milliseconds and MiB of importing a library in a fresh process; zeros where there is none."""
    if not library:
        return 0.0, 0.0
    found = []
    for _ in range(3):
        command = [sys.executable, "-c", IMPORT.format(library=library)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        seconds, pages = done.stdout.split()
        found.append((float(seconds) * 1e3, int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20))
    return statistics.median(time for time, _ in found), statistics.median(size for _, size in found)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of all threads: a neighbour that takes the core for a while is not counted."""
    start = time.process_time()
    work()
    return time.process_time() - start


def go_through(judge: Callable[[Any], object], reports: Sequence[Any], rounds: int = 1) -> float:
    """Return the CPU seconds of judging every report, some times over."""

    def work() -> None:
        for _ in range(rounds):
            for report in reports:
                judge(report)

    return cpu_seconds(work)


def version_of(package: str) -> str:
    """Return an installed package's version; empty for our own code."""
    try:
        return version(package) if package else ""
    except PackageNotFoundError:
        return "?"


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median with its span."""
    return {"ratio": statistics.median(values), "ratio_min": min(values), "ratio_max": max(values)}
