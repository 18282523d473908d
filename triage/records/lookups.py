"""Reads with a name, for the actions: who and what there is. None or an empty list where there is nothing."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, func, text
from sqlmodel import Session, col, select

from triage.records.alert import AckTokenRow, AlertRow, NotificationRow
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow, KeptReportRow
from triage.records.people import ClinicRow, ConsentRow, KeyRow, PatientRow, PatientTokenRow, StaffRow
from triage.records.procedure import EpisodeRow, ProcedureRow
from triage.records.running import HeartbeatRow, IdempotencyRow

# What every check-in asks is built once: building a statement costs as much as running it.
CLINIC: BindParameter[uuid.UUID] = bindparam("clinic_id")
PATIENT: BindParameter[uuid.UUID] = bindparam("patient_id")
KEY_BY_HASH = select(KeyRow).where(col(KeyRow.token_hash) == bindparam("token_hash"))
PATIENT_TOKEN_BY_HASH = select(PatientTokenRow).where(col(PatientTokenRow.token_hash) == bindparam("token_hash"))
LATEST_EPISODE = (
    select(EpisodeRow)
    .where(col(EpisodeRow.clinic_id) == CLINIC, col(EpisodeRow.patient_id) == PATIENT)
    .order_by(col(EpisodeRow.opened_at).desc())
    .limit(1)
    .with_for_update()
)
PROCEDURES_OF = (
    select(ProcedureRow)
    .where(col(ProcedureRow.clinic_id) == CLINIC, col(ProcedureRow.patient_id) == PATIENT)
    .order_by(col(ProcedureRow.at))
)
CHECK_INS_OF = (
    select(CheckInRow)
    .where(
        col(CheckInRow.clinic_id) == CLINIC,
        col(CheckInRow.patient_id) == PATIENT,
        col(CheckInRow.at) >= bindparam("since"),
    )
    .order_by(col(CheckInRow.at), col(CheckInRow.id))
)
STANDING_CONSENT = (
    select(ConsentRow)
    .where(
        col(ConsentRow.clinic_id) == CLINIC,
        col(ConsentRow.patient_id) == PATIENT,
        col(ConsentRow.purpose) == bindparam("purpose"),
        col(ConsentRow.withdrawn_at).is_(None),
    )
    .order_by(col(ConsentRow.at).desc())
)
WAITING_EXPECTATION = select(ExpectationRow).where(
    col(ExpectationRow.clinic_id) == CLINIC,
    col(ExpectationRow.episode_id) == bindparam("episode_id"),
    text("state = 'waiting'"),  # a word, so that the partial index serves it
)
OPEN_ALERT = (
    select(AlertRow)
    .where(col(AlertRow.clinic_id) == CLINIC, col(AlertRow.dedup_key) == bindparam("dedup_key"))
    .with_for_update()
)


def key_by_hash(session: Session, token_hash: str) -> KeyRow | None:
    """Return the key with this hash, revoked ones too."""
    return session.execute(KEY_BY_HASH, {"token_hash": token_hash}).scalars().first()


def patient_token_by_hash(session: Session, token_hash: str) -> PatientTokenRow | None:
    """Return the patient's token with this hash, revoked ones too."""
    return session.execute(PATIENT_TOKEN_BY_HASH, {"token_hash": token_hash}).scalars().first()


def ack_token_by_hash(session: Session, token_hash: str) -> AckTokenRow | None:
    """Return the token of an acknowledge link."""
    return session.exec(select(AckTokenRow).where(AckTokenRow.token_hash == token_hash)).first()


def clinics(session: Session) -> list[ClinicRow]:
    """Return every clinic, oldest first."""
    return list(session.exec(select(ClinicRow).order_by(col(ClinicRow.id))))


def staff_of(session: Session, clinic_id: uuid.UUID, roles: tuple[str, ...]) -> list[StaffRow]:
    """Return who works there now in one of the roles, longest-serving first."""
    there = select(StaffRow).where(StaffRow.clinic_id == clinic_id, col(StaffRow.left_at).is_(None))
    return list(session.exec(there.where(col(StaffRow.role).in_(roles)).order_by(col(StaffRow.id))))


