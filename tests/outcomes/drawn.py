"""Patients as hypothesis draws them: every field of a report, several procedures, moments that meet or are far."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from triage.outcomes.reports import PatientReports, Report
from triage.rules import COMMON, CheckIn

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
EDGES = (-20, 0, 6, 24, 48, 72, 96, 120, 144, 192, 264, 360, 504, 720, 1032, 2159, 2160, 2161, 3000, 6000)
NOTES = ("", "", "", "all fine", "no fever at all", "I have a fever and pus", "my lips feel thick")

hours = st.one_of(st.sampled_from(EDGES), st.integers(-20, 240), st.integers(0, 240), st.integers(0, 2600))
# few symptoms, so that reports meet
symptom = st.one_of(st.sampled_from(("redness", "bumps", "pain")), st.sampled_from(COMMON.symptoms))
severity = st.sampled_from((0, 0, 1, 1, 2, 2, 3, 4))
course = st.sampled_from(("better", "same", "worse", "new"))


def few(words: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw no word most of the time."""
    some = st.lists(st.sampled_from(words), max_size=most, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), some)


def about(symptoms: Iterable[str], said: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw something said of some of the symptoms that a report names."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(symptoms), said))


@st.composite
def check_ins(draw: st.DrawFn) -> CheckIn:
    symptoms = draw(st.dictionaries(symptom, severity, max_size=4))
    return CheckIn(
        at=BEGAN + timedelta(hours=draw(hours), minutes=draw(st.sampled_from((0, 0, 0, 59)))),
        symptoms=symptoms,
        course=draw(about(symptoms, course)),
        where=draw(about(symptoms, st.lists(st.sampled_from(COMMON.zones), min_size=1, max_size=2).map(tuple))),
        signs=draw(few(COMMON.signs)),
        denied=draw(few(COMMON.signs)),
        result=draw(few(COMMON.results)),
        temperature_c=draw(st.sampled_from((None, None, None, 36.6, 37.5, 37.9, 38.0, 39.4))),
        treatment=draw(few(COMMON.treatments)),
        exposed=draw(few(COMMON.exposures)),
        wants_call=draw(st.sampled_from((False, False, False, True))),
        note=draw(st.sampled_from(NOTES)),
    )


@st.composite
def patients(draw: st.DrawFn) -> PatientReports:
    """A patient with one to four procedures and up to nine reports, in any order, some for one moment."""
    procedures = [BEGAN + timedelta(hours=hour) for hour in draw(st.lists(hours, min_size=1, max_size=4))]
    told = draw(st.lists(check_ins(), max_size=9))
    lost = draw(st.lists(st.sampled_from((False, False, False, True)), min_size=len(told), max_size=len(told)))
    reports = [Report(entry.at, entry.as_mapping(), gone) for entry, gone in zip(told, lost, strict=True)]
    return PatientReports(procedures, reports, draw(few(COMMON.risk_factors, 3)))
