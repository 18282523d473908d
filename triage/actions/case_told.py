"""Each report as it came, and exactly what the patient was told about it, in their language."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions.case_chart import besides, day_at, labels_of
from triage.actions.case_rows import CourseRows
from triage.actions.judge import Known, advice_texts
from triage.records import AssessmentRow, CheckInRow, ClinicRow, PatientRow
from triage.rules import Tables, Urgency
from triage.rules.labels import is_right_to_left
from triage.rules.vocabulary import SEVERITY_WORDS

MOST_TOLD = 20  # reports on one page
WAYS = {"telephone": "by telephone", "in_person": "in person"}
REVIEW = {
    "note": "a note to read",
    "photo": "a photo to look at",
    "problem": "a part that could not be read",
    "device": "the phone gave other advice than this service",
}


class Told(NamedTuple):
    """What was said to the patient about a report, in `language`."""

    language: str
    direction: str
    headline: str
    do: str
    advice: tuple[str, ...]
    protocol: str  # name and version whose words these are; empty: our own


class Report(NamedTuple):
    """One report. Empty texts: nothing of the kind."""

    id: uuid.UUID
    at: datetime
    received_at: datetime
    day: int | None
    by: str  # who sent it, in words
    symptoms: tuple[str, ...]  # each in words
    besides: tuple[str, ...]
    note: str
    urgency: str  # empty: it was not judged
    findings: tuple[str, ...]
    told: Told | None
    on_phone: str  # what the phone had advised before it was sent
    phone_differed: bool
    problems: tuple[str, ...]
    raw: str  # as it came, where a part could not be read
    review: tuple[str, ...]
    corrects: uuid.UUID | None
    corrected: bool
    disputed_at: datetime | None


def reports_told(
    course: CourseRows, patient: PatientRow, clinic: ClinicRow, staff: Mapping[uuid.UUID, str]
) -> list[Report]:
    """Return the latest reports of a course, the latest first."""
    return [_report(course, row, patient, clinic, staff) for row in course.reports[: -MOST_TOLD - 1 : -1]]


def _report(
    course: CourseRows, row: CheckInRow, patient: PatientRow, clinic: ClinicRow, staff: Mapping[uuid.UUID, str]
) -> Report:
    tables, judged = course.tables_behind(row), course.assessments.get(row.id)
    labels = labels_of(tables or course.current)
    return Report(
        id=row.id,
        at=row.at,
        received_at=row.received_at,
        day=day_at(course, row.at),
        by=_sender(row, staff),
        symptoms=tuple(_symptoms(row.content, labels)),
        besides=tuple(word for word in besides(row.content, labels) if word != "a note"),
        note=str(row.content.get("note") or ""),
        urgency=Urgency(judged.urgency).name if judged else "",
        findings=tuple(str(finding.get("message", "")) for finding in judged.findings) if judged else (),
        told=_told(judged, tables, patient, clinic) if judged else None,
        on_phone=str(row.device.get("urgency") or ""),
        phone_differed="device" in row.review,
        problems=tuple(_problem(problem) for problem in row.problems),
        raw=row.raw or "",
        review=tuple(REVIEW.get(what, what.replace("_", " ")) for what in row.review),
        corrects=row.amends,
        corrected=row.id in course.corrected,
        disputed_at=row.disputed_at,
    )


def _sender(row: CheckInRow, staff: Mapping[uuid.UUID, str]) -> str:
    if row.recorded_by is not None:
        return f"told {WAYS.get(row.by_way or '', 'to us')}, recorded by {staff.get(row.recorded_by, 'staff')}"
    return {"patient": "by the patient", "staff": "by staff", "service": "by a program"}.get(row.source, row.source)


def _symptoms(content: Mapping[str, Any], labels: Any) -> Iterator[str]:
    """Yield each symptom in words; all that are none together."""
    said: Mapping[str, int] = content.get("symptoms") or {}
    courses, places = content.get("course") or {}, content.get("where") or {}
    for symptom, severity in sorted(said.items(), key=lambda one: -one[1]):
        if severity > 0:
            zones = [labels.short("zones", zone) for zone in places.get(symptom) or ()]
            more = [courses.get(symptom), ", ".join(zones)]
            words = ", ".join([SEVERITY_WORDS[severity], *filter(None, more)])
            yield f"{labels.short('symptoms', symptom)}: {words}"
    none = [labels.short("symptoms", symptom) for symptom, severity in said.items() if severity == 0]
    if none:
        yield f"None: {', '.join(none)}"


def _told(judged: AssessmentRow, tables: Tables | None, patient: PatientRow, clinic: ClinicRow) -> Told:
    """Return the words of the version that judged; where it cannot be read, those of the safety net."""
    texts = (tables.protocol.texts if tables else {}).get(patient.language)
    texts = texts or (next(iter(tables.protocol.texts.values())) if tables else None)
    known = Known(tables, (), (), (), None)
    told = advice_texts(known, judged.advice, patient.language, clinic.phone)
    head = (texts.urgency if texts else {}).get(Urgency(judged.urgency).name, {})
    language = texts.language if texts else "en"
    return Told(
        language=language,
        direction="rtl" if is_right_to_left(language) else "ltr",
        headline=head.get("headline", ""),
        do=head.get("do", ""),
        advice=tuple(told.values()),
        protocol=f"{tables.protocol.name} {tables.protocol.version}" if tables else "",
    )


def _problem(problem: Mapping[str, Any] | Sequence[Any]) -> str:
    if not isinstance(problem, Mapping):
        return str(problem)
    return ": ".join(str(problem[name]) for name in ("path", "said", "expected") if problem.get(name))
