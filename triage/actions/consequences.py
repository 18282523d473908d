"""What follows from a judgement: the alert, the hold on later reports, and later reports judged again."""

from collections.abc import Sequence
from datetime import datetime

from triage.actions import audit
from triage.actions.alerts import clear_alert, raise_alert
from triage.actions.judge import HISTORY, Judgement, Known, assessment_row, ids, judge, value_of
from triage.actions.protocols import tables_of
from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, CheckInRow, EpisodeRow, PatientRow, ProcedureRow, Session, lookups
from triage.rules import Urgency


def judge_again(session: Session, patient: PatientRow, since: datetime, turn: Turn) -> None:
    """Judge the patient's check-ins from a moment on again: that may raise an alert, never calm one."""
    episode = lookups.latest_episode(session, turn.by.clinic_id, patient.id)
    if episode is not None:
        rows = lookups.check_ins_of(session, turn.by.clinic_id, patient.id, since)
        judge_rows(session, patient, episode, rows, turn)


def know(
    session: Session,
    patient: PatientRow,
    procedures: Sequence[ProcedureRow],
    episode: EpisodeRow,
    at: datetime,
) -> Known:
    """Return what a judgement of one of the patient's check-ins at a moment looks at."""
    check_ins = lookups.check_ins_of(session, patient.clinic_id, patient.id, at - HISTORY)
    tables = tables_of(session, patient.clinic_id)
    return Known(tables, procedures, check_ins, patient.risk_factors, episode.danger_at)


def answer_with_alert(
    session: Session,
    episode: EpisodeRow,
    row: CheckInRow,
    urgency: Urgency,
    turn: Turn,
) -> AlertRow | None:
    """Open or raise the alert that a judgement asks for; any report clears the reason of a silence."""
    clear_alert(session, "silence", episode, turn)
    if urgency == Urgency.self_care:
        return None
    tables = tables_of(session, row.clinic_id)
    if tables is not None and urgency >= tables.protocol.hold.after:
        episode.danger_at = max(row.at, episode.danger_at or row.at)
    return raise_alert(session, "report", urgency, turn, episode=episode, check_in_id=row.id)


def judge_rows(
    session: Session, patient: PatientRow, episode: EpisodeRow, rows: Sequence[CheckInRow], turn: Turn
) -> None:
    """Judge check-ins of an episode again, oldest first, since what came before them has changed."""
    rows = [row for row in rows if row.episode_id == episode.id]
    if not rows:
        return
    session.flush()
    procedures = lookups.procedures_of(session, turn.by.clinic_id, patient.id)
    standing = lookups.current_assessments(session, turn.by.clinic_id, ids(rows))
    for row in rows:
        known = know(session, patient, procedures, episode, row.at)
        judgement = judge(known, value_of(row, known.tables), bool(row.problems))
        former = standing[row.id]
        if judgement.urgency != former.urgency or judgement.as_json["findings"] != former.findings:
            _replace(session, row, former, judgement, turn)
        if judgement.urgency > former.urgency:
            answer_with_alert(session, episode, row, judgement.urgency, turn)


def _replace(session: Session, row: CheckInRow, former: AssessmentRow, judgement: Judgement, turn: Turn) -> None:
    """Put a new assessment in the place of a former one, which is kept."""
    former.replaced_at = turn.now
    session.add(former)
    session.flush()  # one assessment stands a check-in: the place must be free
    session.add(assessment_row(row, judgement, turn.now))
    before, after = Urgency(former.urgency).name, judgement.urgency.name
    thing = ("check_in", row.id)
    audit.record(session, turn, "check_in_judged_again", thing, before={"urgency": before}, after={"urgency": after})
