"""Serious events as they are looked at: versions, duties with their days, what is missing, what was sent."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from triage.actions.errors import Invalid
from triage.actions.hours import closed_days
from triage.actions.serious import READERS, event_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.serious import Due, Duty, due_day, duties_of, kept_until, missing_elements
from triage.records import ClinicRow, EventReportRow, PatientRow, SeriousEventRow, Session, serious_lookups


class Event(NamedTuple):
    """One event with all its versions, the latest last; `next_day` None: no day waits."""

    first: SeriousEventRow
    versions: Sequence[SeriousEventRow]
    patient: PatientRow
    dues: Sequence[Due]
    reports: Sequence[EventReportRow]
    missing: Sequence[str]  # of the four elements that make a report valid
    kept_until: date

    @property
    def latest(self) -> SeriousEventRow:
        """Return the version that is told now."""
        return self.versions[-1]

    @property
    def waiting(self) -> list[Due]:
        """Return the duties that nobody has met, the next first; those without a day last."""
        open_ones = [due for due in self.dues if due.duty.must and due.sent_at is None]
        return sorted(open_ones, key=lambda due: due.day or date.max)

    @property
    def next_day(self) -> date | None:
        """Return the next day by which something must be told."""
        return next((due.day for due in self.waiting if due.day is not None), None)


def register_of(session: Session, turn: Turn) -> list[Event]:
    """Return the clinic's register, the latest event first."""
    turn.by.require(*READERS)
    return events_of(session, session.get_one(ClinicRow, turn.by.clinic_id))


def events_of(session: Session, clinic: ClinicRow) -> list[Event]:
    """Return every event of a clinic, the latest first."""
    by_number: dict[str, list[SeriousEventRow]] = {}
    rows = serious_lookups.events_of(session, clinic.id)
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    patients = serious_lookups.patients_named(session, clinic.id, {row.patient_id for row in rows})
    reports = serious_lookups.reports_of(session, clinic.id, [row.id for row in rows])
    return [_event(clinic, versions, patients[versions[0].patient_id], reports) for versions in by_number.values()]


def event_shown(session: Session, event_id: uuid.UUID, turn: Turn) -> Event:
    """Return one event. Raises NotFound."""
    return event_from(session, event_of(session, event_id, turn)[0])


def event_from(session: Session, first: SeriousEventRow) -> Event:
    """Return an event by its first version, for whoever may see it."""
    versions = serious_lookups.versions_of(session, first)
    clinic = session.get_one(ClinicRow, first.clinic_id)
    patient = session.get_one(PatientRow, (first.clinic_id, first.patient_id))
    reports = serious_lookups.reports_of(session, clinic.id, [row.id for row in versions])
    return _event(clinic, versions, patient, reports)


def as_form(event: Event, clinic: ClinicRow, now: datetime) -> dict[str, Any]:
    """Return the latest version as the forms of regulators ask for it, with plain values."""
    row, zone = event.latest, zone_of(clinic)
    return {
        **row.content,
        "case_id": f"{clinic.name} {row.number}, version {row.version}",
        "version": row.version,
        "follow_up_of": event.first.number if row.version > 1 else None,
        "patient_ref": event.patient.reference,
        "country": row.country,
        "seriousness": row.seriousness,
        "severity": row.severity,
        "first_received": event.first.became_aware_at.astimezone(zone).date().isoformat(),
        "became_aware_at": row.became_aware_at.astimezone(zone).date().isoformat(),
        "report_date": now.astimezone(zone).date().isoformat(),
        "reported_to": ", ".join(dict.fromkeys(sent.sent_to for sent in event.reports)),
    }


def _event(
    clinic: ClinicRow, versions: Sequence[SeriousEventRow], patient: PatientRow, reports: Sequence[EventReportRow]
) -> Event:
    numbers = {row.id: row.version for row in versions}
    own = [row for row in reports if row.serious_event_id in numbers]
    latest = versions[-1]
    said: Mapping[str, Any] = {**latest.content, "patient_ref": patient.reference}
    roles = [str(one.get("role")) for one in latest.content.get("products") or () if one.get("counted") == "suspect"]
    duties = duties_of(latest.country, latest.seriousness, roles)
    return Event(
        first=versions[0],
        versions=versions,
        patient=patient,
        dues=[_due(duty, clinic, versions, [row for row in own if row.duty == duty.id]) for duty in duties],
        reports=own,
        missing=missing_elements(said),
        kept_until=kept_until(latest.became_aware_at.astimezone(zone_of(clinic)).date()),
    )


def _due(duty: Duty, clinic: ClinicRow, versions: Sequence[SeriousEventRow], sent: Sequence[EventReportRow]) -> Due:
    """Return the day of the first version that was not told; once all were, when the last was."""
    numbers = {row.id: row.version for row in versions}
    told = max((numbers[row.serious_event_id] for row in sent), default=0)
    untold = [row for row in versions if row.version > told]
    if not untold:
        return Due(duty, None, sent[-1].sent_at)
    aware = untold[0].became_aware_at.astimezone(zone_of(clinic)).date()
    return Due(duty, due_day(duty, aware, _days_off(untold[0].country, aware)))


def _days_off(country: str | None, aware: date) -> frozenset[date]:
    """Return a country's holidays; of one that is not known none, so that no day is shown later than it may be."""
    try:
        return closed_days({"country": country}, aware.year) if country else frozenset()
    except Invalid:
        return frozenset()
