"""Whoever has the link says "not me" or "wrong date": a human hears of it, and nothing said before counts as recovery.

What somebody else reported keeps its alerts and its hold: a danger may be true, whoever told of it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from triage.actions import audit
from triage.actions.alerts import clear_alert, raise_alert
from triage.actions.consequences import judge_rows
from triage.actions.ledger import ANSWERED
from triage.actions.preferences import plan_anew
from triage.actions.turn import Turn
from triage.records import (
    AlertRow,
    CheckInRow,
    EpisodeRow,
    PatientRow,
    ProcedureRow,
    Session,
    ledger,
    lookups,
    phone_lookups,
)
from triage.rules import Urgency

WRONG_PERSON, WRONG_DATE = "wrong_person", "wrong_date"
FIRST_DAYS = timedelta(days=3)  # judgement: what follows a sitting at once shows on days 0 to 3, so a date matters most


def say_not_me(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Take whoever has the link at their word: no more messages to this contact, and a human is told today.

    Every report that this link has brought is in doubt from now on, and what it answered is open again. The clinic ends
    it by a new contact or a new link. False where it was said before.
    """
    if patient.wrong_person_at is not None:
        return False
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)  # locked: no report comes in between
    patient.wrong_person_at, patient.wrong_person_why = turn.now, "said so by the link"
    session.add(patient)
    audit.record(session, turn, "wrong_person_said", ("patient", patient.id))
    dispute_reports(session, patient, episode, turn)
    tell_wrong_person(session, patient, episode, turn)
    return True


def tell_wrong_person(session: Session, patient: PatientRow, episode: EpisodeRow | None, turn: Turn) -> None:
    """Tell a human today that nobody follows this patient: nothing happens where that is open already.

    Who closes the alert and gives no new contact or link hears of it again when the next check-in did not come.
    """
    alert = raise_alert(session, "service", Urgency.same_day, turn, of=_key(WRONG_PERSON, patient.id))
    _name(alert, WRONG_PERSON, patient, episode)


def dispute_reports(session: Session, patient: PatientRow, episode: EpisodeRow | None, turn: Turn) -> int:
    """Put every report that the present link has brought in doubt and return how many were not so before."""
    link = lookups.patient_token(session, patient.clinic_id, patient.id)
    since = link.created_at if link is not None else patient.created_at
    rows = phone_lookups.undisputed_since(session, patient, since)
    for row in rows:
        row.disputed_at = turn.now
        session.add(row)
        audit.record(session, turn, "check_in_disputed", ("check_in", row.id), after={"patient_id": patient.id})
    if episode is None:
        return len(rows)
    _open_again(session, episode, rows, since, turn)
    _judge_what_followed(session, patient, episode, rows, turn)
    session.flush()
    plan_anew(session, patient, turn.now)
    return len(rows)


def end_not_me(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Note that the clinic has mended the way to its patient; False where nobody had said that it was wrong.

    Call it while the old link stands: what came by it up to now stays in doubt.
    """
    if patient.wrong_person_at is None:
        return False
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    dispute_reports(session, patient, episode, turn)
    before = {"wrong_person_at": patient.wrong_person_at, "why": patient.wrong_person_why}
    patient.wrong_person_at = patient.wrong_person_why = None
    session.add(patient)
    audit.record(session, turn, "wrong_person_mended", ("patient", patient.id), before=before)
    clear_alert(session, "service", _key(WRONG_PERSON, patient.id), turn)
    return True


def say_wrong_date(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Note that the date of the last sitting is wrong; a human is told, today where it may be the first days.

    Until the clinic corrects or confirms it, nothing that was said before counts as recovery. False where there is no
    sitting to be wrong about, or it was said before.
    """
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    last = last_sitting(lookups.procedures_of(session, patient.clinic_id, patient.id), turn.now)
    if last is None or last.disputed_at is not None:
        return False
    last.disputed_at = turn.now
    session.add(last)
    audit.record(session, turn, "wrong_date_said", ("procedure", last.id), after={"patient_id": patient.id})
    is_early = turn.now - max(last.at, last.created_at) < FIRST_DAYS
    urgency = Urgency.same_day if is_early else Urgency.routine
    alert = raise_alert(session, "service", urgency, turn, of=_key(WRONG_DATE, last.id))
    _name(alert, WRONG_DATE, patient, episode)
    session.flush()
    plan_anew(session, patient, turn.now)
    return True


def end_wrong_date(session: Session, procedure: ProcedureRow, turn: Turn) -> None:
    """Note that the clinic has corrected or confirmed a sitting's date; nothing happens where nobody doubted it."""
    if procedure.disputed_at is not None:
        before = {"disputed_at": procedure.disputed_at}
        procedure.disputed_at = None
        session.add(procedure)
        audit.record(session, turn, "wrong_date_mended", ("procedure", procedure.id), before=before)
        clear_alert(session, "service", _key(WRONG_DATE, procedure.id), turn)


def last_sitting(procedures: Sequence[ProcedureRow], now: datetime) -> ProcedureRow | None:
    """Return the latest of the procedures that are over; None where there is none."""
    return max((row for row in procedures if row.at <= now), key=lambda row: row.at, default=None)


def _open_again(
    session: Session, episode: EpisodeRow, rows: Collection[CheckInRow], since: datetime, turn: Turn
) -> None:
    """What a doubtful report answered was not answered, and what was opened since was not opened by the patient.

    A silence that such a report had ended is told once more.
    """
    answers, book = {row.id for row in rows}, ledger.ledger_of(session, episode.clinic_id, episode.id)
    for row in book:
        was_opened = row.opened_at is not None and row.opened_at >= since
        was_answered = row.answered_by in answers
        if was_answered:
            row.state = "opted_out" if row.unasked_why == "opted_out" else "missed"
            row.answered_at = row.answered_by = None
            row.settled_at = turn.now
        if was_opened:
            row.opened_at = None
        if was_answered or was_opened:
            session.add(row)
            audit.record(session, turn, "check_in_not_answered", ("expectation", row.id), after={"state": row.state})
    session.flush()
    unanswered = takewhile(lambda row: row.state not in ANSWERED, reversed(book))
    silence = next((row.silence for row in unanswered if row.silence), None)
    if rows and silence is not None:
        alert = raise_alert(session, "silence", Urgency.same_day, turn, of=episode)
        alert.about = alert.about or silence


def _judge_what_followed(
    session: Session, patient: PatientRow, episode: EpisodeRow, rows: Sequence[CheckInRow], turn: Turn
) -> None:
    """Judge the patient's own later reports again: what they were compared with is in doubt. That only raises."""
    if rows:
        later = lookups.check_ins_of(session, patient.clinic_id, patient.id, min(row.at for row in rows))
        judge_rows(session, patient, episode, [row for row in later if row.disputed_at is None], turn)


def _name(alert: AlertRow, about: str, patient: PatientRow, episode: EpisodeRow | None) -> None:
    alert.about, alert.patient_id = about, patient.id
    alert.episode_id = episode.id if episode is not None else None


def _key(about: str, thing: object) -> str:
    return f"{about.replace('_', ' ')} {thing}"
