"""A million reports as columns: a batch peer against the floor in a loop, in this process alone.

`python -m bench.rules.batch FOLDER ROWS PEER` prints one row as JSON; FOLDER holds the columns.
"""

import hashlib
import importlib
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.rules import columns
from bench.rules.floor_bench import judge
from bench.rules.peers import Given, batch_python
from bench.rules.process import (
    RUNS,
    go_through,
    import_cost,
    pin,
    resident_mib,
    settle,
    spread,
    version_of,
)
from bench.rules.reports import Report, reports_of
from bench.rules.rule_set import load, plain, read_files

SAMPLE = 20_000


def measure(folder: Path, count: int, name: str) -> dict[str, Any]:
    """Return the row of one peer: urgency alone, and urgency with the rules that fired."""
    peer = importlib.import_module(f"bench.rules.{name}")
    pin()
    files = read_files()
    given = Given(files, plain(load(files).protocol))
    flat, arrays = columns.read(folder, count)
    sample = reports_of(flat, min(SAMPLE, count))
    wanted = batch_python.Engine().judge(sample)
    settle()
    before = resident_mib()
    row: dict[str, Any] = {"rules": "batch", "peer": peer.NAME, "version": version_of(peer.PACKAGE), "rows": count}
    for form, with_rules in (("urgency", False), ("with_rules", True)):
        start = time.process_time()
        engine = peer.build(given, with_rules)
        row["load_ms"] = (time.process_time() - start) * 1e3
        row[form] = run(engine, engine.load(arrays, sample), sample, wanted)
    import_ms, import_mib = import_cost(peer.LIBRARY)
    return row | {"import_ms": import_ms, "mib": import_mib + resident_mib() - before}


def run(engine: Any, data: Any, sample: list[Report], wanted: tuple[Any, Any]) -> dict[str, Any]:
    """Return what one engine reaches, in all and for each of its steps, and whether it is right.

    Without the rules that fired only the urgencies are compared.
    """
    urgency, told = go(engine, data, {})  # the first one warms up
    mask = engine.as_mask(told) if told is not None and hasattr(engine, "as_mask") else told
    steps: dict[str, list[float]] = {step: [] for step in engine.steps}
    floors = []
    for _ in range(RUNS):
        first = go_through(lambda report: judge(*report), sample)
        go(engine, data, steps)
        floors.append(2 * len(sample) / (first + go_through(lambda report: judge(*report), sample)))
    totals = [sum(seconds) for seconds in zip(*steps.values(), strict=True)]
    part = min(len(sample), len(urgency))
    wrong = int((urgency[:part] != wanted[0][:part]).sum())
    wrong += 0 if mask is None else int((mask[:part] != wanted[1][:part]).sum())
    return {
        "per_s": len(urgency) / statistics.median(totals),
        "steps": {step: len(urgency) / statistics.median(seconds) for step, seconds in steps.items()},
        "disagree": wrong,
        "compared": part,
        "rows": len(urgency),
        "urgency_digest": hashlib.sha256(urgency.astype(np.uint8).tobytes()).hexdigest()[:12],
        "rules_digest": "" if mask is None else hashlib.sha256(mask.tobytes()).hexdigest()[:12],
    } | spread([len(urgency) / total / floor for total, floor in zip(totals, floors, strict=True)])


def go(engine: Any, data: Any, steps: dict[str, list[float]]) -> Any:
    """Return what the last step gives; note the CPU seconds of each."""
    for step in engine.steps:
        start = time.process_time()
        data = getattr(engine, step)(data)
        steps.setdefault(step, []).append(time.process_time() - start)
    return data


if __name__ == "__main__":
    place, number, peer_name = sys.argv[1:]
    print(json.dumps(measure(Path(place), int(number), peer_name)))
