"""A draft moves the end of one window and nothing else; what a program cannot be sure of, it leaves alone."""

import tomllib

import pytest

from seeds.protocols import SHIPPED, read_folder
from triage.rules import read_protocol
from triage.rules.consistency import inconsistencies
from triage.rules.protocol import Protocol
from triage.rules.redraft import CannotDraft, Move, farthest_end, next_version, redraft

WHY = "own outcomes, 2026-03-02: 90 of 100 courses end by day 5.5"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return read_folder(SHIPPED)


@pytest.fixture(scope="module")
def shipped(files: dict[str, str]) -> Protocol:
    return read_protocol(files)


def move(symptom: str = "redness", high_days: float = 5.5, version: str = "4-redness") -> Move:
    return Move(symptom, high_days, version, WHY)


def test_only_the_window_its_source_and_the_version_differ(files: dict[str, str], shipped: Protocol) -> None:
    drafted = redraft(files, move())
    after = read_protocol(drafted.files)
    (old,) = [one for one in shipped.windows if one.symptom == "redness"]
    (new,) = [one for one in after.windows if one.symptom == "redness"]

    assert (new.high_days, new.source) == (5.5, f"{old.source}; judgement: {WHY}")
    assert new._replace(high_days=old.high_days, source=old.source) == old
    rest = {"windows": shipped.windows, "version": "3", "digest": shipped.digest}
    assert after._replace(**rest) == shipped
    assert (after.version, after.reviewer) == ("4-redness", "")
    assert drafted.moved[0] == "The expected window of redness ends on day 5.5 instead of day 4."
    assert drafted.moved[-1].startswith("No ceiling, no rule")


def test_every_window_of_the_shipped_protocol_can_be_moved_as_far_as_none_is_expected(
    files: dict[str, str], shipped: Protocol
) -> None:
    for window in shipped.windows:
        drafted = redraft(files, move(window.symptom, farthest_end(window), next_version("3", window.symptom)))
        assert inconsistencies(read_protocol(drafted.files)) == [], window.symptom
        beyond = move(window.symptom, farthest_end(window) + 0.5, "4")
        assert inconsistencies(read_protocol(redraft(files, beyond).files)) != [], window.symptom


def test_a_reviewed_protocol_loses_its_reviewer(files: dict[str, str]) -> None:
    signed = 'author = "X"\nreviewer = "Dr Ada Byron"\nreviewed_on = "2026-01-05"'
    text = files["protocol.toml"].replace('author = "Aftercare Triage founding engineers"', signed)
    drafted = redraft({**files, "protocol.toml": text}, move())
    assert "Ada Byron" not in drafted.files["protocol.toml"]
    assert "It has no reviewer: somebody must review it anew." in drafted.moved


def test_a_window_in_a_table_of_its_own_is_moved_too(files: dict[str, str]) -> None:
    line = 'window = { low_days = 1, high_days = 4, source = "S1 S2 S3 S4 S5" }\n'
    assert line in files["protocol.toml"]
    table = '\n[symptoms.redness.window]\nlow_days = 1\nhigh_days = 4 # days\nsource = "S1"\n\n[symptoms.swelling]\n'
    text = files["protocol.toml"].replace(line, "").replace("\n[symptoms.swelling]\n", table)
    after = tomllib.loads(redraft({"protocol.toml": text}, move()).files["protocol.toml"])
    assert after["symptoms"]["redness"]["window"]["high_days"] == 5.5
    assert after["symptoms"]["swelling"]["window"]["high_days"] == 4


def test_moved_again_the_former_outcomes_give_way(files: dict[str, str]) -> None:
    once = redraft(files, move())
    twice = redraft(once.files, move(high_days=6)._replace(why="own outcomes, 2027"))
    source = tomllib.loads(twice.files["protocol.toml"])["symptoms"]["redness"]["window"]["source"]
    assert source == "S1 S2 S3 S4 S5; judgement: own outcomes, 2027"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[symptoms.redness]", '[symptoms."redness"]'),  # not found
        ("high_days = 4, source", "'high_days' = 4, source"),  # another number would be taken
        ('source = "S1 S2 S3 S4 S5" }', "source = 'S1 S2 S3 S4 S5' }"),  # the source would be missed
    ],
)
def test_what_is_laid_out_otherwise_is_left_alone(files: dict[str, str], old: str, new: str) -> None:
    text = files["protocol.toml"]
    assert old in text
    with pytest.raises(CannotDraft):
        redraft({**files, "protocol.toml": text.replace(old, new, 1)}, move())


def test_the_next_version_says_what_it_is_about() -> None:
    assert [next_version(version, "pain") for version in ("3", "4-redness", "beta")] == [
        "4-pain",
        "5-pain",
        "beta-pain",
    ]
