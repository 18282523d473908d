"""Reads with a name for one case: what a patient's page at the desk shows. Each is bounded."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from triage.records.alert import AlertNoteRow, AlertRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow
from triage.records.desk import CallRow, ToReadRow
from triage.records.outcome import RatingRow
from triage.records.people import PatientRow
from triage.records.phone import PhotoRow, ReplyRow
from triage.records.procedure import EpisodeRow, ExposureRow, ProcedureRow
from triage.records.protocol import ProtocolRow

Ids = Collection[uuid.UUID]
Clinic = uuid.UUID


class Use(NamedTuple):
    """A product of one lot that was used on a patient."""

    patient_id: uuid.UUID
    reference: str
    name: str | None
    at: datetime  # of the procedure
    product: str


def episodes_of(session: Session, clinic_id: Clinic, patient_id: uuid.UUID, limit: int) -> list[EpisodeRow]:
    """Return a patient's courses, the latest first."""
    theirs = select(EpisodeRow).where(EpisodeRow.clinic_id == clinic_id, EpisodeRow.patient_id == patient_id)
    return list(session.exec(theirs.order_by(col(EpisodeRow.opened_at).desc()).limit(limit)))


def reports_of(session: Session, episode: EpisodeRow, before: CheckInRow | None, limit: int) -> list[CheckInRow]:
    """Return the latest reports of an episode, the latest first; `before`: only what comes before that one."""
    theirs = select(CheckInRow).where(
        CheckInRow.clinic_id == episode.clinic_id,
        CheckInRow.patient_id == episode.patient_id,
        CheckInRow.episode_id == episode.id,
    )
    moment = (col(CheckInRow.at), col(CheckInRow.id))
    theirs = theirs if before is None else theirs.where(tuple_(*moment) < (before.at, before.id))
    return list(session.exec(theirs.order_by(*(one.desc() for one in moment)).limit(limit)))


def corrected_of(session: Session, episode: EpisodeRow) -> frozenset[uuid.UUID]:
    """Return the reports of a patient that a later one has corrected."""
    corrected = select(CheckInRow.amends).where(
        CheckInRow.clinic_id == episode.clinic_id,
        CheckInRow.patient_id == episode.patient_id,
        col(CheckInRow.amends).is_not(None),
    )
    return frozenset(amended for amended in session.exec(corrected) if amended)


def missed_of(session: Session, episode: EpisodeRow, limit: int) -> list[datetime]:
    """Return when the reports of an episode were due that patients were asked for and that never came, latest first."""
    missed = select(ExpectationRow.due_at).where(
        ExpectationRow.clinic_id == episode.clinic_id,
        ExpectationRow.episode_id == episode.id,
        ExpectationRow.state == "missed",
    )
    return list(session.exec(missed.order_by(col(ExpectationRow.due_at).desc()).limit(limit)))


def versions_named(session: Session, clinic_id: Clinic, digests: Collection[str]) -> dict[str, str]:
    """Return name and version of the clinic's protocols by their digests."""
    named = select(ProtocolRow.digest, ProtocolRow.name, ProtocolRow.version)
    named = named.where(ProtocolRow.clinic_id == clinic_id, col(ProtocolRow.digest).in_(digests))
    return {digest: f"{name} {version}" for digest, name, version in session.exec(named)} if digests else {}


def alerts_of(session: Session, clinic_id: Clinic, patient_id: uuid.UUID, limit: int) -> list[AlertRow]:
    """Return the alerts about a patient, the latest first."""
    theirs = select(AlertRow).where(AlertRow.clinic_id == clinic_id, AlertRow.patient_id == patient_id)
    return list(session.exec(theirs.order_by(col(AlertRow.id).desc()).limit(limit)))


def unresolved_alerts_of(session: Session, clinic_id: Clinic, patient_id: uuid.UUID) -> list[AlertRow]:
    """Return the alerts about a patient that nobody has closed, the most urgent first."""
    theirs = select(AlertRow).where(AlertRow.clinic_id == clinic_id, AlertRow.patient_id == patient_id)
    order = (col(AlertRow.urgency).desc(), col(AlertRow.id))
    return list(session.exec(theirs.where(AlertRow.state != "resolved").order_by(*order)))


