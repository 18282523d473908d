"""Lays the reports of many patients out in columns, one after the other as they are read."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from triage.outcomes.columns import NOT_ASKED, Bytes, Columns, Flags, Whole, Words
from triage.outcomes.summaries import HOUR_US, Moments, derive_codes, odd_rows
from triage.rules import CheckIn, Course, Tables, named_signs, read_check_in
from triage.rules.vocabulary import STATED_COURSES

MICROSECOND = timedelta(microseconds=1)
NEVER_US = -(1 << 62)
NOT_MEASURED = float("nan")
MOMENTS = ("run", "sitting", "at", "hour", "known", "closed")
COURSE_NUMBERS = {course: int(Course[course]) for course in STATED_COURSES}


class Report(NamedTuple):
    """One stored check-in: `content` in the case format, as `CheckIn.as_mapping` gives it."""

    at: datetime
    content: Mapping[str, Any]
    is_unreadable: bool = False  # a part was lost that may have said how the patient is
    known_at: datetime | None = None  # when it came in; None: at once


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
    known_us: Whole  # when the report came in
    closed_us: Whole  # the latest moment before that at which a human closed an alert of the patient; NEVER_US: none
    place: list[tuple[int, int]]
    is_odd: Flags  # to be judged one by one


class Layout:
    """Takes in patients one by one and gives their columns; words that the protocol does not know are read again."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.words = Words.of(tables)
        self.symptoms = {symptom: number for number, symptom in enumerate(tables.protocol.vocabulary.symptoms)}
        self.unasked = bytes((NOT_ASKED,)) * len(self.symptoms)
        self.unstated = bytes((Course.unknown,)) * len(self.symptoms)
        self.patients: list[PatientReports] = []
        self.place: list[tuple[int, int]] = []
        self.runs = 0
        self.longest_gap = HOUR_US * max(tables.protocol.follow_up_hours, tables.protocol.hold.hours)
        self.moments = array("q")  # row by row what MOMENTS names
        self.masks = array("Q")  # row by row what Words names
        self.temperature = array("d")
        self.wants_call = bytearray()
        self.unreadable = bytearray()
        self.severity = bytearray()  # one byte a symptom, row by row
        self.stated = bytearray()

    def __len__(self) -> int:
        return len(self.place)

    def add(self, patient: PatientReports) -> None:
        """Take in one patient's reports. ValueError where there is no procedure to count from."""
        if not patient.procedures:
            raise ValueError("a patient without a procedure cannot be laid out")
        number = len(self.patients)
        self.patients.append(patient)
        factors = _mask(self.words.risk_factors, _known(patient.risk_factors, self.words.risk_factors))
        clock = _Clock(sorted({*map(micros, patient.procedures)}), sorted(map(micros, patient.closed)))
        previous = NEVER_US
        for report in sorted(range(len(patient.reports)), key=lambda index: patient.reports[index].at):
            previous = self._add_moment(patient.reports[report], clock, previous)
            self._add_words(patient.reports[report], factors)
            self.place.append((number, report))

    def _add_moment(self, report: Report, clock: "_Clock", previous: int) -> int:
        """Add when a report was; return it. After a gap that no history and no hold bridges, a new run begins."""
        at = micros(report.at)
        self.runs += at - previous > self.longest_gap
        sitting = max(0, bisect_right(clock.procedures, at) - 1)
        hour = max(0, (at - clock.procedures[sitting]) // HOUR_US)
        known = at if report.known_at is None else micros(report.known_at)
        closings = bisect_left(clock.closed, known)  # of the same moment, the report was first: held is the safe side
        closed = clock.closed[closings - 1] if closings else NEVER_US
        self.moments.extend((self.runs - 1, sitting, at, hour, known, closed))
        return at

    def _add_words(self, report: Report, risk_factors: int) -> None:
        """Add what one report says; one with a word that the protocol does not know is read again as if it came in."""
        content = report.content
        try:
            severity, stated, masks = self._read(content)
        except KeyError:
            check_in, _ = read_check_in({**content, "at": report.at}, self.tables.protocol.vocabulary)
            content = check_in.as_mapping()
            severity, stated, masks = self._read(content)
        temperature = content.get("temperature")
        self.temperature.append(temperature["value"] if temperature else NOT_MEASURED)
        self.wants_call.append(content.get("wants_call") is True)
        self.unreadable.append(report.is_unreadable)
        self.severity += severity
        self.stated += stated
        self.masks.extend((masks[0], risk_factors, *masks[1:]))

    def _read(self, content: Mapping[str, Any]) -> tuple[bytes, bytes, tuple[int, ...]]:
        """Return severities, courses, and the masks but that of risk factors. KeyError for a word not known."""
        words, symptoms = self.words, self.symptoms
        severity, stated = self.unasked, self.unstated
        if "symptoms" in content:
            severity = _with(severity, {symptoms[name]: value for name, value in content["symptoms"].items()})
        if "course" in content:
            courses = content["course"].items()
            stated = _with(stated, {symptoms[name]: COURSE_NUMBERS[course] for name, course in courses})
        masks = (
            self._signs(content),
            _mask(words.treatments, content["treatment"]) if "treatment" in content else 0,
            _mask(words.exposures, content["exposed"]) if "exposed" in content else 0,
            _mask(words.results, content["result"]) if "result" in content else 0,
            self._places(content["where"]) if "where" in content else 0,
        )
        return severity, stated, masks

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
        whole = dict(zip(MOMENTS, _columns(self.moments, len(MOMENTS), np.int64), strict=True))
        masks = dict(zip(Words.__slots__, _columns(self.masks, len(Words.__slots__), np.uint64), strict=True))
        moments = Moments(whole["run"], whole["sitting"], whole["at"], whole["hour"])
        severity, stated = self._by_symptom(self.severity), self._by_symptom(self.stated)
        columns = Columns(
            hour=moments.hour,
            severity=severity,
            stated=stated,
            code=derive_codes(self.tables, moments, severity, stated),
            temperature=np.array(self.temperature, np.float64),
            wants_call=np.frombuffer(self.wants_call, np.bool_),
            is_unreadable=np.frombuffer(self.unreadable, np.bool_),
            **masks,
        )
        is_odd = odd_rows(moments, self.tables.protocol.follow_up_hours)
        return Laid(columns, moments, whole["known"], whole["closed"], self.place, is_odd)

    def _by_symptom(self, rows: bytearray) -> dict[str, Bytes]:
        columns = np.ascontiguousarray(np.frombuffer(rows, np.uint8).reshape(len(self), len(self.symptoms)).T)
        return dict(zip(self.symptoms, columns, strict=True))


class _Clock(NamedTuple):
    """A patient's procedures and closings, oldest first, in microseconds since 1970."""

    procedures: list[int]
    closed: list[int]


def _with(default: bytes, values: Mapping[int, int]) -> bytes:
    """Return bytes with some of them replaced."""
    found = bytearray(default)
    for place, value in values.items():
        found[place] = value
    return bytes(found)


def _columns(values: "array[int]", width: int, kind: type[Any]) -> Any:
    """Return what was written row by row as columns."""
    return np.ascontiguousarray(np.array(values, kind).reshape(-1, width).T)


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    return (at - _EPOCH) // MICROSECOND


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY = _EPOCH


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
