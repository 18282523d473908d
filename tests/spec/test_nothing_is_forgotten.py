"""Every rule and every risk factor of the shipped protocol shows in some table of this folder."""

from importlib import import_module
from pathlib import Path

from .drawn import LINES, shipped


def test_every_rule_is_drawn() -> None:
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        import_module(f".{file.stem}", __package__)
    fired = {finding.rule for line in LINES for finding in line.judge().findings}
    assert {rule.id for rule in shipped().protocol.all_rules()} - fired == set()


def test_every_risk_factor_is_drawn() -> None:
    fired = {finding.rule for line in LINES if line.patient for finding in line.judge().findings}
    factors = {f"risk.{factor.risk_factor}" for factor in shipped().protocol.risk_factors}
    assert factors - fired == set()
