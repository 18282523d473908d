"""`protocol check` finds every kind of author's mistake, names its place, and shows it with a smallest case.

Each line plants one mistake in a sound protocol: a passage of one file, what it becomes, and the path that the fault
must name. Nothing here is silent: a mistake that no check finds would mean self-care for somebody.
"""

import json
from typing import NamedTuple

import pytest

from triage.rules import COMMON, Fault, compile_protocol, judge_case, read_case

from .small_protocol import BUMPS, FILES, edited, faults_of, read

SEVERE = '{ id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }'
PROTOCOL_FILE = "protocol.toml"


class Planted(NamedTuple):
    """A mistake: in which file, what passage, what it becomes, and the place that the fault must name."""

    old: str
    new: str
    path: str
    file: str = PROTOCOL_FILE


def rule(**changes: str) -> str:
    """Return one more rule for redness, after the severe one."""
    parts = {"id": "extra", "when": "beyond", "severity": 3, "urgency": "same_day", "source": "S1"} | changes
    return f"{SEVERE},\n    {{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in parts.items()) + " }"


REDNESS_PATH = "protocol.toml:symptoms.redness"
PLANTED: dict[str, Planted] = {
    # The four mistakes that other engines take in silence.
    "a malformed condition": Planted('"pain >= 3"', '"pain => 3"', "protocol.toml:combinations[0].all[1]"),
    "a misspelt symptom in a condition": Planted('"pain >= 3"', '"pian >= 3"', "protocol.toml:combinations[0].all[1]"),
    "a misspelt symptom": Planted("[symptoms.pain]", "[symptoms.pian]", "protocol.toml:symptoms.pian"),
    "a number as text": Planted("at_most = 3", 'at_most = "3"', f"{REDNESS_PATH}.expected[0].at_most"),
    # Words.
    "a misspelt urgency": Planted(
        '"late", when = "beyond", urgency = "routine"',
        '"late", when = "beyond", urgency = "rutine"',
        f"{REDNESS_PATH}.rules[0].urgency",
    ),
    "a misspelt sign": Planted("[signs.pus]", "[signs.puss]", "protocol.toml:signs.puss"),
    "a misspelt form": Planted('when = "relapse"', 'when = "relaps"', f"{REDNESS_PATH}.rules[4].when"),
    "a misspelt key": Planted("from_hour = 48", "from_hours = 48", f"{REDNESS_PATH}.expected[1].from_hours"),
    "a misspelt risk factor": Planted('"risk:diabetes"', '"risk:diabetis"', "protocol.toml:combinations[0].any[1]"),
    "a misspelt advice": Planted('advice = "redness"', 'advice = "rednes"', "text.en.toml:advice.rednes"),
    "a risk factor that raises nothing known": Planted(
        '[risk_factors.diabetes]\nraises = ["infection"]',
        '[risk_factors.diabetes]\nraises = ["infections"]',
        "protocol.toml:risk_factors.diabetes.raises",
    ),
    "a temperature for an unknown sign": Planted(
        'sign = "fever"', 'sign = "feaver"', "protocol.toml:temperatures[0].sign"
    ),
    # Numbers.
    "an impossible severity": Planted(
        "severity = 3, urgency", "severity = 5, urgency", f"{REDNESS_PATH}.rules[1].severity"
    ),
    "an impossible ceiling": Planted("at_most = 3", "at_most = 7", f"{REDNESS_PATH}.expected[0].at_most"),
    "a temperature in Fahrenheit": Planted(
        "at_least = 38.0", "at_least = 100.4", "protocol.toml:temperatures[0].at_least"
    ),
    "an uncovered hour": Planted(
        "{ from_hour = 0, at_most = 3", "{ from_hour = 6, at_most = 3", f"{REDNESS_PATH}.expected"
    ),
    "hours that fall": Planted(
        "{ from_hour = 48, at_most = 1", "{ from_hour = 200, at_most = 1", f"{REDNESS_PATH}.expected"
    ),
    "a rule that ends before it begins": Planted(
        SEVERE, rule(from_hour=50, until_hour=40, calmer_later="x"), f"{REDNESS_PATH}.rules[2].until_hour"
    ),
    "a window the wrong way round": Planted(
        "low_days = 1, high_days = 4", "low_days = 5, high_days = 4", f"{REDNESS_PATH}.window.high_days"
    ),
    "a window longer than what is expected": Planted(
        "low_days = 1, high_days = 4", "low_days = 1, high_days = 9", f"{REDNESS_PATH}.window.high_days"
    ),
    "a window longer than the follow-up": Planted(
        "low_days = 1, high_days = 4", "low_days = 1, high_days = 99", f"{REDNESS_PATH}.window.high_days"
    ),
    "a ceiling after the follow-up": Planted(
        "{ after_day = 4, at_most = 0", "{ after_day = 95, at_most = 0", f"{REDNESS_PATH}.expected[2]"
    ),
    "no hour from which nothing is expected": Planted(
        "{ after_day = 4, at_most = 0, source", "{ after_day = 4, at_most = 1, source", f"{REDNESS_PATH}.expected"
    ),
    "a ceiling that changes nothing": Planted(
        "{ from_hour = 48, at_most = 1", "{ from_hour = 48, at_most = 3", f"{REDNESS_PATH}.expected[1]"
    ),
    "a hold that holds for ever": Planted(
        'after = "urgent"\nurgency = "same_day"',
        'after = "same_day"\nurgency = "same_day"',
        "protocol.toml:hold.urgency",
    ),
    "a call that nobody makes today": Planted(
        '[wants_call]\nurgency = "same_day"', '[wants_call]\nurgency = "routine"', "protocol.toml:wants_call.urgency"
    ),
    "a check-in after the follow-up": Planted(
        "days = [0, 1, 3, 7]", "days = [0, 1, 3, 120]", "protocol.toml:check_ins.days"
    ),
    # What is missing.
    "a symptom without a rule": Planted(BUMPS, "", "protocol.toml:symptoms.bumps"),
    "a danger sign without a rule": Planted(
        '\n[signs.pus]\nurgency = "same_day"\nsource = "S1"\n', "", "protocol.toml:signs.pus"
    ),
    "a number without a source": Planted(
        'urgency = "routine"\nsource = "judgement: three months"',
        'urgency = "routine"',
        "protocol.toml:follow_up.source",
    ),
    "a source that is not listed": Planted(
        'severity = 3, urgency = "same_day", source = "S1"',
        'severity = 3, urgency = "same_day", source = "S9"',
        f"{REDNESS_PATH}.rules[1].source",
    ),
    "a later calm without a reason": Planted(SEVERE, rule(until_hour=60), f"{REDNESS_PATH}.rules[2].calmer_later"),
    "a text that is missing": Planted('"pus" = "Pus"\n', "", "text.en.toml:labels.signs.pus", "text.en.toml"),
    "an urgent sign that no note can name": Planted(
        'fever = ["fever"]\n', "", "words.en.toml:signs.fever", "words.en.toml"
    ),
    # Rules without effect.
    "a rule that can never fire": Planted(
        SEVERE, rule(from_hour=0, until_hour=48, by=3, calmer_later="x"), f"{REDNESS_PATH}.rules[2]"
    ),
    "a late rule without a late clock": Planted(SEVERE, rule(when="late"), f"{REDNESS_PATH}.late_new_from_hour"),
    "a rule that is always hidden": Planted(SEVERE, rule(), f"{REDNESS_PATH}.rules[2]"),
    "a rule that never changes an answer": Planted(
        SEVERE, rule(when="worse", from_hour=130, severity=4), f"{REDNESS_PATH}.rules[2]"
    ),
    "a rule after the follow-up": Planted(SEVERE, rule(after_day=90), "protocol.toml:redness.extra"),
    "an id used twice": Planted(SEVERE, rule(id="severe"), f"{REDNESS_PATH}.rules[2]"),
    "a combination that its parts outdo": Planted(
        'urgency = "emergency"\nsource', 'urgency = "same_day"\nsource', "protocol.toml:combinations[0]"
    ),
    "an early rule that is no more urgent": Planted(
        '[signs.pus]\nurgency = "same_day"\n',
        '[signs.pus]\nearly = { until_hour = 6, urgency = "routine", source = "S1", calmer_later = "x" }\n'
        'urgency = "same_day"\n',
        "protocol.toml:signs.pus.early",
    ),
    "a risk factor for what is urgent already": Planted(
        '[risk_factors.diabetes]\nraises = ["infection"]',
        '[risk_factors.diabetes]\nraises = ["infection", "sign.fever"]',
        "protocol.toml:risk_factors.diabetes.raises",
    ),
    "a threshold above another": Planted(
        'sign = "fever"\nsource = "S1"\n',
        'sign = "fever"\nsource = "S1"\n\n[[temperatures]]\nat_least = 39.0\nsign = "fever"\nsource = "S1"\n',
        "protocol.toml:temperatures[1]",
    ),
    "a rule that says all is well": Planted(
        'severity = 3, urgency = "same_day"', 'severity = 3, urgency = "self_care"', f"{REDNESS_PATH}.rules[1].urgency"
    ),
    # Order.
    "a ceiling that rises again": Planted(
        "{ after_day = 4, at_most = 0, source", "{ after_day = 4, at_most = 2, source", REDNESS_PATH
    ),
    "a result that is urgent": Planted(
        '[results.dots_lost]\nafter_day = 6\nurgency = "routine"',
        '[results.dots_lost]\nafter_day = 6\nurgency = "urgent"',
        "protocol.toml:results.dots_lost.urgency",
    ),
    # Words in notes.
    "words for an unknown sign": Planted(
        'fever = ["fever"]', 'fever = ["fever"]\nheat = ["hot"]', "words.en.toml:signs.heat", "words.en.toml"
    ),
    "words that are harmless": Planted(
        'fever = ["fever"]', 'fever = ["fever", "hay fever"]', "words.en.toml:signs.fever[1]", "words.en.toml"
    ),
    # Cases.
    "a case that comes out otherwise": Planted(
        'expect = "routine"', 'expect = "urgent"', "cases.toml:cases[0].expect", "cases.toml"
    ),
}


