"""Reads with a name about serious events, what was sent of them, and records that must be kept whole."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from triage.records.check_in import CheckInRow
from triage.records.outcome import EventReportRow, LegalHoldRow, SeriousEventRow
from triage.records.people import PatientRow
from triage.records.procedure import EpisodeRow, ExposureRow, ProcedureRow

MOST_EVENTS = 2000  # versions of a clinic's register that are read at once


def events_of(session: Session, clinic_id: uuid.UUID) -> list[SeriousEventRow]:
    """Return every version of every event of a clinic, the latest number first, each event's versions in order."""
    rows = select(SeriousEventRow).where(SeriousEventRow.clinic_id == clinic_id)
    order = col(SeriousEventRow.number).desc(), col(SeriousEventRow.version)
    return list(session.exec(rows.order_by(*order).limit(MOST_EVENTS)))


def versions_of(session: Session, first: SeriousEventRow, *, lock: bool = False) -> list[SeriousEventRow]:
    """Return the versions of an event, the first first. `lock`: nobody else writes one meanwhile."""
    rows = select(SeriousEventRow).where(
        SeriousEventRow.clinic_id == first.clinic_id, SeriousEventRow.number == first.number
    )
    rows = rows.order_by(col(SeriousEventRow.version))
    return list(session.exec(rows.with_for_update() if lock else rows))


def event_of_alert(session: Session, clinic_id: uuid.UUID, alert_id: uuid.UUID) -> SeriousEventRow | None:
    """Return the first version of the event that was entered from an alert; None: none was."""
    rows = select(SeriousEventRow).where(SeriousEventRow.clinic_id == clinic_id, SeriousEventRow.alert_id == alert_id)
    return session.exec(rows.order_by(col(SeriousEventRow.version)).limit(1)).first()


def events_of_patient(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> list[SeriousEventRow]:
    """Return every version of every event of a patient, oldest first."""
    rows = select(SeriousEventRow).where(
        SeriousEventRow.clinic_id == clinic_id, SeriousEventRow.patient_id == patient_id
    )
    return list(session.exec(rows.order_by(col(SeriousEventRow.number), col(SeriousEventRow.version))))


def latest_number(session: Session, clinic_id: uuid.UUID, year: int) -> str | None:
    """Return the highest number that was given in a year; None: none was."""
    rows = select(func.max(SeriousEventRow.number)).where(
        SeriousEventRow.clinic_id == clinic_id, col(SeriousEventRow.number).like(f"{year}-%")
    )
    return session.exec(rows).first()


def reports_of(session: Session, clinic_id: uuid.UUID, event_ids: Collection[uuid.UUID]) -> list[EventReportRow]:
    """Return what humans sent of some versions, oldest first."""
    rows = select(EventReportRow).where(
        EventReportRow.clinic_id == clinic_id, col(EventReportRow.serious_event_id).in_(list(event_ids))
    )
    return list(session.exec(rows.order_by(col(EventReportRow.sent_at), col(EventReportRow.id))))


def events_to_look_at(session: Session, now: datetime, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return the keys of events whose dates the clock looks at now, whichever waits longest first."""
    rows = select(SeriousEventRow.clinic_id, SeriousEventRow.id).where(col(SeriousEventRow.look_at) <= now)
    return list(session.exec(rows.order_by(col(SeriousEventRow.look_at)).limit(limit)))


def patients_named(session: Session, clinic_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PatientRow]:
    """Return patients by their ids."""
    rows = select(PatientRow).where(PatientRow.clinic_id == clinic_id, col(PatientRow.id).in_(list(ids)))
    return {row.id: row for row in session.exec(rows)}


def latest_sitting(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, before: datetime
) -> tuple[ProcedureRow | None, Sequence[ExposureRow]]:
    """Return the last procedure of a patient up to a moment, with what was used in it; None: there was none."""
    sittings = select(ProcedureRow).where(
        ProcedureRow.clinic_id == clinic_id, ProcedureRow.patient_id == patient_id, ProcedureRow.at <= before
    )
    sitting = session.exec(sittings.order_by(col(ProcedureRow.at).desc()).limit(1)).first()
    if sitting is None:
        return None, ()
    used = select(ExposureRow).where(ExposureRow.clinic_id == clinic_id, ExposureRow.procedure_id == sitting.id)
    return sitting, list(session.exec(used.order_by(col(ExposureRow.id))))


def first_check_in(session: Session, episode: EpisodeRow, above: int) -> CheckInRow | None:
    """Return a course's first report whose strongest symptom is above a severity, or that names a danger; else None."""
    rows = select(CheckInRow).where(CheckInRow.clinic_id == episode.clinic_id, CheckInRow.episode_id == episode.id)
    for row in session.exec(rows.order_by(col(CheckInRow.at))):
        symptoms, signs = row.content.get("symptoms") or {}, row.content.get("signs") or []
        if signs or max((value for value in symptoms.values() if isinstance(value, int)), default=0) > above:
            return row
    return None


def hold_of(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, *, lock: bool = False
) -> LegalHoldRow | None:
    """Return the legal hold that stands on a patient's record; None: none does. `lock`: nobody lifts it meanwhile."""
    rows = select(LegalHoldRow).where(
        LegalHoldRow.clinic_id == clinic_id,
        LegalHoldRow.patient_id == patient_id,
        col(LegalHoldRow.lifted_at).is_(None),
    )
    return session.exec(rows.with_for_update() if lock else rows).first()


def holds_of(session: Session, clinic_id: uuid.UUID) -> list[LegalHoldRow]:
    """Return the legal holds that stand at a clinic, the latest first."""
    rows = select(LegalHoldRow).where(LegalHoldRow.clinic_id == clinic_id, col(LegalHoldRow.lifted_at).is_(None))
    return list(session.exec(rows.order_by(col(LegalHoldRow.placed_at).desc())))
