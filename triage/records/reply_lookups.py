"""Reads with a name about what practitioners wrote back, and about the reports that they answer."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, text
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, AlertNoteRow, AlertRow, NotificationRow
from triage.records.check_in import CheckInRow
from triage.records.people import StaffRow
from triage.records.phone import ReplyRow
from triage.records.procedure import EpisodeRow


def of_patient(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, episode_id: uuid.UUID | None = None
) -> list[tuple[ReplyRow, str]]:
    """Return the replies to a patient that stand, the newest first, each with the name of who wrote it.

    `episode_id`: only what was written about that episode's alerts; None: all.
    """
    written = (
        select(ReplyRow, StaffRow.name)
        .join(StaffRow, and_(col(StaffRow.clinic_id) == col(ReplyRow.clinic_id), col(StaffRow.id) == ReplyRow.staff_id))
        .where(ReplyRow.clinic_id == clinic_id, ReplyRow.patient_id == patient_id)
        .where(col(ReplyRow.taken_back_at).is_(None))
    )
    if episode_id is not None:
        about = select(AlertRow.id).where(AlertRow.clinic_id == clinic_id, AlertRow.episode_id == episode_id)
        written = written.where(col(ReplyRow.alert_id).in_(about))
    return [(row, name) for row, name in session.exec(written.order_by(col(ReplyRow.id).desc()))]


def unread(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> list[ReplyRow]:
    """Return the replies that the patient has not opened yet; none that was taken back."""
    theirs = select(ReplyRow).where(ReplyRow.clinic_id == clinic_id, ReplyRow.patient_id == patient_id)
    return list(session.exec(theirs.where(col(ReplyRow.read_at).is_(None), col(ReplyRow.taken_back_at).is_(None))))


def waiting_message(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> NotificationRow | None:
    """Return the message that tells the patient of a reply and that nobody has begun to send."""
    waiting = select(NotificationRow).where(
        text(CLAIMABLE),
        NotificationRow.clinic_id == clinic_id,
        NotificationRow.patient_id == patient_id,
        NotificationRow.kind == "reply",
        NotificationRow.state == "pending",
    )
    return session.exec(waiting.with_for_update()).first()


def last_report_at(session: Session, episode: EpisodeRow) -> datetime | None:
    """Return when the patient's last report of an episode came in; what somebody else sent is none of theirs."""
    theirs = select(CheckInRow.received_at).where(
        CheckInRow.clinic_id == episode.clinic_id,
        CheckInRow.patient_id == episode.patient_id,
        CheckInRow.episode_id == episode.id,
        CheckInRow.source != "service",
        col(CheckInRow.disputed_at).is_(None),
    )
    return session.exec(theirs.order_by(col(CheckInRow.received_at).desc()).limit(1)).first()


def report_alerts(session: Session, episode: EpisodeRow) -> Sequence[AlertRow]:
    """Return the alerts that reports of an episode opened, closed ones too."""
    theirs = select(AlertRow).where(AlertRow.clinic_id == episode.clinic_id, AlertRow.episode_id == episode.id)
    return session.exec(theirs.where(AlertRow.kind == "report")).all()


def notes_at(session: Session, alerts: Sequence[AlertRow]) -> list[datetime]:
    """Return when people wrote something down about these alerts."""
    ids = [alert.id for alert in alerts]
    if not ids:
        return []
    theirs = select(AlertNoteRow.at).where(
        AlertNoteRow.clinic_id == alerts[0].clinic_id, col(AlertNoteRow.alert_id).in_(ids)
    )
    return list(session.exec(theirs))