def planted_faults(planted: Planted) -> list[Fault]:
    return [fault for fault in faults_of(edited(planted.old, planted.new, planted.file)) if fault.path == planted.path]


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_at_its_place_and_shown_by_a_case(planted: Planted) -> None:
    every = faults_of(edited(planted.old, planted.new, planted.file))
    found = [fault for fault in every if fault.path == planted.path]
    assert found, [fault.sentence() for fault in every]
    for fault in found:
        case, faults = read_case(json.loads(fault.example), COMMON)
        assert case is not None, (fault, faults)


def test_at_least_25_kinds_are_planted() -> None:
    assert len(PLANTED) >= 25


def test_the_sound_protocol_has_no_fault() -> None:
    assert faults_of(FILES) == []


def test_the_case_of_a_rule_without_effect_fires_it_beside_others_as_urgent() -> None:
    planted = PLANTED["a rule that never changes an answer"]
    (fault,) = planted_faults(planted)
    tables = compile_protocol(read(edited(planted.old, planted.new)))
    case, _ = read_case(json.loads(fault.example), COMMON)
    assert case is not None
    findings = judge_case(tables, case).findings
    assert "redness.extra" in [finding.rule for finding in findings]
    assert findings[0].rule != "redness.extra"


def test_the_case_of_a_calmer_later_report_is_judged_calmer() -> None:
    planted = PLANTED["a ceiling that rises again"]
    fault = planted_faults(planted)[0]
    tables = compile_protocol(read(edited(planted.old, planted.new)))
    case, _ = read_case(json.loads(fault.example), COMMON)
    assert case is not None
    assert f"is {judge_case(tables, case).urgency.name}, but" in fault.said
