"""What a patient wishes of the messages: none at all, none while away, or at another hour. All may still report."""

from triage.actions import audit
from triage.actions.expectations import expect_next
from triage.actions.turn import Turn
from triage.records import PatientRow, Session, lookups


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
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    waiting = lookups.waiting_expectation(session, patient.clinic_id, episode.id) if episode else None
    if episode is not None and waiting is not None:
        waiting.state, waiting.settled_at = "opted_out", turn.now
        session.add(waiting)
        session.flush()  # one episode waits for one check-in: the place must be free
        expect_next(session, patient, episode, now=turn.now)
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
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is not None and episode.closed_at is None:
        expect_next(session, patient, episode, now=turn.now)
    return True
