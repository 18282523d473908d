"""A check-in as a value, and `read_check_in`, the only judge of what one may contain."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.rules.faults import Fault, place, show, unknown_word
from triage.rules.vocabulary import MOST_SEVERE, STATED_COURSES, Vocabulary

FIELDS = "at symptoms course where signs denied result temperature treatment exposed wants_call note".split()
SAYS_NOTHING = "says nothing"
SAYS_SOMETHING = ("symptoms", "signs", "result", "temperature", "note", "wants_call")
MOST_NOTE = 2000
COLDEST, HOTTEST = 30.0, 45.0
CLOCK_TOLERANCE = timedelta(minutes=10)
BEFORE_FIRST = timedelta(hours=24)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
LONGEST_KEPT_NOTE = 20_000  # what is too long is a fault, but it is kept and read for danger signs
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
MOST_FAULTS = 50  # of one list: a list of thousands of wrong words need not be answered word by word


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One report by one patient at one moment. A symptom that is not named was not asked: it is not severity 0."""

    at: datetime
    symptoms: Mapping[str, int] = field(default_factory=dict)
    course: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signs: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    result: tuple[str, ...] = ()
    temperature_c: float | None = None  # degrees Celsius; None: not measured
    treatment: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    wants_call: bool = False
    note: str = ""

    def is_empty(self) -> bool:
        """Tell whether nothing was reported at all."""
        said = self.symptoms, self.signs, self.result, self.note, self.wants_call
        return not any(said) and self.temperature_c is None

    def as_mapping(self) -> dict[str, Any]:
        """Return the check-in in the case format, without what was not said."""
        values: dict[str, Any] = {"at": self.at.isoformat()}
        values.update((name, dict(getattr(self, name))) for name in ("symptoms", "course") if getattr(self, name))
        if self.where:
            values["where"] = {symptom: list(zones) for symptom, zones in self.where.items()}
        lists = ("signs", "denied", "result", "treatment", "exposed")
        values.update((name, list(getattr(self, name))) for name in lists if getattr(self, name))
        if self.temperature_c is not None:
            values["temperature"] = {"value": self.temperature_c, "unit": "C"}
        values.update((name, getattr(self, name)) for name in ("wants_call", "note") if getattr(self, name))
        return values


def read_fields(
    mapping: Mapping[Any, Any], vocabulary: Vocabulary, now: datetime | None, first_procedure: datetime | None
) -> tuple[CheckIn, list[Fault]]:
    """Return what stands in its right place in a report, and every fault of the rest."""
    reader = _Reader(mapping, vocabulary)
    check_in = reader.read(reader.moment(now, first_procedure))
    return check_in, reader.finish(check_in)


def unread(now: datetime | None) -> CheckIn:
    """Return the check-in of a body in which nothing stands in its right place."""
    return CheckIn(at=now or _EARLIEST)


_EARLIEST = datetime.min.replace(tzinfo=UTC)


def read_moment(value: Any, path: str, faults: list[Fault]) -> datetime | None:
    """Return a moment in UTC from RFC 3339 text (or TOML's own date-time); None, and a fault, where it is none."""
    expected = "give a date and time with offset, like 2026-03-02T18:00:00+01:00"
    if isinstance(value, str) and RFC_3339.match(value):
        try:
            value = datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
        except ValueError:
            faults.append(Fault(path, f"{show(value)} is not a date and time", expected))
            return None
    if not isinstance(value, datetime):
        faults.append(Fault(path, "missing" if value is None else f"{show(value)} is not a date and time", expected))
        return None
    if value.tzinfo is None:
        faults.append(Fault(path, f"{value.isoformat()} has no offset", expected))
        return None
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        faults.append(Fault(path, f"{value.isoformat()} is out of range", expected))
        return None
    return value.astimezone(UTC)


def clean_text(value: str) -> str | None:
    """Return text as it is kept: line ends as "\n", other white space than tabs as a space; None where it is no text.

    Control characters and halves of characters (surrogates) are no text: no database and no page can show them.
    """
    text = "".join(
        " " if letter.isspace() and letter not in "\n\t" else letter for letter in value.replace("\r\n", "\n")
    )
    return (
        None if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text) else text
    )


def _course_meant(value: Any) -> str:
    """Return what a course that cannot be read stands for: the word in other letters, else the worst."""
    plain = value.strip().casefold() if isinstance(value, str) else ""
    return plain if plain in STATED_COURSES else "worse"


