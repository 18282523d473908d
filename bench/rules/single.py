"""One judgement after the other: a peer against the floor, over the same reports, in this process alone.

`python -m bench.rules.single RULES REPORTS SECONDS PEER` prints one row as JSON; RULES is `bench` or `smp`.
"""

import importlib
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.rules import floor_bench, floor_smp
from bench.rules.cohort import cohort
from bench.rules.peers import Given
from bench.rules.process import (
    RUNS,
    cpu_seconds,
    go_through,
    import_cost,
    pin,
    resident_mib,
    settle,
    spread,
    version_of,
)
from bench.rules.reports import Report, as_mapping, reports
from bench.rules.rule_set import EXCESS, load, plain, read_files
from seeds.protocols import SHIPPED, read_folder

FLOORS = {"bench": floor_bench.judge, "smp": floor_smp.judge}
Fired = frozenset[tuple[str, str]]


def prepare(rules: str, count: int) -> tuple[Given, list[Report]]:
    """Return a rule set and its reports."""
    files = read_files() if rules == "bench" else read_folder(SHIPPED)
    protocol = load(files).protocol
    made = reports(count, plain(protocol)) if rules == "bench" else cohort(count, protocol)
    return Given(files, plain(protocol)), made


def fired(findings: Iterable[Any]) -> Fired:
    """Return the rules that fired with their urgencies, whoever says it.

    The steps above a window are one rule to the peers: the urgency tells them apart.
    """
    said = ((f["rule"], f["urgency"]) if isinstance(f, dict) else (f.rule, f.urgency.name) for f in findings)
    steps = tuple(f".excess_{excess}" for excess in EXCESS)
    return frozenset((rule[:-2] if rule.endswith(steps) else rule, urgency) for rule, urgency in said)


def measure(rules: str, count: int, seconds: float, name: str) -> dict[str, Any]:
    """Return the row of one peer."""
    peer = importlib.import_module(f"bench.rules.peers.{name}")
    pin()
    given, values = prepare(rules, count)
    floor_judge = FLOORS[rules]
    floor = lambda report: floor_judge(*report)  # noqa: E731
    inputs: Sequence[Any] = [as_mapping(report) for report in values] if peer.TAKES == "mapping" else values
    wanted = [fired(floor(report)) for report in values]
    settle()
    before = resident_mib()
    loads = [cpu_seconds(lambda: peer.build(given))]
    judge = peer.build(given)
    wrong = sum(fired(judge(report)) != want for report, want in zip(inputs, wanted, strict=True))
    grown = resident_mib() - before
    loads += [cpu_seconds(lambda: peer.build(given)) for _ in range(RUNS)]
    import_ms, import_mib = import_cost(peer.LIBRARY)
    return {
        "rules": rules,
        "peer": peer.NAME,
        "version": version_of(peer.PACKAGE),
        "reports": count,
        "disagree": wrong,
        "rules_fired": len({rule for found in wanted for rule, _ in found}),
        "import_ms": import_ms,
        "load_ms": loads[0] * 1e3,
        "load_again_ms": statistics.median(loads[1:]) * 1e3,
        "mib": import_mib + grown,
        **compare(floor, values, judge, inputs, seconds),
    }


def compare(
    floor: Callable[[Any], Any],
    values: Sequence[Any],
    judge: Callable[[Any], Any],
    inputs: Sequence[Any],
    seconds: float,
) -> dict[str, Any]:
    """Return rates and their ratio: floor, peer, floor, so that a drift of the machine hits both."""
    part = min(1.0, seconds / go_through(judge, inputs))
    step = max(1, round(1 / part))
    values, inputs = values[::step], inputs[::step]
    rounds = max(1, round(seconds / go_through(judge, inputs)))
    floor_rounds = max(1, round(seconds / 2 / go_through(floor, values)))
    rates, floors = [], []
    settle()
    for _ in range(RUNS):
        first = go_through(floor, values, floor_rounds)
        rates.append(len(inputs) * rounds / go_through(judge, inputs, rounds))
        floors.append(2 * len(values) * floor_rounds / (first + go_through(floor, values, floor_rounds)))
    ratios = [rate / base for rate, base in zip(rates, floors, strict=True)]
    return {"per_s": statistics.median(rates), "floor_per_s": statistics.median(floors)} | spread(ratios)


if __name__ == "__main__":
    rule_set, number, duration, peer_name = sys.argv[1:]
    print(json.dumps(measure(rule_set, int(number), float(duration), peer_name)))
