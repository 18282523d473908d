"""Every rule, every way to meet a combination and all that risk factors raise shows in some table of this folder."""

from importlib import import_module
from pathlib import Path

from .drawn import LINES, shipped


def load_all_tables() -> None:
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        import_module(f".{file.stem}", __package__)


def test_every_rule_is_drawn() -> None:
    load_all_tables()
    fired = {finding.rule for line in LINES for finding in line.judge().findings}
    assert {rule.id for rule in shipped().protocol.all_rules()} - fired == set()


def test_every_way_to_meet_a_combination_is_drawn() -> None:
    load_all_tables()
    findings = [finding for line in LINES for finding in line.judge().findings if finding.reason == "combination"]
    met = {(finding.rule, words) for finding in findings for words in finding.observed["together"]}
    ways = {(entry.rule.id, way.words()) for entry in shipped().protocol.combinations for way in entry.any_of}
    assert ways - met == set()


def test_everything_that_a_risk_factor_raises_is_drawn() -> None:
    load_all_tables()
    tables = shipped()
    findings = [finding for line in LINES if line.patient for finding in line.judge().findings]
    raised = {(f.rule, tables.groups[f.observed["raises"]]) for f in findings if f.reason == "risk_factor"}
    factors = {(f"risk.{f.risk_factor}", group) for f in tables.protocol.risk_factors for group in f.raises}
    assert factors - raised == set()
