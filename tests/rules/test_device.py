"""What a phone is given of the tables, and what the rules say by that much alone."""

import json
from datetime import UTC, datetime

import pytest

from triage.rules import CheckIn, Tables, Urgency
from triage.rules.device import FORMAT, judge_as_phone, phone_tables

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
MOST_BYTES = 8_000  # written without spaces; a third of that in transfer


def said(**what: object) -> CheckIn:
    return CheckIn(at=AT, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check_in", "hours", "urgency"),
    [
        (said(symptoms={"redness": 1}), 24.0, "self_care"),
        (said(symptoms={"redness": 4}), 2.0, "same_day"),
        (said(signs=("face_swelling",)), 5.999, "emergency"),
        (said(signs=("face_swelling",)), 6.0, "urgent"),
        (said(temperature_c=38.0), 50.0, "urgent"),
        (said(wants_call=True), 50.0, "same_day"),
        (said(note="I cannot breathe and my lips are swollen"), 50.0, "self_care"),
        (said(symptoms={"redness": 1}), 5000.0, "routine"),
    ],
)
def test_phone_judges_by_the_report_alone(
    shipped_tables: Tables, check_in: CheckIn, hours: float, urgency: str
) -> None:
    assert judge_as_phone(shipped_tables, check_in, hours) == Urgency[urgency]


def test_tables_of_a_phone_are_small_and_name_their_protocol(shipped_tables: Tables) -> None:
    told = phone_tables(shipped_tables)
    assert (told["format"], told["digest"]) == (FORMAT, shipped_tables.protocol.digest)
    assert len(json.dumps(told, separators=(",", ":"))) < MOST_BYTES


def test_tables_of_a_phone_ask_only_for_what_one_report_says(shipped_tables: Tables) -> None:
    """A combination that needs an illness or a history can never hold on a phone, so that it is not sent there."""
    told = phone_tables(shipped_tables)
    assert 0 < len(told["combinations"]) < len(shipped_tables.combinations)
    asked = {fact for *_, ways in told["combinations"] for way in ways for fact in way}
    spoken = {fact for kind in ("signs", "treatment", "exposed") for fact in told["facts"][kind].values()}
    spoken |= {fact for zones in told["facts"]["where"].values() for fact in zones.values()}
    spoken |= {fact for _, fact in told["facts"]["temperatures"]}
    for symptom in told["symptoms"].values():
        spoken |= {fact for _, fact in symptom.get("at_least", [])}
        spoken |= {fact for facts in symptom.get("course", {}).values() for fact in facts}
    assert asked <= spoken