def everybody_ever(session: Session, clinic_id: uuid.UUID) -> list[StaffRow]:
    """Return who works there and who did, longest-serving first."""
    return list(session.exec(select(StaffRow).where(StaffRow.clinic_id == clinic_id).order_by(col(StaffRow.id))))


def staff_with_address(session: Session, clinic_id: uuid.UUID, email: str) -> StaffRow | None:
    """Return who has this mail address at the clinic, whatever the case of its letters, or had it when they left."""
    known = select(StaffRow).where(StaffRow.clinic_id == clinic_id, func.lower(col(StaffRow.email)) == email.lower())
    return session.exec(known.order_by(col(StaffRow.left_at).is_not(None))).first()


def keys_of_staff(session: Session, clinic_id: uuid.UUID) -> list[KeyRow]:
    """Return every key of a clinic."""
    return list(session.exec(select(KeyRow).where(KeyRow.clinic_id == clinic_id)))


def patient_by_reference(session: Session, clinic_id: uuid.UUID, reference: str) -> PatientRow | None:
    """Return the patient whom the clinic knows by this reference."""
    known = select(PatientRow).where(PatientRow.clinic_id == clinic_id, PatientRow.reference == reference)
    return session.exec(known).first()


def standing_consent(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, purpose: str = "messages"
) -> ConsentRow | None:
    """Return the latest consent to a purpose that was not withdrawn."""
    asked = {"clinic_id": clinic_id, "patient_id": patient_id, "purpose": purpose}
    return session.execute(STANDING_CONSENT, asked).scalars().first()


