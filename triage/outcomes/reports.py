"""Lays the reports of many patients out in columns, one after the other as they are read."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from triage.outcomes.columns import NOT_ASKED, Bytes, Columns, Whole, Words
from triage.outcomes.summaries import Moments, derive_codes, odd_rows
from triage.rules import CheckIn, Course, Tables, latest_procedure, named_signs, read_check_in
from triage.rules.vocabulary import STATED_COURSES

MICROSECOND = timedelta(microseconds=1)
NEVER_US = -(1 << 62)
MOMENTS = ("patient", "sitting", "at", "hour", "closed")
COURSE_NUMBERS = {course: int(Course[course]) for course in STATED_COURSES}


class Report(NamedTuple):
    """One stored check-in: `content` in the case format, as `CheckIn.as_mapping` gives it."""

    at: datetime
    content: Mapping[str, Any]
    is_unreadable: bool = False  # a part was lost that may have said how the patient is


class PatientReports(NamedTuple):
    """All that is judged of one patient; `reports` in any order."""

    procedures: Sequence[datetime]
    reports: Sequence[Report]
    risk_factors: Sequence[str] = ()
    closed: Sequence[datetime] = ()  # when a human closed an alert: a danger before it holds nothing up any more


@dataclass(frozen=True, slots=True)
class Laid:
    """Reports in columns, ordered by patient and moment. `place[i]`: (patient, report) of row i, as they were added."""

    columns: Columns
    moments: Moments
    closed_us: Whole  # the latest moment up to the row's at which a human closed an alert; NEVER_US: none
    place: list[tuple[int, int]]
    is_odd: np.ndarray[Any, np.dtype[np.bool_]]  # to be judged one by one


class Layout:
    """Takes in patients one by one and gives their columns; words that the protocol does not know are read again."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.words = Words.of(tables)
        self.symptoms = {symptom: number for number, symptom in enumerate(tables.protocol.vocabulary.symptoms)}
        self.patients: list[PatientReports] = []
        self.place: list[tuple[int, int]] = []
        self.whole: dict[str, array[int]] = {
            name: array("q") for name in ("patient", "sitting", "at", "hour", "closed")
        }
        self.masks = {name: array("Q") for name in Words.__slots__}
        self.temperature = array("d")
        self.wants_call = bytearray()
        self.unreadable = bytearray()
        self.severity = bytearray()  # one byte a symptom, row by row
        self.stated = bytearray()

    def __len__(self) -> int:
        return len(self.place)

    def add(self, patient: PatientReports) -> None:
        """Take in one patient's reports."""
        number = len(self.patients)
        self.patients.append(patient)
        factors = _mask(self.words.risk_factors, _known(patient.risk_factors, self.words.risk_factors))
        for report in sorted(range(len(patient.reports)), key=lambda index: patient.reports[index].at):
            self._add_moment(patient, patient.reports[report].at, number)
            self.masks["risk_factors"].append(factors)
            self._add_words(patient.reports[report])
            self.place.append((number, report))

    def _add_moment(self, patient: PatientReports, at: datetime, number: int) -> None:
        procedure = latest_procedure(patient.procedures, at)
        closed = max((moment for moment in patient.closed if moment <= at), default=None)
        whole = self.whole
        whole["patient"].append(number)
        whole["sitting"].append(patient.procedures.index(procedure))
        whole["at"].append(micros(at))
        whole["hour"].append(max(0, (at - procedure) // timedelta(hours=1)))
        whole["closed"].append(NEVER_US if closed is None else micros(closed))

    def _add_words(self, report: Report) -> None:
        """Add what one report says; one with a word that the protocol does not know is read again as if it came in."""
        try:
            said = self._read(report.content)
        except KeyError:
            check_in, _ = read_check_in({**report.content, "at": report.at}, self.tables.protocol.vocabulary)
            said = self._read(check_in.as_mapping())
        for name, mask in said.masks.items():
            self.masks[name].append(mask)
        self.temperature.append(said.temperature)
        self.wants_call.append(said.wants_call)
        self.unreadable.append(report.is_unreadable)
        self.severity += said.severity
        self.stated += said.stated

    def _read(self, content: Mapping[str, Any]) -> "_Said":
        """Return a report's words as numbers. KeyError for a word that the protocol does not know."""
        words = self.words
        severity = bytearray((NOT_ASKED,)) * len(self.symptoms)
        stated = bytearray((Course.unknown,)) * len(self.symptoms)
        for symptom, value in content.get("symptoms", _NOTHING).items():
            severity[self.symptoms[symptom]] = value
        for symptom, course in content.get("course", _NOTHING).items():
            stated[self.symptoms[symptom]] = COURSE_NUMBERS[course]
        temperature = content.get("temperature")
        masks = {
            "signs": self._signs(content),
            "treatments": _mask(words.treatments, content.get("treatment", ())),
            "exposures": _mask(words.exposures, content.get("exposed", ())),
            "results": _mask(words.results, content.get("result", ())),
            "placed": self._places(content["where"]) if "where" in content else 0,
        }
        return _Said(
            masks,
            severity,
            stated,
            float(temperature["value"]) if temperature else float("nan"),
            content.get("wants_call") is True,
        )

    def _signs(self, content: Mapping[str, Any]) -> int:
        """Return every sign that counts, as the judge of one check-in finds them."""
        signs: Iterable[str] = content.get("signs", ())
        if "note" in content or "temperature" in content:
            check_in, _ = read_check_in({**content, "at": _ANY}, self.tables.protocol.vocabulary)
            signs = named_signs(self.tables, check_in)
        elif signs and self.tables.implied:
            signs = [*signs, *(implied for sign in signs for implied in self.tables.implied.get(sign, ()))]
        return _mask(self.words.signs, signs)

    def _places(self, where: Mapping[str, Sequence[str]]) -> int:
        places = self.words.placed
        named = ((symptom, zone) for symptom, zones in where.items() for zone in zones)
        return _mask(places, [place for place in named if place in places])

    def lay_out(self) -> Laid:
        """Return the columns of all that was added."""
        whole = {name: np.array(values, np.int64) for name, values in self.whole.items()}
        moments = Moments(whole["patient"], whole["sitting"], whole["at"], whole["hour"])
        severity, stated = self._by_symptom(self.severity), self._by_symptom(self.stated)
        columns = Columns(
            hour=moments.hour,
            severity=severity,
            stated=stated,
            code=derive_codes(self.tables, moments, severity, stated),
            temperature=np.array(self.temperature, np.float64),
            wants_call=np.frombuffer(self.wants_call, np.bool_),
            is_unreadable=np.frombuffer(self.unreadable, np.bool_),
            **{name: np.array(values, np.uint64) for name, values in self.masks.items()},
        )
        is_odd = odd_rows(moments, self.tables.protocol.follow_up_hours)
        return Laid(columns, moments, whole["closed"], self.place, is_odd)

    def _by_symptom(self, rows: bytearray) -> dict[str, Bytes]:
        columns = np.ascontiguousarray(np.frombuffer(rows, np.uint8).reshape(len(self), len(self.symptoms)).T)
        return dict(zip(self.symptoms, columns, strict=True))


class _Said(NamedTuple):
    masks: Mapping[str, int]
    severity: bytearray
    stated: bytearray
    temperature: float
    wants_call: bool


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    return (at - _EPOCH) // MICROSECOND


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_ANY = _EPOCH
_NOTHING: Mapping[str, Any] = {}


def check_in_of(report: Report, tables: Tables) -> CheckIn:
    """Return a stored report as the rules know it, in the words of a protocol."""
    check_in, _ = read_check_in({**report.content, "at": report.at}, tables.protocol.vocabulary)
    return check_in


def _mask(bits: Mapping[Any, int], words: Iterable[Any]) -> int:
    mask = 0
    for word in words:
        mask |= bits[word]
    return mask


def _known(words: Iterable[str], known: Iterable[str]) -> list[str]:
    return [word for word in words if word in known]
