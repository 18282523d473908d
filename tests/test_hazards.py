"""The hazard log names only tests, files and rules that exist, and says of each hazard all that it must."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from triage.rules import compile_protocol, read_protocol

ROOT = Path(__file__).parents[1]
LOG = (ROOT / "docs" / "hazards.md").read_text()
QUOTED = [word for word in re.findall(r"`([^`\n]+)`", LOG) if not word.startswith("/")]
TESTS = sorted({word for word in QUOTED if "::" in word and not word.startswith("file::")})
FILES = sorted({word for word in QUOTED if "/" in word and "::" not in word})
RULES = sorted({word for word in QUOTED if re.fullmatch(r"[a-z_]+(\.[a-z_]+){0,2}", word)})
HAZARDS = dict(re.findall(r"^### (H\d\d) [^\n]+\n(.*?)(?=^#|\Z)", LOG, flags=re.MULTILINE | re.DOTALL))
PARTS = ("Cause", "Done", "Where", "Tests", "Remains")


@lru_cache(maxsize=1)
def rule_ids() -> set[str]:
    """Return every id that a finding of the shipped protocol can carry."""
    folder = ROOT / "seeds" / "protocols" / "smp"
    protocol = read_protocol({file.name: file.read_text() for file in folder.glob("*.toml")})
    factors = {f"risk.{factor}" for factor in compile_protocol(protocol).raises}
    return {rule.id for rule in protocol.all_rules()} | factors | {"unreadable"}


@pytest.mark.parametrize("name", TESTS)
def test_every_test_named_exists(name: str) -> None:
    file, test = name.split("::")
    assert re.search(rf"^(?:def )?{test}(?:\(| = )", (ROOT / file).read_text(), flags=re.MULTILINE), name


@pytest.mark.parametrize("name", FILES)
def test_every_file_named_exists(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", RULES)
def test_every_rule_named_is_in_the_shipped_protocol(name: str) -> None:
    assert name in rule_ids()


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", LOG))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).exists()


@pytest.mark.parametrize("number", HAZARDS)
def test_each_hazard_says_cause_answer_test_and_remainder(number: str) -> None:
    assert [part for part in PARTS if f"- **{part}.** " not in HAZARDS[number]] == []
    assert "::" in HAZARDS[number], "a hazard without a test is an opinion"


def test_hazards_are_numbered_without_a_gap() -> None:
    assert list(HAZARDS) == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]
    assert len(re.findall(r"^### ", LOG, flags=re.MULTILINE)) == len(HAZARDS)
    assert len(RULES) > 40
    assert len(TESTS) > 50