def patient_token(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> PatientTokenRow | None:
    """Return the patient's token of the latest generation that was not revoked."""
    held = select(PatientTokenRow).where(
        PatientTokenRow.clinic_id == clinic_id,
        PatientTokenRow.patient_id == patient_id,
        col(PatientTokenRow.revoked_at).is_(None),
    )
    return session.exec(held.order_by(col(PatientTokenRow.generation).desc())).first()


def newest_patient_token(session: Session, clinic_id: uuid.UUID) -> PatientTokenRow | None:
    """Return the token that was made last."""
    held = select(PatientTokenRow).where(PatientTokenRow.clinic_id == clinic_id)
    return session.exec(held.order_by(col(PatientTokenRow.id).desc()).limit(1)).first()


def latest_episode(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> EpisodeRow | None:
    """Return the patient's latest episode, locked: two reports of one patient are judged one after the other."""
    asked = {"clinic_id": clinic_id, "patient_id": patient_id}
    return session.execute(LATEST_EPISODE, asked).scalars().first()


def procedures_of(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> list[ProcedureRow]:
    """Return the patient's procedures of all episodes, oldest first."""
    asked = {"clinic_id": clinic_id, "patient_id": patient_id}
    return list(session.execute(PROCEDURES_OF, asked).scalars())


def check_ins_of(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, since: datetime) -> list[CheckInRow]:
    """Return the patient's check-ins from a moment on, oldest first; of two at one moment the first received first."""
    asked = {"clinic_id": clinic_id, "patient_id": patient_id, "since": since}
    return list(session.execute(CHECK_INS_OF, asked).scalars())


def current_assessments(
    session: Session, clinic_id: uuid.UUID, check_in_ids: list[uuid.UUID]
) -> dict[uuid.UUID, AssessmentRow]:
    """Return the assessment that stands for each check-in."""
    standing = select(AssessmentRow).where(
        AssessmentRow.clinic_id == clinic_id,
        col(AssessmentRow.check_in_id).in_(check_in_ids),
        col(AssessmentRow.replaced_at).is_(None),
    )
    return {row.check_in_id: row for row in session.exec(standing)}


def waiting_expectation(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID) -> ExpectationRow | None:
    """Return the check-in that should come next."""
    asked = {"clinic_id": clinic_id, "episode_id": episode_id}
    return session.execute(WAITING_EXPECTATION, asked).scalars().first()


def waiting_for_update(session: Session, clinic_id: uuid.UUID, expectation_id: uuid.UUID) -> ExpectationRow | None:
    """Return an expectation, locked; None where it is settled."""
    one = select(ExpectationRow).where(ExpectationRow.clinic_id == clinic_id, ExpectationRow.id == expectation_id)
    return session.exec(one.where(ExpectationRow.state == "waiting").with_for_update()).first()


def missed_for_update(session: Session, clinic_id: uuid.UUID, expectation_id: uuid.UUID) -> ExpectationRow | None:
    """Return an expectation that was missed, locked; None where it was answered after all."""
    one = select(ExpectationRow).where(ExpectationRow.clinic_id == clinic_id, ExpectationRow.id == expectation_id)
    return session.exec(one.where(ExpectationRow.state == "missed").with_for_update()).first()


def missed_since(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID, since: datetime) -> list[datetime]:
    """Return when the check-ins of an episode were due, from a moment on, that were asked for and never came."""
    missed = select(ExpectationRow.due_at).where(
        ExpectationRow.clinic_id == clinic_id, ExpectationRow.episode_id == episode_id, ExpectationRow.state == "missed"
    )
    asked = missed.where(col(ExpectationRow.asked_at).is_not(None), col(ExpectationRow.due_at) >= since)
    return list(session.exec(asked.order_by(col(ExpectationRow.due_at).desc())))


def open_alert(session: Session, clinic_id: uuid.UUID, dedup_key: str) -> AlertRow | None:
    """Return the alert that is open under this key, locked."""
    return session.execute(OPEN_ALERT, {"clinic_id": clinic_id, "dedup_key": dedup_key}).scalars().first()


def alert_for_update(session: Session, clinic_id: uuid.UUID, alert_id: uuid.UUID) -> AlertRow | None:
    """Return an alert of the clinic, locked."""
    one = select(AlertRow).where(AlertRow.clinic_id == clinic_id, AlertRow.id == alert_id)
    return session.exec(one.with_for_update()).first()


def unresolved_alerts_of_episode(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID) -> list[AlertRow]:
    """Return the alerts of an episode that no human has closed."""
    theirs = select(AlertRow).where(AlertRow.clinic_id == clinic_id, AlertRow.episode_id == episode_id)
    return list(session.exec(theirs.where(AlertRow.state != "resolved")))


def last_closed_alert(session: Session, episode: EpisodeRow, kind: str) -> AlertRow | None:
    """Return the alert of an episode and kind that was closed last."""
    closed = select(AlertRow).where(
        AlertRow.clinic_id == episode.clinic_id,
        AlertRow.episode_id == episode.id,
        AlertRow.kind == kind,
        AlertRow.state == "resolved",
    )
    return session.exec(closed.order_by(col(AlertRow.resolved_at).desc()).limit(1)).first()


def alert_notifications(session: Session, alert: AlertRow) -> list[NotificationRow]:
    """Return the messages of an alert, oldest first."""
    theirs = select(NotificationRow).where(
        NotificationRow.clinic_id == alert.clinic_id, NotificationRow.alert_id == alert.id
    )
    return list(session.exec(theirs.order_by(col(NotificationRow.id))))


def alerts_page(
    session: Session, clinic_id: uuid.UUID, states: tuple[str, ...], after: uuid.UUID | None, limit: int
) -> list[AlertRow]:
    """Return alerts newest first, those before the alert `after` (None: from the newest on)."""
    page = select(AlertRow).where(AlertRow.clinic_id == clinic_id)
    page = page.where(col(AlertRow.state).in_(states)) if states else page
    page = page.where(col(AlertRow.id) < after) if after else page
    return list(session.exec(page.order_by(col(AlertRow.id).desc()).limit(limit)))


def kept_reports_of(
    session: Session, clinic_id: uuid.UUID, alert_ids: list[uuid.UUID]
) -> dict[uuid.UUID, KeptReportRow]:
    """Return the latest kept report of each alert that has one."""
    kept = select(KeptReportRow).where(KeptReportRow.clinic_id == clinic_id, col(KeptReportRow.alert_id).in_(alert_ids))
    return {row.alert_id: row for row in session.exec(kept.order_by(col(KeptReportRow.id))) if row.alert_id}


def check_ins_page(
    session: Session,
    clinic_id: uuid.UUID,
    patient_id: uuid.UUID,
    after: uuid.UUID | None,
    limit: int,
    *,
    own_of: uuid.UUID | None = None,
) -> list[CheckInRow]:
    """Return a patient's check-ins in the order received, those after the check-in `after`.

    `own_of`: only those of this episode, without what somebody else is said to have sent; None: all.
    """
    page = select(CheckInRow).where(CheckInRow.clinic_id == clinic_id, CheckInRow.patient_id == patient_id)
    if own_of is not None:
        page = page.where(CheckInRow.episode_id == own_of, col(CheckInRow.disputed_at).is_(None))
    page = page.where(col(CheckInRow.id) > after) if after else page
    return list(session.exec(page.order_by(col(CheckInRow.id)).limit(limit)))


def finished_episodes(session: Session, before: datetime, limit: int) -> list[EpisodeRow]:
    """Return open episodes whose last procedure was before a moment and that wait for nobody, oldest first.

    That is: no alert is unresolved, and no check-in is expected any more; the last one is due after 90 days.
    """
    last_procedure_at = col(EpisodeRow.last_procedure_at)
    held = exists().where(
        col(AlertRow.clinic_id) == col(EpisodeRow.clinic_id),
        col(AlertRow.episode_id) == col(EpisodeRow.id),
        col(AlertRow.state) != "resolved",
    )
    waits = exists().where(
        col(ExpectationRow.clinic_id) == col(EpisodeRow.clinic_id),
        col(ExpectationRow.episode_id) == col(EpisodeRow.id),
        text("expectation.state = 'waiting'"),
    )
    finished = select(EpisodeRow).where(col(EpisodeRow.closed_at).is_(None), last_procedure_at < before, ~held, ~waits)
    return list(session.exec(finished.order_by(last_procedure_at).limit(limit).with_for_update(skip_locked=True)))


def remembered_answer(session: Session, clinic_id: uuid.UUID, actor: str, key: str) -> IdempotencyRow | None:
    """Return the answer that was given to a call with this Idempotency-Key."""
    return session.get(IdempotencyRow, (clinic_id, actor, key))


def heartbeats(session: Session) -> list[HeartbeatRow]:
    """Return when each loop of each clock last completed."""
    return list(session.exec(select(HeartbeatRow)))


def overdue_alerts(session: Session, before: datetime) -> int:
    """Return how many alerts' timers ran out before a moment."""
    return int(session.exec(select(func.count()).where(col(AlertRow.next_action_at) < before)).one())


def others_of_step(session: Session, alert: AlertRow) -> int:
    """Return how many people of the alert's present step got its message, or still may."""
    theirs = select(func.count()).where(
        NotificationRow.clinic_id == alert.clinic_id,
        NotificationRow.alert_id == alert.id,
        NotificationRow.kind == "alert",
        NotificationRow.epoch == alert.epoch,
        NotificationRow.cycle == alert.cycle,
        NotificationRow.step == alert.step,
        col(NotificationRow.state).in_(("pending", "leased", "bundled", "sent")),
    )
    return int(session.exec(theirs).one())


def oldest_pending(session: Session) -> tuple[int, datetime | None, str | None]:
    """Return how many notifications wait, since when the oldest, and the latest trouble of any of them."""
    waiting = col(NotificationRow.state).in_(("pending", "leased"))
    count, oldest = session.exec(select(func.count(), func.min(NotificationRow.created_at)).where(waiting)).one()
    failing = select(NotificationRow.last_error).where(waiting, col(NotificationRow.last_error).is_not(None))
    return count, oldest, session.exec(failing.order_by(col(NotificationRow.id).desc()).limit(1)).first()


def count_of(session: Session, table: Any) -> int:
    """Return how many rows a table has."""
    return int(session.exec(select(func.count()).select_from(table)).one())
