"""The register of serious events: entered, followed up for a year, sent by a human, closed; never changed."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from triage.actions import audit
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.serious_fields import event_content, event_faults
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.serious import DUTIES, FOLLOWED_FOR, SERIOUS, suggested_seriousness
from triage.records import (
    AlertRow,
    ClinicRow,
    EpisodeRow,
    EventReportRow,
    ExposureRow,
    PatientRow,
    SeriousEventRow,
    Session,
    StaffRow,
    serious_lookups,
)
from triage.rules import Fault

WRITERS, READERS, SENDERS = ("practitioner", "lead"), ("practitioner", "lead", "auditor"), ("lead",)
NO_EVENT = "There is no such event in this clinic's register."


def draft_of(session: Session, patient_id: uuid.UUID, alert_id: uuid.UUID | None, turn: Turn) -> dict[str, Any]:
    """Return what is known of an event before anybody types, as open_event takes it; a human looks at each word.

    Raises NotFound for another clinic's patient or alert.
    """
    turn.by.require(*WRITERS)
    patient = patient_of(session, patient_id, by=turn.by)
    alert = _alert_of(session, patient, alert_id)
    clinic = session.get_one(ClinicRow, patient.clinic_id)
    at = alert.opened_at if alert else turn.now
    sitting, used = serious_lookups.latest_sitting(session, patient.clinic_id, patient.id, at)
    episode = session.get(EpisodeRow, (clinic.id, alert.episode_id)) if alert and alert.episode_id else None
    first = serious_lookups.first_check_in(session, episode, 1) if episode else None
    zone, onset = zone_of(clinic), first.at if first else at
    return {
        "became_aware_at": (alert.opened_at if alert else turn.now).isoformat(),
        "seriousness": suggested_seriousness(alert.seriousness or (), alert.outcome) if alert else [],
        "severity": None,
        "country": str((clinic.holidays or {}).get("country") or patient.country or ""),
        "reaction": {"term": "", "onset": onset.astimezone(zone).date().isoformat(), "end": "", "outcome": "unknown"},
        "products": [_product(row) for row in used],
        "session_date": sitting.at.astimezone(zone).date().isoformat() if sitting else "",
        "site": ", ".join(sitting.areas) if sitting else "",
        "narrative": (alert.note or "") if alert else "",
        "age_band": str(patient.birth_year or ""),
        "reporter": _reporter(session, clinic, turn),
    }


def open_event(session: Session, values: Mapping[str, Any], turn: Turn) -> SeriousEventRow:
    """Enter an event (`values`: patient_id, alert_id?, became_aware_at, seriousness, severity?, country?, and the rest
    as draft_of gives it). Raises Invalid with every fault; Conflict where the alert has an event already.
    """
    turn.by.require(*WRITERS)
    patient = patient_of(session, values["patient_id"], by=turn.by)
    alert = _alert_of(session, patient, values.get("alert_id"))
    if alert is not None and serious_lookups.event_of_alert(session, patient.clinic_id, alert.id):
        raise Conflict("This alert's event is in the register already; add a follow-up there.")
    row = _row(patient, values, turn)
    row.alert_id = alert.id if alert else None
    row.episode_id = alert.episode_id if alert else None
    row.number, row.look_at = _next_number(session, patient, turn), turn.now
    session.add(row)
    _note(session, row, "serious_event_entered", turn)
    return row


def add_follow_up(session: Session, event_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> SeriousEventRow:
    """Add what has become known since, as the next version; it is told again as the first was.

    Raises Conflict a year after the first version, and for a closed event; Invalid with every fault.
    """
    turn.by.require(*WRITERS)
    first, versions = event_of(session, event_id, turn, lock=True)
    if first.closed_at is not None:
        raise Conflict("This event is closed.")
    if turn.now > first.became_aware_at + timedelta(days=FOLLOWED_FOR):
        raise Conflict("Follow-ups are taken for a year; enter a new event.")
    patient = session.get_one(PatientRow, (first.clinic_id, first.patient_id))
    row = _row(patient, values, turn)
    row.number, row.version, row.follow_up_of = first.number, versions[-1].version + 1, first.id
    row.episode_id, first.look_at = first.episode_id, turn.now
    session.add_all((row, first))
    _note(session, row, "serious_event_followed_up", turn)
    return row


def note_sent(session: Session, event_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> EventReportRow:
    """Note that a human sent the latest version (`values`: duty, sent_to, sent_at?, reference?). Raises Invalid."""
    turn.by.require(*SENDERS)
    first, versions = event_of(session, event_id, turn, lock=True)
    sent_at = values.get("sent_at") or turn.now
    faults = [] if values.get("duty") in DUTIES else [Fault("duty", "is not known", f"use one of: {', '.join(DUTIES)}")]
    faults += [] if str(values.get("sent_to") or "").strip() else [Fault("sent_to", "missing", "say who got it")]
    if sent_at > turn.now:
        faults.append(Fault("sent_at", "lies ahead", "give a moment that has been"))
    if faults:
        raise Invalid(faults)
    row = EventReportRow(
        clinic_id=turn.by.clinic_id,
        serious_event_id=versions[-1].id,
        duty=values["duty"],
        sent_to=str(values["sent_to"]).strip(),
        sent_at=sent_at,
        sent_by=turn.by.staff_id,
        reference=values.get("reference") or None,
    )
    first.look_at = turn.now if first.closed_at is None else None
    session.add_all((row, first))
    after = {"duty": row.duty, "version": versions[-1].version, "sent_at": row.sent_at, "report_id": row.id}
    audit.record(session, turn, "serious_event_sent", ("serious_event", first.id), after=after)
    return row


def close_event(session: Session, event_id: uuid.UUID, turn: Turn) -> SeriousEventRow:
    """Close an event: no date of it is reminded of any more. Twice is as once. Raises NotFound."""
    turn.by.require(*SENDERS)
    first, _ = event_of(session, event_id, turn, lock=True)
    if first.closed_at is None:
        first.closed_at, first.look_at = turn.now, None
        session.add(first)
        audit.record(session, turn, "serious_event_closed", ("serious_event", first.id))
    return first


def event_of(
    session: Session, event_id: uuid.UUID, turn: Turn, *, lock: bool = False
) -> tuple[SeriousEventRow, list[SeriousEventRow]]:
    """Return the first version of an event and all of them, by the id of any. Raises NotFound."""
    turn.by.require(*READERS)
    found = session.get(SeriousEventRow, (turn.by.clinic_id, event_id))
    if found is None:
        raise NotFound(NO_EVENT)
    versions = serious_lookups.versions_of(session, found, lock=lock)
    return versions[0], versions


def event_behind(session: Session, alert_id: uuid.UUID, turn: Turn) -> SeriousEventRow | None:
    """Return the event that was entered from an alert; None: none was."""
    turn.by.require(*READERS)
    return serious_lookups.event_of_alert(session, turn.by.clinic_id, alert_id)


def _row(patient: PatientRow, values: Mapping[str, Any], turn: Turn) -> SeriousEventRow:
    """Return a version from what was said. Raises Invalid."""
    faults = event_faults(values, turn.now)
    if faults:
        raise Invalid(faults)
    return SeriousEventRow(
        clinic_id=patient.clinic_id,
        number="",
        patient_id=patient.id,
        became_aware_at=values["became_aware_at"],
        made_at=turn.now,
        made_by=turn.by.staff_id,
        severity=values.get("severity"),
        seriousness=[one for one in SERIOUS if one in values["seriousness"]],
        content=event_content(values),
        country=(values.get("country") or "").upper() or None,
    )


def _alert_of(session: Session, patient: PatientRow, alert_id: uuid.UUID | None) -> AlertRow | None:
    if alert_id is None:
        return None
    alert = session.get(AlertRow, (patient.clinic_id, alert_id))
    if alert is None or alert.patient_id != patient.id:
        raise NotFound("There is no such alert of this patient.")
    return alert


def _product(row: ExposureRow) -> dict[str, Any]:
    """A product that touched the skin is suspect until somebody says otherwise."""
    found = {
        "counted": "suspect",
        "role": row.role,
        "name": row.product,
        "maker": row.maker or "",
        "lot": row.lot or "",
    }
    return {**found, "expiry": row.expiry.isoformat() if row.expiry else ""}


def _reporter(session: Session, clinic: ClinicRow, turn: Turn) -> dict[str, Any]:
    person = session.get(StaffRow, (clinic.id, turn.by.staff_id)) if turn.by.staff_id else None
    where = ", ".join(filter(None, [clinic.name, clinic.phone]))
    return {"name": person.name if person else "", "role": person.role if person else "", "clinic": where}


def _next_number(session: Session, patient: PatientRow, turn: Turn) -> str:
    """Return the clinic's next number of this year; of two at once the second is told to try again by the table."""
    year = turn.now.astimezone(zone_of(session.get_one(ClinicRow, patient.clinic_id))).year
    latest = serious_lookups.latest_number(session, patient.clinic_id, year)
    return f"{year}-{int(latest.rpartition('-')[2]) + 1 if latest else 1:03}"


def _note(session: Session, row: SeriousEventRow, did: str, turn: Turn) -> None:
    """The log has what kind of event it is, and none of the words about the patient."""
    after = {"number": row.number, "version": row.version, "seriousness": row.seriousness, "country": row.country}
    after |= {"became_aware_at": row.became_aware_at, "patient_id": row.patient_id, "alert_id": row.alert_id}
    audit.record(session, turn, did, ("serious_event", row.follow_up_of or row.id), after=after)
