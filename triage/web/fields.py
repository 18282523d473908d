"""The fields of the form as its template shows them, with what was ticked before."""

from collections.abc import Iterable
from typing import NamedTuple

from triage.rules import Tables, Urgency
from triage.rules.vocabulary import STATED_COURSES
from triage.web.form import LEVELS, Typed
from triage.web.visit import Visit
from triage.web.words import Words, split_hint

TODAY = ("fine", "something", "worried")


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
    last: str  # how strong it was when last reported; empty where it was not there
    gone: list[Choice]  # is it gone? Empty where it was not there
    levels: list[Choice]
    courses: list[Choice]
    zones: list[Choice]


class Fields(NamedTuple):
    """Every choice on the page."""

    today: list[Choice]
    about: list[Choice]  # which day the report is about; empty: now
    call_first: list[Choice]  # signs for which an ambulance comes first
    signs: list[Choice]
    emergencies: set[str]  # signs that are an emergency by themselves at this hour
    symptoms: list[SymptomField]
    results: list[Choice]
    treatments: list[Choice]
    exposures: list[Choice]
    units: list[Choice]
    anchors: list[tuple[str, str]]  # severity in words, what it means


def fields_of(visit: Visit, typed: Typed) -> Fields:
    """Return the fields for this visit; `typed` empty: nothing is chosen."""
    words, known, still_open = visit.words, visit.vocabulary, visit.still_open
    gravest = _call_first(visit.tables)
    early = _early_emergencies(visit.tables, visit.hours)
    return Fields(
        today=[_today(words, value, typed) for value in TODAY],
        about=_about(visit, typed),
        call_first=_boxes(words, "signs", "sign", [sign for sign in known.signs if sign in gravest], typed),
        signs=_boxes(words, "signs", "sign", [sign for sign in known.signs if sign not in gravest], typed),
        emergencies=gravest | early,
        symptoms=[_symptom(visit, symptom, still_open.get(symptom), typed) for symptom in known.symptoms],
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


def _early_emergencies(tables: Tables | None, hours: float | None) -> set[str]:
    """Return the signs that by themselves are an emergency so soon after a procedure."""
    if tables is None or hours is None:
        return set()
    early = ((sign, entry.early) for sign, entry in tables.signs.items())
    return {sign for sign, rule in early if rule and rule.urgency == Urgency.emergency and rule.holds_at(hours)}


def _boxes(words: Words, kind: str, name: str, values: Iterable[str], typed: Typed) -> list[Choice]:
    chosen = typed.getlist(name)
    return [Choice(name, value, words.label(kind, value), "", value in chosen) for value in values]


def _symptom(visit: Visit, symptom: str, was: int | None, typed: Typed) -> SymptomField:
    """Return the questions about one symptom; `was`: how strong it was when last reported, None where it was not."""
    words = visit.words
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
    return SymptomField(
        id=symptom,
        label=label,
        hint=hint,
        last=words.page("last_time", severity=words.severity(was)[0].lower()) if was else "",
        gone=_gone(words, symptom, typed) if was else [],
        levels=levels,
        courses=courses,
        zones=_boxes(words, "zones", f"where.{symptom}", visit.vocabulary.zones, typed),
    )


def _gone(words: Words, symptom: str, typed: Typed) -> list[Choice]:
    name = f"gone.{symptom}"
    return [Choice(name, value, words.page(f"gone_{value}"), "", typed.get(name) == value) for value in ("yes", "no")]


def _today(words: Words, value: str, typed: Typed) -> Choice:
    label, hint = words.page(f"today_{value}"), words.page(f"today_{value}_hint")
    return Choice("today", value, label, hint, typed.get("today") == value)


def _about(visit: Visit, typed: Typed) -> list[Choice]:
    """Return now and each missed check-in that can still be answered for its own day; empty where there is none."""
    if not visit.missed:
        return []
    chosen = typed.get("about") or "now"
    missed = [(at.isoformat(), visit.day_words_of(at)) for at in visit.missed]
    return [
        Choice("about", value, label, "", value == chosen)
        for value, label in [("now", visit.words.page("about_now")), *missed]
    ]


def _units(visit: Visit, typed: Typed) -> list[Choice]:
    unit = typed.get("unit") or ("F" if visit.country.upper() == "US" else "C")
    return [Choice("unit", value, f"°{value}", "", value == unit) for value in ("C", "F")]