def closed_lately(session: Session, clinic_id: Clinic, limit: int) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """Return what people said of the use of the latest closed alerts about reports, each with its findings."""
    closed = (
        select(AlertRow.useful, AlertRow.check_in_id)
        .where(AlertRow.clinic_id == clinic_id, AlertRow.state == "resolved", AlertRow.kind == "report")
        .order_by(col(AlertRow.id).desc())
        .limit(limit)
        .subquery()
    )
    told = select(closed.c.useful, AssessmentRow.findings).where(
        AssessmentRow.clinic_id == clinic_id,
        col(AssessmentRow.check_in_id) == closed.c.check_in_id,
        col(AssessmentRow.replaced_at).is_(None),
    )
    return [(useful, list(findings)) for useful, findings in session.exec(told)]


def messages_of(
    session: Session, clinic_id: Clinic, patient_id: uuid.UUID, alert_ids: Ids, limit: int
) -> list[NotificationRow]:
    """Return the latest messages to a patient, and to staff about their alerts; so many of either, latest first."""
    newest = col(NotificationRow.id).desc()
    ours = select(NotificationRow).where(NotificationRow.clinic_id == clinic_id)
    found = list(session.exec(ours.where(NotificationRow.patient_id == patient_id).order_by(newest).limit(limit)))
    if alert_ids:
        about = ours.where(col(NotificationRow.alert_id).in_(alert_ids))
        found += session.exec(about.order_by(newest).limit(limit))
    return sorted({row.id: row for row in found}.values(), key=lambda row: row.id, reverse=True)


def notes_of(session: Session, clinic_id: Clinic, alert_ids: Ids, limit: int) -> list[AlertNoteRow]:
    """Return the latest notes on these alerts."""
    theirs = select(AlertNoteRow).where(AlertNoteRow.clinic_id == clinic_id, col(AlertNoteRow.alert_id).in_(alert_ids))
    return list(session.exec(theirs.order_by(col(AlertNoteRow.id).desc()).limit(limit))) if alert_ids else []


def calls_of(session: Session, clinic_id: Clinic, alert_ids: Ids, limit: int) -> list[CallRow]:
    """Return the latest calls about these alerts, those taken back too."""
    theirs = select(CallRow).where(CallRow.clinic_id == clinic_id, col(CallRow.alert_id).in_(alert_ids))
    return list(session.exec(theirs.order_by(col(CallRow.id).desc()).limit(limit))) if alert_ids else []


def exposures_of(session: Session, clinic_id: Clinic, procedure_ids: Ids) -> list[ExposureRow]:
    """Return what touched the skin in these procedures."""
    used = select(ExposureRow).where(ExposureRow.clinic_id == clinic_id)
    return list(
        session.exec(used.where(col(ExposureRow.procedure_id).in_(procedure_ids)).order_by(col(ExposureRow.id)))
    )


def photos_of(session: Session, clinic_id: Clinic, patient_id: uuid.UUID, limit: int) -> list[PhotoRow]:
    """Return a patient's photos that are not erased, the latest first."""
    theirs = select(PhotoRow).where(PhotoRow.clinic_id == clinic_id, PhotoRow.patient_id == patient_id)
    living = theirs.where(col(PhotoRow.erased_at).is_(None))
    return list(session.exec(living.order_by(col(PhotoRow.id).desc()).limit(limit)))


def first_photos(session: Session, clinic_id: Clinic, patient_id: uuid.UUID) -> list[PhotoRow]:
    """Return the first photo of each pose that is not erased."""
    theirs = (PhotoRow.clinic_id == clinic_id, PhotoRow.patient_id == patient_id, col(PhotoRow.erased_at).is_(None))
    first = select(PhotoRow.pose, func.min(PhotoRow.received_at).label("at")).where(*theirs)
    first_at = first.group_by(col(PhotoRow.pose)).subquery()
    same = and_(col(PhotoRow.pose) == first_at.c.pose, col(PhotoRow.received_at) == first_at.c.at)
    return list(session.exec(select(PhotoRow).join(first_at, same).where(*theirs).order_by(col(PhotoRow.id))))


