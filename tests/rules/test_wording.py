"""Every finding has a sentence that says what was seen, when, and what was expected."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from triage.rules import (
    Assessment,
    CheckIn,
    Finding,
    Situation,
    Tables,
    Urgency,
    advice_texts,
    assess,
    assessment_as_mapping,
    finding_sentence,
)
from triage.rules.wording import day_of

from .small_protocol import tables

NEEDLING_ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)


def report(hours: float, **fields: object) -> CheckIn:
    return CheckIn(at=NEEDLING_ENDED + timedelta(hours=hours), **fields)  # type: ignore[arg-type]


def judge(check_in: CheckIn, earlier: Iterable[CheckIn] = (), **known: object) -> Assessment:
    return assess(tables(), Situation([NEEDLING_ENDED], list(earlier), **known), check_in)  # type: ignore[arg-type]


ASSESSED = {
    "above_expected": (
        judge(report(50, symptoms={"redness": 2})),
        "Redness: moderate on day 2 (hour 50); expected from hour 48 on: at most mild. Source: S1.",
    ),
    "persisting": (
        judge(report(200, symptoms={"redness": 1})),
        "Redness: mild on day 8 (hour 200); expected from hour 120 on: none. Source: S1.",
    ),
    "worsening": (
        judge(report(80, symptoms={"redness": 2}), [report(70, symptoms={"redness": 1})]),
        "Redness: moderate on day 3 (hour 80) (last report: mild); healing gets better each day, this got worse; "
        "expected from hour 48 on: at most mild. Source: S1.",
    ),
    "new_late": (
        judge(report(100, symptoms={"redness": 2}, course={"redness": "new"})),
        "Redness: moderate on day 4 (hour 100); it was not there at the last report, and nothing new is expected now; "
        "expected from hour 48 on: at most mild. Source: S1.",
    ),
    "relapse": (
        judge(
            report(30, symptoms={"redness": 2}),
            [report(10, symptoms={"redness": 1}), report(20, symptoms={"redness": 0})],
        ),
        "Redness: moderate on day 1 (hour 30) (last report: none); it was gone and has come back; "
        "expected from hour 0 on: at most severe. Source: S1.",
    ),
    "not_improving": (
        judge(report(80, symptoms={"redness": 2}), [report(8, symptoms={"redness": 2})]),
        "Redness: moderate on day 3 (hour 80) (last report: moderate); it has not improved for days; "
        "expected from hour 48 on: at most mild. Source: S1.",
    ),
    "rapid_rise": (
        judge(report(30, symptoms={"redness": 3}), [report(20, symptoms={"redness": 1})]),
        "Redness: severe on day 1 (hour 30) (last report: mild); it rose fast; "
        "expected from hour 0 on: at most severe. Source: S1.",
    ),
    "late_onset": (
        judge(report(110, symptoms={"bumps": 1}), [report(100, symptoms={"bumps": 1}, course={"bumps": "new"})]),
        "Bumps: mild on day 4 (hour 110) (last report: mild); it began late after a procedure and is still there; "
        "expected from hour 0 on: at most moderate. Source: S1.",
    ),
    "danger_sign": (
        judge(report(30, signs=("pus",))),
        "Danger sign: Pus (ticked) on day 1 (hour 30); never expected, at any hour. Source: S1.",
    ),
    "note": (
        judge(report(30, note="I have a fever")),
        "Danger sign: Fever (note: fever) on day 1 (hour 30); never expected, at any hour. Source: S1.",
    ),
    "combination": (
        judge(report(30, signs=("fever", "faint"), symptoms={"pain": 3})),
        "Together more than each alone: Fever, Pain (severe or more), Faint on day 1 (hour 30). Source: S1.",
    ),
    "risk_factor": (
        judge(report(200, symptoms={"redness": 1}), risk_factors=["diabetes"]),
        "Diabetes: raises redness.late by one step from routine. Source: S1.",
    ),
    "held": (
        judge(report(30, symptoms={"redness": 1}), danger=(NEEDLING_ENDED, NEEDLING_ENDED)),
        "A danger finding at 2026-03-02T10:00:00+00:00 is less than 72 h old and not closed by a human. "
        "Source: judgement: three days.",
    ),
    "wants_call": (judge(report(30, wants_call=True)), "The patient asks for a call. Source: S1."),
    "result": (judge(report(200, result=("hair_loss",))), "Hair loss on day 8 (hour 200). Source: S1."),
}


@pytest.mark.parametrize(
    ("reason", "assessment", "sentence"), [(r, a, s) for r, (a, s) in ASSESSED.items()], ids=ASSESSED
)
def test_every_reason_has_a_sentence(reason: str, assessment: Assessment, sentence: str) -> None:
    found = {finding.reason: finding for finding in assessment.findings}
    assert finding_sentence(found[reason], tables().protocol.texts["en"]) == sentence


def test_no_reason_is_without_a_sentence_here(shipped_tables: Tables) -> None:
    reasons = {fired.reason for t in shipped_tables.symptoms.values() for answer in t.answers for fired in answer}
    assert reasons <= set(ASSESSED)


def test_after_the_follow_up_the_sentence_says_that_nothing_is_expected() -> None:
    (finding,) = judge(report(2200, symptoms={"redness": 1})).findings
    sentence = finding_sentence(finding, tables().protocol.texts["en"])
    assert (
        sentence
        == "Redness: mild on day 91 (hour 2200); expected from hour 2160 on: none. Source: judgement: three months."
    )


def test_a_measured_temperature_is_said_with_its_value() -> None:
    (finding,) = judge(report(30, temperature_c=38.31)).findings
    assert "measured 38.3 C" in finding_sentence(finding, tables().protocol.texts["en"])


def test_an_implied_sign_says_because_of_which(shipped_tables: Tables) -> None:
    assessment = assess(shipped_tables, Situation([NEEDLING_ENDED]), report(30, signs=("tender_nodes",)))
    told = [finding.observed["told"] for finding in assessment.findings]
    assert told == ["ticked", "because of tender_nodes"]


def test_an_assessment_is_printed_as_the_format_says() -> None:
    found = assessment_as_mapping(ASSESSED["persisting"][0], tables(), "case 1")
    assert list(found) == ["id", "urgency", "findings", "review", "advice", "protocol"]
    assert (found["id"], found["urgency"]) == ("case 1", "routine")
    assert found["advice"] == ["routine", "redness"]
    assert set(found["protocol"]) == {"name", "version", "digest"}
    (finding,) = found["findings"]
    assert finding == {
        "rule": "redness.late",
        "urgency": "routine",
        "reason": "persisting",
        "symptom": "redness",
        "observed": {"severity": 1, "hour": 200, "last": None, "course": "unknown", "forms": ["unknown"]},
        "expected": {"at_most": 0, "from_hour": 120},
        "message": ASSESSED["persisting"][1],
        "calmer": "It would be self-care if it were gone.",
        "source": "S1",
    }


def test_what_is_never_expected_is_printed_as_null() -> None:
    found = assessment_as_mapping(ASSESSED["danger_sign"][0], tables())
    assert "id" not in found
    assert (found["findings"][0]["sign"], found["findings"][0]["expected"]) == ("pus", None)


def test_the_most_urgent_finding_comes_first() -> None:
    assessment = judge(report(200, symptoms={"redness": 1, "pain": 1}, signs=("fever",), note="fever"))
    urgencies = [finding.urgency for finding in assessment.findings]
    assert urgencies == sorted(urgencies, reverse=True)
    assert (assessment.urgency, assessment.review) == (Urgency.urgent, ("note",))


def test_a_calm_report_still_has_advice() -> None:
    assessment = judge(report(30, symptoms={"redness": 1}))
    assert (assessment.findings, assessment.advice) == ((), ("self_care",))
    assert advice_texts(assessment.advice, tables().protocol.texts["en"]) == {"self_care": "About self_care. Call."}


def test_what_could_not_be_read_is_for_a_human() -> None:
    assessment = assess(tables(), Situation([NEEDLING_ENDED]), report(30, note="hm"), problems=True)
    assert assessment.review == ("note", "problem")


def test_a_day_begins_every_24_hours() -> None:
    assert [day_of(hour) for hour in (0, 23.9, 24, 119, 120)] == [
        "day 0 (hour 0)",
        "day 0 (hour 23)",
        "day 1 (hour 24)",
        "day 4 (hour 119)",
        "day 5 (hour 120)",
    ]


def test_a_finding_needs_no_texts_of_its_own_kind() -> None:
    odd = Finding(
        "x",
        Urgency.routine,
        "unheard_of",
        ("symptom", "glow"),
        {"severity": 1, "hour": 1},
        {"at_most": 0, "from_hour": 0},
        "",
        "",
    )
    assert finding_sentence(odd, tables().protocol.texts["en"]).startswith("glow: mild")
