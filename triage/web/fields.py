"""The fields of the form as its template shows them, with what was ticked before."""

from collections.abc import Iterable
from typing import NamedTuple

from triage.rules import Tables, Urgency
from triage.rules.vocabulary import STATED_COURSES
from triage.web.form import LEVELS, Typed
from triage.web.visit import Visit
from triage.web.words import Words, split_hint


class Choice(NamedTuple):
    """One box to tick; `hint` explains the label, empty where it needs none."""

    name: str
    value: str
    label: str
    hint: str
    is_chosen: bool


class SymptomField(NamedTuple):
    """How strong, which course, where: the three questions about one symptom."""

    id: str
    label: str
    hint: str
    levels: list[Choice]
    courses: list[Choice]
    zones: list[Choice]


class Fields(NamedTuple):
    """Every choice on the page."""

    call_first: list[Choice]  # signs for which an ambulance comes first
    signs: list[Choice]
    symptoms: list[SymptomField]
    results: list[Choice]
    treatments: list[Choice]
    exposures: list[Choice]
    units: list[Choice]
    anchors: list[tuple[str, str]]  # severity in words, what it means


def fields_of(visit: Visit, typed: Typed) -> Fields:
    """Return the fields for this visit; `typed` empty: nothing is chosen."""
    words, known = visit.words, visit.vocabulary
    gravest = _call_first(visit.tables)
    return Fields(
        call_first=_boxes(words, "signs", "sign", [sign for sign in known.signs if sign in gravest], typed),
        signs=_boxes(words, "signs", "sign", [sign for sign in known.signs if sign not in gravest], typed),
        symptoms=[_symptom(words, symptom, known.zones, typed) for symptom in known.symptoms],
        results=_boxes(words, "results", "result", known.results, typed),
        treatments=_boxes(words, "treatments", "treatment", known.treatments, typed),
        exposures=_boxes(words, "exposures", "exposed", known.exposures, typed),
        units=_units(visit, typed),
        anchors=[words.severity(level) for level in range(1, len(LEVELS))],
    )


def _call_first(tables: Tables | None) -> set[str]:
    """Return the signs that by themselves are an emergency at any hour."""
    signs = tables.signs.items() if tables else ()
    return {sign for sign, entry in signs if entry.rule.urgency == Urgency.emergency}


def _boxes(words: Words, kind: str, name: str, values: Iterable[str], typed: Typed) -> list[Choice]:
    chosen = typed.getlist(name)
    return [Choice(name, value, words.label(kind, value), "", value in chosen) for value in values]


def _symptom(words: Words, symptom: str, zones: tuple[str, ...], typed: Typed) -> SymptomField:
    label, hint = split_hint(words.label("symptoms", symptom))
    severity, course = f"severity.{symptom}", f"course.{symptom}"
    levels = [
        Choice(severity, level, *words.severity(int(level)), typed.get(severity) == level)  # label and hint
        for level in LEVELS
    ]
    courses = [
        Choice(course, value, *split_hint(words.label("courses", value)), typed.get(course) == value)
        for value in STATED_COURSES
    ]
    return SymptomField(symptom, label, hint, levels, courses, _boxes(words, "zones", f"where.{symptom}", zones, typed))


def _units(visit: Visit, typed: Typed) -> list[Choice]:
    unit = typed.get("unit") or ("F" if visit.country.upper() == "US" else "C")
    return [Choice("unit", value, f"°{value}", "", value == unit) for value in ("C", "F")]