def waiting_to_be_read(session: Session, clinic_id: Clinic, patient_id: uuid.UUID) -> list[ToReadRow]:
    """Return what of a patient's nobody has read yet, the longest waiting first."""
    theirs = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, ToReadRow.patient_id == patient_id)
    return list(session.exec(theirs.where(col(ToReadRow.read_at).is_(None)).order_by(col(ToReadRow.at))))


def ids_below(session: Session, clinic_id: Clinic, patient_id: uuid.UUID, limit: int) -> list[uuid.UUID]:
    """Return the ids of a patient's latest photos, replies, ratings and expected reports, by which the audit tells."""
    found: list[uuid.UUID] = []
    for table in (PhotoRow, ReplyRow, RatingRow, ExpectationRow):
        theirs = select(table.id).where(col(table.clinic_id) == clinic_id, col(table.patient_id) == patient_id)
        found += session.exec(theirs.order_by(col(table.id).desc()).limit(limit))
    return found


def events_about(
    session: Session, clinic_id: Clinic, thing_ids: Sequence[str], before: AuditEventRow | None, limit: int
) -> list[AuditEventRow]:
    """Return what was done to these things, the latest first; `before`: only what was written before that event."""
    about = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id)
    about = about.where(col(AuditEventRow.thing_id).in_(thing_ids))
    at, own = col(AuditEventRow.at), col(AuditEventRow.id)
    if before is not None:
        about = about.where(or_(at < before.at, and_(at == before.at, own < before.id)))
    # By time and id: an order by id alone would make SQLite walk through the whole log.
    return list(session.exec(about.order_by(at.desc(), own.desc()).limit(limit)))


def uses_of_lot(session: Session, exposure: ExposureRow, limit: int) -> list[Use]:
    """Return on whom the same lot of a product was used, the latest first."""
    used = (
        select_columns(
            col(PatientRow.id),
            col(PatientRow.reference),
            col(PatientRow.name),
            col(ProcedureRow.at),
            col(ExposureRow.product),
        )
        .join(
            ProcedureRow,
            and_(
                col(ProcedureRow.clinic_id) == col(ExposureRow.clinic_id),
                col(ProcedureRow.id) == col(ExposureRow.procedure_id),
            ),
        )
        .join(
            PatientRow,
            and_(
                col(PatientRow.clinic_id) == col(ProcedureRow.clinic_id),
                col(PatientRow.id) == col(ProcedureRow.patient_id),
            ),
        )
        .where(
            col(ExposureRow.clinic_id) == exposure.clinic_id,
            col(ExposureRow.lot) == exposure.lot,
            col(ExposureRow.role) == exposure.role,
        )
    )
    return [Use(*found) for found in session.execute(used.order_by(col(ProcedureRow.at).desc()).limit(limit))]


def most_urgent_since(session: Session, clinic_id: Clinic, since: dict[uuid.UUID, datetime]) -> dict[uuid.UUID, int]:
    """Return how urgent the most urgent report of each patient was from their moment on; nothing where none came."""
    worst = (
        select(CheckInRow.patient_id, CheckInRow.at, AssessmentRow.urgency)
        .join(
            AssessmentRow,
            and_(
                col(AssessmentRow.clinic_id) == col(CheckInRow.clinic_id),
                col(AssessmentRow.check_in_id) == col(CheckInRow.id),
                col(AssessmentRow.replaced_at).is_(None),
            ),
        )
        .where(CheckInRow.clinic_id == clinic_id, col(CheckInRow.patient_id).in_(since))
    )
    found: dict[uuid.UUID, int] = {}
    for patient_id, at, urgency in session.exec(worst) if since else ():
        if at >= since[patient_id]:
            found[patient_id] = max(urgency, found.get(patient_id, 0))
    return found
