"""The clock notices check-ins that did not come, and who of the clinic is told. Silence is never taken for recovery."""

import uuid

from triage import faults
from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.expectations import expect_next
from triage.actions.last_known import is_alarming, last_known
from triage.actions.ledger import Ledger, hold_waiting
from triage.actions.mistaken import tell_wrong_person
from triage.actions.turn import ClockTurn, Turn
from triage.records import EpisodeRow, ExpectationRow, Session, ledger, lookups
from triage.rules import Urgency
from triage.rules.budget import day_of
from triage.rules.schedule import planned_from
from triage.rules.silence import RAISED_AFTER, Missed, answer_silence

Key = tuple[uuid.UUID, uuid.UUID]
WORD_OF = {"missed": "check_in_missed", "opted_out": "check_in_opted_out", "superseded": "check_in_superseded"}


def notice_one(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Settle a check-in that is overdue, tell the clinic where it matters, plan the next; False where it came."""
    held = hold_waiting(session, key, clock.now)
    if held is None or held[0].alert_at > clock.now:
        return False
    row, book = held
    turn = clock.at(row.clinic_id)
    silence = answer_silence(_missed(session, book, row, clock))
    row.state, row.settled_at = _state(row, is_told=silence is not None), clock.now
    row.silence = silence.about if silence else None
    row.raise_at = row.due_at + RAISED_AFTER if silence and silence.is_raised else None
    session.add(row)
    audit.record(session, turn, WORD_OF[row.state], ("expectation", row.id), after={"told": row.silence})
    session.flush()
    faults.at("missed")
    if silence is not None:
        _tell(session, book.episode, silence.urgency, silence.about, turn)
    if book.patient.wrong_person_at is not None:
        tell_wrong_person(session, book.patient, book.episode, turn)
    expect_next(session, book.patient, book.episode, now=planned_from(row.due_at, row.alert_at, clock.now))
    return True


def raise_one(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Make a silence that lasts a call task, unless a human has closed it or an answer came; False: it is not due."""
    episode = ledger.episode_of(session, *key)
    row = lookups.missed_for_update(session, *key)
    if episode is None or row is None or row.raise_at is None or row.raise_at > clock.now:
        return False
    row.raise_at = None
    session.add(row)
    held = lookups.unresolved_alerts_of_episode(session, row.clinic_id, row.episode_id)
    still = any(alert.kind == "silence" and alert.condition == "active" for alert in held)
    turn = clock.at(row.clinic_id)
    audit.record(session, turn, "silence_lasts", ("expectation", row.id), after={"is_open": still})
    if still:
        _tell(session, episode, Urgency.same_day, row.silence or "no_report", turn)
    return True


def _tell(session: Session, episode: EpisodeRow, urgency: Urgency, about: str, turn: Turn) -> None:
    """Open or raise the episode's alert of silence; it says the most urgent of what it was told of."""
    alert = raise_alert(session, "silence", urgency, turn, of=episode)
    if alert.about is None or urgency >= alert.urgency:
        alert.about = about


def _missed(session: Session, book: Ledger, row: ExpectationRow, clock: ClockTurn) -> Missed:
    """Return what the policy looks at."""
    known = last_known(session, book.patient, book.episode, book.tables, clock.now)
    misses, quiet = book.misses(), 0
    for miss in misses:
        if miss.silence is not None:
            break
        quiet += 1
    return Missed(
        day=day_of(book.episode.last_procedure_at, row.due_at, book.zone),
        unasked_why=row.unasked_why,
        is_sent=row.sent_at is not None,
        is_reminded=row.reminded_at is not None or any(miss.sent_at for miss in misses),
        has_opened=book.has_opened,
        is_open=known.is_open,
        is_beyond=known.is_beyond,
        is_alarming=is_alarming(session, book.episode),
        quiet_before=quiet,
        told=frozenset(past.silence for past in book.since_answer() if past.silence),
    )


def _state(row: ExpectationRow, *, is_told: bool) -> str:
    """Return what the ledger says: who opted out is not missing, and whom no message reached was not asked."""
    if row.unasked_why == "opted_out":
        return "opted_out"
    return "missed" if row.sent_at is not None or is_told else "superseded"
