"""Before a patient's next session it is looked at whether the last one is over; if not, somebody decides."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.doubt import doubted
from triage.actions.duty import OF_NEXT_SESSION, tell_on_duty
from triage.actions.judge import history_of, value_of
from triage.actions.protocols import rules_for
from triage.actions.turn import ClockTurn, Turn
from triage.records import (
    AppointmentRow,
    CheckInRow,
    PatientRow,
    ProcedureRow,
    Session,
    lookups,
    queue_lookups,
    rules_lookups,
)
from triage.rules import Tables, Urgency
from triage.rules.next_session import Known, Reason, why_not_over

Key = tuple[uuid.UUID, uuid.UUID]
MOST_SHOWN = 200


class SessionToDecide(NamedTuple):
    """A session to come, or one that has passed undecided (`is_missed`), whose last one is not over."""

    appointment_id: uuid.UUID
    patient_id: uuid.UUID
    reference: str
    name: str | None
    at: datetime
    why_not: list[str]
    is_missed: bool


def sessions_to_decide(session: Session, turn: Turn) -> list[SessionToDecide]:
    """Return the sessions that somebody must decide about, the next first; those that passed undecided too."""
    turn.by.require("practitioner", "lead", "auditor")
    found = queue_lookups.undecided(session, turn.by.clinic_id, MOST_SHOWN)
    return [
        SessionToDecide(
            row.id, patient.id, patient.reference, patient.name, row.at, list(row.why_not or ()), row.at <= turn.now
        )
        for row, patient in found
    ]


def look_again(session: Session, patient: PatientRow, turn: Turn) -> None:
    """Let the clock look once more at sessions to come that it has looked at already, since a report has come."""
    for row in queue_lookups.appointments_ahead(session, patient.clinic_id, patient.id, turn.now):
        if row.looked_at is not None:
            row.look_at = max(turn.now, row.looked_at + datetime.resolution)
            session.add(row)


def look_one(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Look whether the last session is over; where it is not, keep why and tell who is on duty. False: it is not due.

    A look after another one may add reasons and takes none away; a graver one opens again what was decided to go ahead.
    """
    row = queue_lookups.appointment_for_update(session, *key, waits=False)
    if row is None or row.cancelled_at is not None or not _is_due(row, clock.now):
        return False
    turn = clock.at(row.clinic_id)
    reasons = _reasons(session, row, clock.now)
    former = dict(row.levels or {})
    graver = [reason for reason in reasons if reason.level > former.get(reason.about, 0)]
    row.looked_at = max(clock.now, row.look_at)
    before = {"why_not": row.why_not, "decision": row.decision, "reason": row.reason}
    told: list[str] = []
    if graver:
        row.levels = former | {reason.about: reason.level for reason in graver}
        row.why_not = list(dict.fromkeys([*(row.why_not or ()), *(reason.words for reason in graver)]))
        if row.decision == "go_ahead":
            row.decision = row.decided_at = row.decided_by = row.reason = None
        if row.decision is None and row.at > clock.now:
            told = tell_on_duty(session, clinic_of(session, row.clinic_id), OF_NEXT_SESSION, Urgency.same_day, turn)
    session.add(row)
    after = {"patient_id": row.patient_id, "why_not": row.why_not, "told": told, "decision": row.decision}
    audit.record(session, turn, "next_session_looked_at", ("appointment", row.id), before=before, after=after)
    return True


def _is_due(row: AppointmentRow, now: datetime) -> bool:
    return row.look_at <= now if row.looked_at is None else row.looked_at < row.look_at


def _reasons(session: Session, row: AppointmentRow, now: datetime) -> list[Reason]:
    """Return why the patient's last session is not over; empty too for whoever has had none."""
    procedures = lookups.procedures_of(session, row.clinic_id, row.patient_id)
    past = [procedure for procedure in procedures if procedure.at <= min(now, row.at)]
    if not past:
        return []
    episode = rules_lookups.current_episode(session, row.clinic_id, row.patient_id)
    used = rules_for(session, row.clinic_id, now, episode)
    tables = None if used.lacking is not None else used.tables
    check_ins = lookups.check_ins_of(session, row.clinic_id, row.patient_id, now - history_of(tables))
    held = lookups.unresolved_alerts_of_episode(session, row.clinic_id, episode.id) if episode else []
    known = _known(session, past, check_ins, tables, has_alert=any(alert.kind == "report" for alert in held))
    return why_not_over(tables.protocol if tables else None, known, now, row.at)


def _known(
    session: Session,
    procedures: list[ProcedureRow],
    check_ins: list[CheckInRow],
    tables: Tables | None,
    *,
    has_alert: bool,
) -> Known:
    out = doubted(check_ins, procedures)
    latest = [found[-1].id for found in ([c for c in check_ins if c.id not in out], check_ins) if found]
    standing = lookups.current_assessments(session, procedures[0].clinic_id, latest) if latest else {}
    return Known(
        procedure_at=max(procedure.at for procedure in procedures),
        reports=[value_of(row, tables) for row in check_ins if row.id not in out],
        doubted=[value_of(row, tables) for row in check_ins if row.id in out],
        latest_urgency=max((Urgency(judged.urgency) for judged in standing.values()), default=Urgency.self_care),
        has_alert=has_alert,
    )
