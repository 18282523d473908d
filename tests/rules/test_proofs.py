"""What must hold before a protocol may be published."""

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules import CheckIn, Situation, Urgency, assess, calmer_later_rules, compile_protocol

from .small_protocol import CASES, FILES, edited, faults_of, read

REDNESS = "protocol.toml:symptoms.redness"
ROW = '{ id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }'

BROKEN: dict[str, tuple[str, str, str, str]] = {
    "a ceiling that rises again": (
        "{ after_day = 4, at_most = 0",
        "{ after_day = 4, at_most = 2",
        REDNESS,
        "a later report must not be calmer",
    ),
    "a rule that can never fire": (
        ROW,
        ROW + ',\n    { id = "extra", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }',
        f"{REDNESS}.rules[2]",
        "another rule with the same reason always comes first",
    ),
    "a rule after the follow-up": (
        ROW,
        ROW.replace("source", "after_day = 90, source"),
        "protocol.toml:redness.severe",
        "start it earlier",
    ),
    "an end of the follow-up without a reason": (
        'calmer_later = "what lasts is for an appointment"\n',
        "",
        "protocol.toml:follow_up.calmer_later",
        "say why",
    ),
}


@pytest.mark.parametrize(("old", "new", "path", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_property_is_reported_with_its_place(old: str, new: str, path: str, said: str) -> None:
    faults = faults_of(edited(old, new))
    assert (path, True) in [(fault.path, said in fault.expected) for fault in faults], faults


def test_a_sound_protocol_has_no_fault() -> None:
    assert faults_of(FILES) == []


def test_a_rule_that_ends_needs_no_proof_but_is_listed_for_the_reviewer() -> None:
    files = edited(ROW, ROW.replace("source", 'through_day = 60, calmer_later = "it is quiet (S2)", source'))
    assert faults_of(files) == []
    assert "redness.severe: it is quiet (S2)" in calmer_later_rules(read(files))


def test_a_rule_that_ends_before_the_plateau_ends_is_no_fault() -> None:
    files = edited(ROW, ROW.replace("source", 'until_hour = 40, calmer_later = "the first days", source'))
    assert faults_of(files) == []


def test_a_case_that_comes_out_otherwise_is_reported() -> None:
    files = edited('expect = "routine"', 'expect = "urgent"', "cases.toml")
    (fault,) = faults_of(files)
    assert (fault.path, fault.said) == ("cases.toml:cases[0].expect", "'red_on_day_8' is judged routine, not urgent")


BAD_CASES: dict[str, tuple[str, str, str]] = {
    "no expectation": ('expect = "routine"\n', "", "cases.toml:cases[0].expect"),
    "an unknown urgency": ('expect = "routine"', 'expect = "soon"', "cases.toml:cases[0].expect"),
    "a list as urgency": ('expect = "routine"', 'expect = ["routine"]', "cases.toml:cases[0].expect"),
    "an unknown symptom": ("redness = 1", "rednes = 1", "cases.toml:cases[0].check_ins.0.symptoms.rednes"),
    "an unknown field": ('id = "red', 'name = "x"\nid = "red', "cases.toml:cases[0].name"),
    "no cases": (CASES, "", "cases.toml:cases"),
    "cases that are none": (CASES, "cases = 5", "cases.toml:cases"),
    "a case that is none": (CASES, "cases = [5]", "cases.toml:cases[0]"),
    "the same id twice": (CASES, CASES + CASES, "cases.toml:cases[1].id"),
}


@pytest.mark.parametrize(("old", "new", "path"), BAD_CASES.values(), ids=BAD_CASES)
def test_a_bad_case_is_reported_with_its_place(old: str, new: str, path: str) -> None:
    faults = faults_of(edited(old, new, "cases.toml"))
    assert path in [fault.path for fault in faults], [fault.sentence() for fault in faults]


def test_a_risk_factor_must_not_turn_severity_round() -> None:
    """Of two rules for one reason the more urgent stands alone, so a factor that raises only the other one would give
    the more severe report the calmer answer: either the proofs say so, or the judgement does not do it."""
    lasting = '{ id = "lasting", when = "beyond", after_day = 9, urgency = "same_day", source = "S1" }'
    text = edited(ROW, f"{ROW},\n    {lasting}")["protocol.toml"]
    text = text.replace('diabetes]\nraises = ["infection"]', 'diabetes]\nraises = ["redness.lasting"]')
    files = FILES | {"protocol.toml": text}
    assert faults_of(files) or diabetic(files, severity=2) <= diabetic(files, severity=3)


def diabetic(files: dict[str, str], severity: int) -> Urgency:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    check_in = CheckIn(at=at + timedelta(days=12), symptoms={"redness": severity})
    return assess(compile_protocol(read(files)), Situation([at], risk_factors=["diabetes"]), check_in).urgency
