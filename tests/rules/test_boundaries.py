"""The golden cases: both sides of every limit of the shipped protocol, as they are judged today.

`make golden` writes them anew. A line that moves is a decision: read the difference before you commit it.
"""

import json
from pathlib import Path

from triage.rules import Tables, boundary_cases, compile_protocol

from .small_protocol import edited, read

GOLDEN = Path(__file__).parents[1] / "golden" / "smp.jsonl"


def test_no_answer_at_a_limit_has_moved(shipped_tables: Tables) -> None:
    golden = {case["id"]: case for case in map(json.loads, GOLDEN.read_text().splitlines())}
    today = {case["id"]: case for case in boundary_cases(shipped_tables)}
    moved = [
        f"{name}: {golden[name]['expect']} -> {today[name]['expect']}"
        for name in golden.keys() & today.keys()
        if golden[name] != today[name]
    ]
    assert moved == []
    assert golden.keys() == today.keys()


def test_every_rule_fires_on_some_side_of_a_limit(shipped_tables: Tables) -> None:
    fired = {rule for case in boundary_cases(shipped_tables) for rule in case["rules"]}
    rules = {rule.id for rule in shipped_tables.protocol.all_rules()}
    assert rules - fired == set()


def test_a_limit_that_moves_by_an_hour_moves_a_golden_case() -> None:
    before = {case["id"]: case for case in boundary_cases(compile_protocol(read()))}
    changed = read(edited("{ from_hour = 48, at_most = 1", "{ from_hour = 49, at_most = 1"))
    after = {case["id"]: case for case in boundary_cases(compile_protocol(changed))}
    assert {name for name in before.keys() ^ after.keys() if name.startswith("redness")}
