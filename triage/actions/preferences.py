"""What a patient wishes of the messages: none at all, none while away, or at another hour. All may still report."""

from datetime import datetime, timedelta

from triage.actions import audit
from triage.actions.errors import Invalid
from triage.actions.expectations import expect_next, move_waiting
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import ClinicRow, ExpectationRow, PatientRow, Session, ledger, lookups
from triage.rules import Fault
from triage.rules.schedule import MORNING, NIGHT

LONGEST_AWAY = timedelta(days=92)


def stop_messages(session: Session, patient: PatientRow, why: str, turn: Turn) -> bool:
    """Send this patient no more messages (STOP); False where that was said before.

    It stops messages, not the right to report: the link goes on working. The check-in that waited becomes opted_out,
    so that the clinic reads "opted out" and not "missing". `why`: how it was said, as the audit and the clinic read it.
    """
    if patient.opted_out_at is not None:
        return False
    patient.opted_out_at, patient.opted_out_why = turn.now, why
    session.add(patient)
    audit.record(session, turn, "messages_stopped", ("patient", patient.id), after={"why": why})
    waiting = _waiting(session, patient)
    if waiting is not None:
        waiting.state, waiting.settled_at = "opted_out", turn.now
        plan_anew(session, patient, turn.now, settled=waiting)
    return True


def resume_messages(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Send this patient messages again (START); False where they were never stopped.

    Consent is another matter: without one that stands there is still no message.
    """
    if patient.opted_out_at is None:
        return False
    before = {"opted_out_at": patient.opted_out_at, "why": patient.opted_out_why}
    patient.opted_out_at = patient.opted_out_why = None
    session.add(patient)
    audit.record(session, turn, "messages_resumed", ("patient", patient.id), before=before)
    plan_anew(session, patient, turn.now)
    return True


def excuse(session: Session, patient: PatientRow, until: datetime | None, why: str | None, turn: Turn) -> None:
    """Excuse a patient who is away: no message and no silence until then; None: they are back. Reports count as ever.

    What would have come due meanwhile is asked for after the return. Raises Invalid for a time that has passed or lies
    more than 92 days ahead, and without a reason.
    """
    if until is not None:
        _check_absence(until, why, turn.now)
    elif patient.excused_until is None:
        return
    before = {"excused_until": patient.excused_until}
    patient.excused_until = until
    patient.excused_why, patient.excused_by = (why, turn.by.id) if until else (None, None)
    session.add(patient)
    after = {"excused_until": until}  # without the reason: it is free text, and the log is not erased
    did = "patient_excused" if until else "patient_is_back"
    audit.record(session, turn, did, ("patient", patient.id), before=before, after=after)
    if until is None:
        plan_anew(session, patient, turn.now)
        return
    waiting = _waiting(session, patient)
    if waiting is not None and waiting.due_at <= until:
        waiting.state, waiting.settled_at = "excused", turn.now
        waiting.excused_why, waiting.excused_by = why, turn.by.id
        plan_anew(session, patient, turn.now, settled=waiting)
    _call_off_calls(session, patient)


def set_ask_hour(session: Session, patient: PatientRow, hour: int | None, turn: Turn) -> None:
    """Ask the patient at this hour of their day from now on; None: at the protocol's. Raises Invalid for the night."""
    if hour is not None and not MORNING <= hour < NIGHT:
        expected = f"give a whole hour from {MORNING} to {NIGHT - 1}: nobody is written to at night"
        raise Invalid([Fault("ask_hour", f"{hour!r} is no hour to be written to", expected)])
    _change(session, patient, {"ask_hour": hour}, turn)


def set_place(session: Session, patient: PatientRow, values: dict[str, object], turn: Turn) -> None:
    """Change the language or the time zone (`values`: language, time_zone) by which the patient is asked."""
    _change(session, patient, values, turn)


def _change(session: Session, patient: PatientRow, values: dict[str, object], turn: Turn) -> None:
    clinic = session.get(ClinicRow, patient.clinic_id)
    assert clinic is not None
    was_in = zone_of(clinic, patient)
    before = {name: getattr(patient, name) for name in values}
    for name, value in values.items():
        setattr(patient, name, value)
    session.add(patient)
    audit.record(session, turn, "patient_changed", ("patient", patient.id), before=before, after=values)
    move_waiting(session, patient, was_in, turn.now)


def _check_absence(until: datetime, why: str | None, now: datetime) -> None:
    faults = []
    if not now < until <= now + LONGEST_AWAY:
        said = f"{until.isoformat()} has passed, or is too far ahead"
        faults.append(Fault("excused_until", said, f"give a time within {LONGEST_AWAY.days} days"))
    if not why:
        faults.append(Fault("excused_why", "missing", "say in a few words why no report is to be expected"))
    if faults:
        raise Invalid(faults)


def _waiting(session: Session, patient: PatientRow) -> ExpectationRow | None:
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    return lookups.waiting_expectation(session, patient.clinic_id, episode.id) if episode else None


def _call_off_calls(session: Session, patient: PatientRow) -> None:
    """Let a silence that was told not become a call task: somebody knows why nothing came."""
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    for row in ledger.ledger_of(session, patient.clinic_id, episode.id) if episode else ():
        row.raise_at = None
        session.add(row)


def plan_anew(session: Session, patient: PatientRow, now: datetime, *, settled: ExpectationRow | None = None) -> None:
    """Plan the next check-in of a patient of whom something has changed; one that was asked for goes on waiting.

    `settled`: the one that ends by it.
    """
    if settled is not None:
        session.add(settled)
        session.flush()  # one episode waits for one check-in: the place must be free
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is None or episode.closed_at is not None:
        return
    waiting = lookups.waiting_expectation(session, episode.clinic_id, episode.id)
    if waiting is None or waiting.asked_at is None:
        expect_next(session, patient, episode, now=now)
