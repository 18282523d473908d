"""What follows from a judgement: the alert, the hold on later reports, and later reports judged again."""

from collections.abc import Sequence
from datetime import datetime

from triage.actions import audit
from triage.actions.alert_marks import Joined
from triage.actions.alerts import clear_alert, raise_alert
from triage.actions.episodes import record_move
from triage.actions.judge import Judgement, Known, assessment_row, history_of, ids, judge, value_of
from triage.actions.protocols import rules_for, tables_of
from triage.actions.rules_trouble import note_failure, note_lack
from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, CheckInRow, EpisodeRow, PatientRow, ProcedureRow, Session, lookups
from triage.rules import Fault, Urgency


def judge_again(session: Session, patient: PatientRow, since: datetime, turn: Turn) -> None:
    """Judge the patient's check-ins from a moment on again: that may raise an alert, never calm one."""
    episode = lookups.latest_episode(session, turn.by.clinic_id, patient.id)
    if episode is not None:
        rows = lookups.check_ins_of(session, turn.by.clinic_id, patient.id, since)
        judge_rows(session, patient, episode, rows, turn, may_calm=True)


def know(
    session: Session,
    patient: PatientRow,
    procedures: Sequence[ProcedureRow],
    episode: EpisodeRow,
    at: datetime,
    turn: Turn,
) -> Known:
    """Return what a judgement of one of the patient's check-ins at a moment looks at.

    Where the version that should judge cannot be read, a human is told.
    """
    used = rules_for(session, patient.clinic_id, turn.now, episode)
    check_ins = lookups.check_ins_of(session, patient.clinic_id, patient.id, at - history_of(used.tables))
    if used.lacking is not None:
        note_lack(session, used.lacking, turn)
    danger = (episode.danger_from, episode.danger_at) if episode.danger_from and episode.danger_at else None
    return Known(used.tables, procedures, check_ins, patient.risk_factors, danger, used.lacking)


def settle_version(session: Session, episode: EpisodeRow, known: Known, judgement: Judgement, turn: Turn) -> None:
    """Let the episode keep the version that has judged it; tell of rules that failed.

    A version that only stands in for another is not kept.
    """
    if judgement.has_failed and known.tables is not None:
        note_failure(session, known.tables.protocol.digest, turn)
    former = episode.protocol_digest
    if known.lacking is not None or judgement.digest in ("", former):
        return
    episode.protocol_digest = judgement.digest
    session.add(episode)
    if former is not None:  # a safety correction, before the clock has moved this episode
        record_move(session, episode.id, former, judgement.digest, turn)


def answer_with_alert(
    session: Session,
    episode: EpisodeRow,
    row: CheckInRow,
    judgement: Judgement,
    turn: Turn,
) -> AlertRow | None:
    """Open or raise the alert that a judgement asks for; any report clears the reason of a silence.

    But for one that somebody else sent: of the patient nobody has heard.
    """
    if row.disputed_at is None:
        clear_alert(session, "silence", episode, turn)
    if judgement.urgency == Urgency.self_care:
        return None
    note_danger(session, episode, judgement.urgency, row.at, turn)
    joined = Joined(row, judgement.as_json["findings"])
    return raise_alert(session, "report", judgement.urgency, turn, episode, joined)


def note_danger(session: Session, episode: EpisodeRow, urgency: Urgency, at: datetime, turn: Turn) -> None:
    """Hold up later calm answers after a danger, until a human has closed it."""
    tables = tables_of(session, episode.clinic_id, turn.now, episode)
    if urgency >= (tables.protocol.hold.after if tables else Urgency.urgent):
        episode.danger_from = min(at, episode.danger_from or at)
        episode.danger_at = max(at, episode.danger_at or at)
        session.add(episode)


def judge_rows(
    session: Session,
    patient: PatientRow,
    episode: EpisodeRow,
    rows: Sequence[CheckInRow],
    turn: Turn,
    *,
    may_calm: bool = False,
) -> None:
    """Judge check-ins of an episode again, oldest first, since what came before them has changed.

    A late report may only raise what stands; a procedure that was wrong or missing (`may_calm`) may also calm an
    assessment. No alert is ever calmed.
    """
    rows = [row for row in rows if row.episode_id == episode.id]
    if not rows:
        return
    session.flush()
    procedures = lookups.procedures_of(session, turn.by.clinic_id, patient.id)
    standing = lookups.current_assessments(session, turn.by.clinic_id, ids(rows))
    known = know(session, patient, procedures, episode, rows[0].at, turn)
    for row in rows:
        faults = [Fault(**problem) for problem in row.problems]
        judgement = judge(known, value_of(row, known.tables), faults)
        settle_version(session, episode, known, judgement, turn)
        former = standing[row.id]
        has_changed = judgement.urgency != former.urgency or judgement.as_json["findings"] != former.findings
        if has_changed and (may_calm or judgement.urgency >= former.urgency):
            _replace(session, row, former, judgement, turn)
        if judgement.urgency > former.urgency:
            answer_with_alert(session, episode, row, judgement, turn)


def _replace(session: Session, row: CheckInRow, former: AssessmentRow, judgement: Judgement, turn: Turn) -> None:
    """Put a new assessment in the place of a former one, which is kept."""
    former.replaced_at = turn.now
    session.add(former)
    session.flush()  # one assessment stands a check-in: the place must be free
    session.add(assessment_row(row, judgement, turn.now))
    before, after = Urgency(former.urgency).name, judgement.urgency.name
    thing = ("check_in", row.id)
    audit.record(session, turn, "check_in_judged_again", thing, before={"urgency": before}, after={"urgency": after})