class _Reader:
    """Reads one field after the other and collects the faults."""

    def __init__(self, mapping: Mapping[Any, Any], vocabulary: Vocabulary) -> None:
        self.mapping = mapping
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def fault(self, path: str, said: str, expected: str) -> None:
        self.faults.append(Fault(path, said, expected))

    def moment(self, now: datetime | None, first_procedure: datetime | None) -> datetime:
        at = read_moment(self.mapping.get("at"), "at", self.faults)
        if at is None:
            return now or first_procedure or _EARLIEST
        if now is not None and at > now + CLOCK_TOLERANCE:
            self.fault(
                "at", f"{at.isoformat()} is in the future", "give the moment of observation, at most 10 min ahead"
            )
            return now
        if first_procedure is not None and at + BEFORE_FIRST < first_procedure:
            expected = f"give a moment from 24 h before the first procedure ({first_procedure.isoformat()}) on"
            self.fault("at", f"{at.isoformat()} is too long before the first procedure", expected)
            return now or first_procedure
        return at

    def read(self, at: datetime) -> CheckIn:
        words, vocabulary = self.words, self.vocabulary
        return CheckIn(
            at=at,
            symptoms=self.severities(),
            course=self.courses(),
            where=self.zones(),
            signs=words("signs", vocabulary.signs),
            denied=words("denied", vocabulary.signs),
            result=words("result", vocabulary.results),
            temperature_c=self.temperature(),
            treatment=words("treatment", vocabulary.treatments),
            exposed=words("exposed", vocabulary.exposures),
            wants_call=self.flag("wants_call"),
            note=self.text("note"),
        )

    def object(self, name: str) -> Mapping[Any, Any]:
        value = self.mapping.get(name)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.fault(name, f"{show(value)} is not an object", "give an object with one entry a symptom")
        return {}

    def by_symptom(self, name: str) -> list[tuple[str, Any]]:
        """Return the entries whose symptom is known; the others become faults."""
        known = self.vocabulary.symptoms
        given = self.object(name)
        unknown = [symptom for symptom in given if symptom not in known]
        self.faults += [unknown_word(f"{name}.{place(symptom)}", symptom, known) for symptom in unknown[:MOST_FAULTS]]
        return [(symptom, value) for symptom, value in given.items() if symptom in known]

    def severities(self) -> dict[str, int]:
        found = {}
        for symptom, value in self.by_symptom("symptoms"):
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_SEVERE:
                found[symptom] = value
            else:
                self.fault(f"symptoms.{symptom}", f"{show(value)} is no severity", "give a whole number from 0 to 4")
        return found

    def courses(self) -> dict[str, str]:
        found = {}
        for symptom, value in self.by_symptom("course"):
            if value in STATED_COURSES:
                found[symptom] = value
            else:
                self.faults.append(unknown_word(f"course.{symptom}", value, STATED_COURSES))
                found[symptom] = _course_meant(value)
        return found

    def zones(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for symptom, value in self.by_symptom("where"):
            found[symptom] = self.listed(f"where.{symptom}", value, self.vocabulary.zones)
        return {symptom: zones for symptom, zones in found.items() if zones}

    def words(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        return self.listed(name, self.mapping.get(name), known)

    def listed(self, path: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self.fault(path, f"{show(value)} is not a list", "give a list of words")
            value = [value] if isinstance(value, str) else []
        bad = [(number, word) for number, word in enumerate(value) if not isinstance(word, str) or word not in known]
        self.faults.extend(unknown_word(f"{path}.{number}", word, known) for number, word in bad[:MOST_FAULTS])
        if len(bad) > MOST_FAULTS:
            self.fault(path, f"{len(bad) - MOST_FAULTS} more words are not known", "use one of: " + ", ".join(known))
        return tuple(dict.fromkeys(word for word in value if isinstance(word, str) and word in known))

    def temperature(self) -> float | None:
        if self.mapping.get("temperature") is None:
            return None
        entry = self.mapping["temperature"]
        expected = 'give {"value": number, "unit": "C" or "F"}, the body temperature as measured'
        if not isinstance(entry, Mapping) or set(entry) != {"value", "unit"} or entry["unit"] not in ("C", "F"):
            self.fault("temperature", f"{show(entry)} is not a measurement", expected)
            return None
        value = entry["value"]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1000:
            self.fault("temperature.value", f"{show(value)} is no temperature", expected)
            return None
        celsius = round((value - 32) * 5 / 9, 2) if entry["unit"] == "F" else float(value)
        if COLDEST <= celsius <= HOTTEST:
            return celsius
        expected = "give a body temperature from 30 to 45 C (86 to 113 F)"
        self.fault("temperature.value", f"{show(value)} {entry['unit']} is not possible", expected)
        return None

    def flag(self, name: str) -> bool:
        value = self.mapping.get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, f"{show(value)} is not true or false", "give true or false")
        return value is True

    def text(self, name: str) -> str:
        value = self.mapping.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(name, f"{show(value)} is not text", "give text")
            return ""
        if len(value) > MOST_NOTE:
            self.fault(name, f"{len(value)} characters long", f"give at most {MOST_NOTE}")
        clean = clean_text(value[:LONGEST_KEPT_NOTE])
        if clean is None:
            self.fault(name, "holds characters that cannot be shown", "give plain text")
            clean = clean_text(
                "".join(letter for letter in value[:LONGEST_KEPT_NOTE] if clean_text(letter) is not None)
            )
        return (clean or "").strip()

    def finish(self, check_in: CheckIn) -> list[Fault]:
        """Return all faults, with those that only show over several fields."""
        unknown = [name for name in self.mapping if name not in FIELDS]
        self.faults += [unknown_word(place(name), name, FIELDS) for name in unknown[:MOST_FAULTS]]
        for sign in check_in.signs:
            if sign in check_in.denied:
                self.fault(f"denied.{sign}", "answered both yes and no", "put it in signs or in denied; yes counts")
        for symptom in check_in.course:
            given = self.mapping.get("symptoms")
            if symptom not in check_in.symptoms and not (isinstance(given, Mapping) and symptom in given):
                self.fault(f"course.{symptom}", "has no severity", f"give symptoms.{symptom} too")
        said = (self.mapping.get(name) for name in SAYS_SOMETHING)
        if not any(value.strip() if isinstance(value, str) else value for value in said):
            self.fault("", SAYS_NOTHING, "give at least one of " + ", ".join(SAYS_SOMETHING))
        return self.faults
