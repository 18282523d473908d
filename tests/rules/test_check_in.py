"""What a report may contain. A fault names its path and what would be right; the valid rest is kept; nothing raises."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.rules import COMMON, CheckIn, Fault, read_check_in
from triage.rules.check_in import FIELDS, LONGEST_KEPT_NOTE, MOST_NOTE, read_moment

AT = "2026-03-05T18:00:00+01:00"
NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)
GOOD = {"at": AT, "symptoms": {"redness": 2}}


def read(**fields: Any) -> tuple[CheckIn, list[Fault]]:
    return read_check_in(GOOD | fields, now=NOW, first_procedure=FIRST)


def told(fault: Fault) -> str:
    return f"{fault.said}; {fault.expected}"


# what is sent -> the path of the one fault, and a part of what it says
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no time": ({"at": None}, "at", "give a date and time with offset"),
    "a time without offset": ({"at": "2026-03-05T18:00:00"}, "at", "no offset"),
    "a day without time": ({"at": "2026-03-05"}, "at", "is not a date and time"),
    "a day that does not exist": ({"at": "2026-02-30T18:00:00Z"}, "at", "is not a date and time"),
    "seconds since 1970": ({"at": 1772730000}, "at", "is not a date and time"),
    "a time beyond the calendar": ({"at": "9999-12-31T23:00:00-12:00"}, "at", "out of range"),
    "11 minutes ahead": ({"at": "2026-03-05T18:11:00+01:00"}, "at", "at most 10 min ahead"),
    "10 minutes and a second ahead": ({"at": "2026-03-05T18:10:01+01:00"}, "at", "at most 10 min ahead"),
    "more than 24 h before the first procedure": ({"at": "2026-03-01T09:59:59Z"}, "at", "24 h before the first"),
    "symptoms as a list": ({"symptoms": ["redness"]}, "symptoms", "is not an object"),
    "an unknown symptom": ({"symptoms": {"rednes": 2}}, "symptoms.rednes", "did you mean 'redness'?"),
    "a sign among the symptoms": ({"symptoms": {"fever": 1}}, "symptoms.fever", "is not known"),
    "severity 5": ({"symptoms": {"redness": 5}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity -1": ({"symptoms": {"redness": -1}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity 2.5": ({"symptoms": {"redness": 2.5}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity 2.0": ({"symptoms": {"redness": 2.0}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity as text": ({"symptoms": {"redness": "2"}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity as word": ({"symptoms": {"redness": "mild"}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity true": ({"symptoms": {"redness": True}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity null": ({"symptoms": {"redness": None}}, "symptoms.redness", "a whole number from 0 to 4"),
    "severity with 400 digits": ({"symptoms": {"redness": 10**400}}, "symptoms.redness", "from 0 to 4"),
    "an unknown course": ({"course": {"redness": "worst"}}, "course.redness", "did you mean 'worse'?"),
    "a course without severity": ({"course": {"pain": "worse"}}, "course.pain", "give symptoms.pain too"),
    "a course for everything": ({"course": "worse"}, "course", "is not an object"),
    "an unknown zone": ({"where": {"redness": ["hairlin"]}}, "where.redness.0", "did you mean 'hairline'?"),
    "a zone that is no list": ({"where": {"redness": "crown"}}, "where.redness", "is not a list"),
    "an unknown sign": ({"signs": ["fevr"]}, "signs.0", "did you mean 'fever'?"),
    "a sign that is no list": ({"signs": "fever"}, "signs", "is not a list"),
    "a sign with a value": ({"signs": {"fever": True}}, "signs", "is not a list"),
    "a number among signs": ({"signs": ["fever", 1]}, "signs.1", "is not known"),
    "an unknown denied sign": ({"denied": ["feaver"]}, "denied.0", "did you mean 'fever'?"),
    "both yes and no": ({"signs": ["fever"], "denied": ["fever"]}, "denied.fever", "yes counts"),
    "an unknown result": ({"result": ["dots_gone"]}, "result.0", "did you mean"),
    "an unknown treatment": ({"treatment": ["pain_killer"]}, "treatment.0", "did you mean 'painkiller'?"),
    "an unknown exposure": ({"exposed": ["fire"]}, "exposed.0", "use one of: water"),
    "a bare temperature": ({"temperature": 38.6}, "temperature", '"unit": "C" or "F"'),
    "no unit": ({"temperature": {"value": 38.6}}, "temperature", '"unit": "C" or "F"'),
    "Kelvin": ({"temperature": {"value": 311, "unit": "K"}}, "temperature", '"unit": "C" or "F"'),
    "386 degrees": ({"temperature": {"value": 386, "unit": "C"}}, "temperature.value", "30 to 45 C"),
    "Fahrenheit called Celsius": ({"temperature": {"value": 100.6, "unit": "C"}}, "temperature.value", "30 to 45 C"),
    "Celsius called Fahrenheit": ({"temperature": {"value": 38.6, "unit": "F"}}, "temperature.value", "30 to 45 C"),
    "not a number": ({"temperature": {"value": math.nan, "unit": "C"}}, "temperature.value", "is no temperature"),
    "without end": ({"temperature": {"value": math.inf, "unit": "F"}}, "temperature.value", "is no temperature"),
    "400 digits": ({"temperature": {"value": 10**400, "unit": "F"}}, "temperature.value", "is no temperature"),
    "a temperature as text": ({"temperature": {"value": "38.6", "unit": "C"}}, "temperature.value", "no temperature"),
    "a temperature of true": ({"temperature": {"value": True, "unit": "C"}}, "temperature.value", "no temperature"),
    "a call as text": ({"wants_call": "yes"}, "wants_call", "give true or false"),
    "a call as number": ({"wants_call": 1}, "wants_call", "give true or false"),
    "a note as list": ({"note": ["all good"]}, "note", "give text"),
    "a note without end": ({"note": "a" * (MOST_NOTE + 1)}, "note", f"give at most {MOST_NOTE}"),
    "a note that cannot be shown": ({"note": "all\x00good"}, "note", "cannot be shown"),
    "an unknown field": ({"symptom": {"redness": 2}}, "symptom", "did you mean 'symptoms'?"),
}


@pytest.mark.parametrize(("sent", "path", "said"), BAD.values(), ids=BAD)
def test_a_bad_value_is_named_with_what_would_be_right(sent: dict[str, Any], path: str, said: str) -> None:
    _, faults = read(**sent)
    assert [fault.path for fault in faults] == [path]
    assert said in told(faults[0])


@pytest.mark.parametrize("name", [name for name, (sent, _, _) in BAD.items() if "symptoms" not in sent])
def test_what_is_valid_is_kept_beside_a_bad_value(name: str) -> None:
    check_in, _ = read(**BAD[name][0])
    assert check_in.symptoms == {"redness": 2}


def test_all_faults_are_told_at_once() -> None:
    sent: dict[str, Any] = {}
    for entry, _, _ in BAD.values():
        sent = entry | sent
    paths = {fault.path.split(".")[0] for fault in read(**sent)[1]}
    assert paths == {*FIELDS, "symptom"}


def test_each_fault_is_told_once() -> None:
    _, faults = read_check_in({"at": AT, "symptoms": "redness", "course": {"redness": "worse", "pain": "worse"}})
    assert len(faults) == len(set(faults))


def test_the_good_entries_of_a_half_bad_list_are_kept() -> None:
    check_in, _ = read(signs=["fevr", "pus", "pus"], symptoms={"redness": 9, "pain": 1})
    assert (check_in.signs, check_in.symptoms) == (("pus",), {"pain": 1})


def test_a_sign_that_was_no_list_counts_all_the_same() -> None:
    assert read(signs="fever")[0].signs == ("fever",)


def test_the_head_of_an_endless_note_is_kept() -> None:
    assert read(note="lips swollen " + "a" * MOST_NOTE)[0].note.startswith("lips swollen")


EMPTY: dict[str, dict[str, Any]] = {
    "nothing": {},
    "only a time": {"at": AT},
    "no symptoms": {"at": AT, "symptoms": {}},
    "only a no": {"at": AT, "denied": ["fever"]},
    "wants no call": {"at": AT, "wants_call": False},
    "an empty note": {"at": AT, "note": ""},
    "a blank note": {"at": AT, "note": "  \n "},
    "only a treatment": {"at": AT, "treatment": ["painkiller"]},
    "nulls": {"at": AT, "symptoms": None, "note": None, "temperature": None},
}


@pytest.mark.parametrize("sent", EMPTY.values(), ids=EMPTY)
def test_a_report_that_says_nothing_is_a_fault(sent: dict[str, Any]) -> None:
    _, faults = read_check_in(sent)
    assert "says nothing" in [fault.said for fault in faults]


@pytest.mark.parametrize("sent", [None, [], "redness", 5, math.nan, [{"at": AT}]])
def test_what_is_no_object_is_one_fault(sent: Any) -> None:
    check_in, faults = read_check_in(sent, now=NOW)
    assert (check_in.at, len(faults)) == (NOW, 1)


GOODS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "severity 0": ({"symptoms": {"redness": 0}}, {"symptoms": {"redness": 0}}),
    "severity 4": ({"symptoms": {"redness": 4}}, {"symptoms": {"redness": 4}}),
    "exactly 10 minutes ahead": ({"at": "2026-03-05T18:10:00+01:00"}, {"at": NOW + timedelta(minutes=10)}),
    "exactly 24 h before the first": ({"at": "2026-03-01T10:00:00Z"}, {"at": FIRST - timedelta(hours=24)}),
    "a small z": ({"at": "2026-03-05t17:00:00z"}, {"at": NOW}),
    "a fraction of a second": ({"at": "2026-03-05T16:59:59.5Z"}, {"at": NOW - timedelta(seconds=0.5)}),
    "100.6 F": ({"temperature": {"value": 100.6, "unit": "F"}}, {"temperature_c": 38.11}),
    "100.4 F": ({"temperature": {"value": 100.4, "unit": "F"}}, {"temperature_c": 38.0}),
    "30 C": ({"temperature": {"value": 30, "unit": "C"}}, {"temperature_c": 30.0}),
    "45 C": ({"temperature": {"value": 45, "unit": "C"}}, {"temperature_c": 45.0}),
    "a course": ({"course": {"redness": "worse"}}, {"course": {"redness": "worse"}}),
    "a zone": ({"where": {"redness": ["crown", "crown"]}}, {"where": {"redness": ("crown",)}}),
    "a sign twice": ({"signs": ["pus", "pus"]}, {"signs": ("pus",)}),
    "a note with lines": ({"note": " red\n\tand sore "}, {"note": "red\n\tand sore"}),
    "a note of Windows": ({"note": "red\r\nand sore"}, {"note": "red\nand sore"}),
    "a note with umlauts and a smile": ({"note": "Rötung 🙂"}, {"note": "Rötung 🙂"}),
    "a smile made of several signs": ({"note": "ok 👩\u200d⚕️"}, {}),
    "a hard space": ({"note": "lips\u00a0swollen"}, {"note": "lips swollen"}),
    "a note of just the longest": ({"note": "a" * MOST_NOTE}, {"note": "a" * MOST_NOTE}),
}


@pytest.mark.parametrize(("sent", "kept"), GOODS.values(), ids=GOODS)
def test_what_a_patient_may_say_is_no_fault(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    check_in, faults = read(**sent)
    assert faults == []
    assert {name: getattr(check_in, name) for name in kept} == kept


def test_a_hard_space_hides_no_danger() -> None:
    assert "lipsswollen" not in read(note="lips\u00a0swollen")[0].note


def test_an_unusable_time_becomes_the_time_of_receiving() -> None:
    assert read(at="yesterday")[0].at == NOW
    assert read(at="2030-01-01T00:00:00Z")[0].at == NOW
    assert read(at="2020-01-01T00:00:00Z")[0].at == NOW


def test_without_a_clock_a_report_may_lie_in_the_future() -> None:
    check_in, faults = read_check_in(GOOD | {"at": "2031-01-01T00:00:00Z"})
    assert (check_in.at.year, faults) == (2031, [])


def test_a_first_procedure_at_the_dawn_of_time_is_no_crash() -> None:
    _, faults = read_check_in(GOOD, first_procedure=datetime.min.replace(tzinfo=UTC))
    assert faults == []


def test_a_moment_may_be_a_date_time_of_toml() -> None:
    faults: list[Fault] = []
    assert read_moment(FIRST, "at", faults) == FIRST
    assert faults == []


def test_what_is_read_can_be_written_and_read_again() -> None:
    sent = {
        "at": "2026-03-05T17:00:00+00:00",
        "symptoms": {"redness": 2, "pain": 0},
        "course": {"redness": "worse"},
        "where": {"redness": ["crown", "outside"]},
        "signs": ["pus"],
        "denied": ["fever"],
        "result": ["hair_loss"],
        "temperature": {"value": 37.2, "unit": "C"},
        "treatment": ["painkiller"],
        "exposed": ["sun"],
        "wants_call": True,
        "note": "sore",
    }
    check_in, faults = read_check_in(sent)
    assert faults == []
    assert check_in.as_mapping() == sent


def test_a_number_of_5000_digits_never_raises() -> None:
    for name in FIELDS:
        assert_valid(*read(**{name: 10**5000}))


ODD: dict[str, Any] = {
    "a list in a list in a list": json.loads("[" * 500 + "]" * 500),
    "bytes": b"redness",
    "a set": {"redness"},
    "half a letter": "\ud800",
    "an escape": "\x1b[2J",
    "a page of text": "redness " * 10_000,
    "a date": FIRST,
    "an object": object(),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_odd_values_never_raise(field: str, value: Any) -> None:
    for sent in (value, [value], {"redness": value}, {"value": value, "unit": "C"}, {"value": 1, "unit": value}):
        assert_valid(*read(**{field: sent}))


def test_a_report_nested_as_deep_as_json_can_be_read_never_raises() -> None:
    for depth in range(800, 1000):
        try:
            sent = json.loads('{"at": 0, "symptoms": {"redness": ' + "[" * depth + "]" * depth + "}}")
        except RecursionError:
            break
        assert_valid(*read_check_in(sent))


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([*FIELDS, *COMMON.symptoms, *COMMON.signs[:5], "C", "F", "worse", "crown", AT]),
)
NAMES = st.one_of(st.text(max_size=10), st.sampled_from([*FIELDS, *COMMON.symptoms[:3], "value", "unit"]))
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def assert_valid(check_in: CheckIn, faults: list[Fault]) -> None:
    """Whatever was sent, what is kept is in the vocabulary, and the faults can be stored and shown."""
    assert check_in.at.tzinfo is UTC
    assert set(check_in.symptoms) <= set(COMMON.symptoms)
    assert all(type(severity) is int and 0 <= severity <= 4 for severity in check_in.symptoms.values())
    assert set(check_in.course.values()) <= {"better", "same", "worse", "new"}
    assert {zone for zones in check_in.where.values() for zone in zones} <= set(COMMON.zones)
    assert {*check_in.signs, *check_in.denied} <= set(COMMON.signs)
    assert set(check_in.result) <= set(COMMON.results)
    assert check_in.temperature_c is None or 30 <= check_in.temperature_c <= 45
    assert len(check_in.note) <= LONGEST_KEPT_NOTE
    assert type(check_in.wants_call) is bool
    assert faults or not check_in.is_empty()
    for fault in faults:
        fault.sentence().encode()
        assert len(fault.path) < 120


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6)))
def test_arbitrary_json_gives_a_valid_check_in_and_never_raises(sent: Any) -> None:
    assert_valid(*read_check_in(sent, now=NOW, first_procedure=FIRST))
    assert_valid(*read_check_in(sent))
