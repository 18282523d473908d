"""Alerts as they are shown: with the reason in words and who is told next."""

import uuid
from collections.abc import Callable
from typing import Any

from triage.actions.alerts import clinic_of, rules_of, standing_of
from triage.actions.cover import staffing_of
from triage.actions.device_check import OF_DEVICES
from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, KeptReportRow, Session, lookups
from triage.rules import Urgency
from triage.rules.alerts import Rules, run_timer
from triage.rules.staffing import Staffing
from triage.rules.telling import reach_somebody

SHOWN = """id kind about state condition epoch version step cycle repeat next_action next_action_at patient_id
    episode_id check_in_id owner_id assigned_to_id opened_at acked_at snooze_until exhausted_at resolved_at outcome
    useful told_count problem promised_at promise policy_id reopened_from_id""".split()
SILENT = {
    "no_report": "A check-in that was due has not come.",
    "not_sent": "A check-in was due, and the message that asks for it could not be sent.",
    "not_asked": "Something was open, and no message may ask about it.",
    "never_opened": "No message was ever opened, and none is sent any more: call.",
    "quiet": "Two check-ins in a row have not come, after a good course.",
    "opted_out": "Messages are stopped, and something beyond normal was open: call.",
    "out_of_messages": "Every message of this course has been sent, and something is open: call.",
}
SAID_BY_LINK = {
    "wrong_person": "Whoever has the link says that they are not this patient: call, then give a new contact or link.",
    "wrong_date": "The patient says that the date of the last session is wrong: correct it, or confirm it.",
    "erasure": "The patient asks that their data be erased: answer within a month, and say what must be kept.",
    "second_factor": "Somebody has tried many times to get behind the second factor of a patient's link.",
}
DEVICES = (
    "A phone gave a patient other advice than this service, so one of the two is wrong: read the reports that are "
    "marked for review with the word device."
)
RULES = "The service cannot use its current rules, or they failed on a report: /health/ready says which."


def alerts_shown(
    session: Session, states: tuple[str, ...], after: uuid.UUID | None, size: int, turn: Turn
) -> dict[str, Any]:
    """Return a page of the clinic's alerts, newest first, and the cursor of the next page."""
    rows = lookups.alerts_page(session, turn.by.clinic_id, states, after, size + 1)
    page = rows[:size]
    return {"items": _shown(session, page, turn), "next": str(page[-1].id) if len(rows) > size else None}


def show_alert(session: Session, row: AlertRow, turn: Turn) -> dict[str, Any]:
    """Return one alert."""
    session.flush()
    return _shown(session, [row], turn)[0]


def _shown(session: Session, rows: list[AlertRow], turn: Turn) -> list[dict[str, Any]]:
    reported = [row.check_in_id for row in rows if row.check_in_id]
    assessments = lookups.current_assessments(session, turn.by.clinic_id, reported) if reported else {}
    kept = lookups.kept_reports_of(session, turn.by.clinic_id, [row.id for row in rows]) if rows else {}
    clinic = clinic_of(session, turn.by.clinic_id)
    staffing = staffing_of(session, clinic, turn.now)
    rules = {row.policy_id: rules_of(session, row, turn) for row in {row.policy_id: row for row in rows}.values()}
    found = []
    for row in rows:
        shown = {name: getattr(row, name) for name in SHOWN}
        shown["urgency"] = Urgency(row.urgency).name
        shown["told_next"] = told_next(row, rules[row.policy_id], staffing)
        shown["kept_report_id"] = kept[row.id].id if row.id in kept else None
        assessment = assessments.get(row.check_in_id) if row.check_in_id else None
        shown["reason"] = reason_of(row, assessment, kept.get(row.id))
        found.append(shown)
    return found


def sentence_of(findings: list[Any]) -> str:
    """Return the most urgent of an assessment's findings as its whole sentence."""
    return str(findings[0]["message"])


def reason_of(
    row: AlertRow,
    assessment: AssessmentRow | None,
    kept: KeptReportRow | None,
    say: Callable[[list[Any]], str] = sentence_of,
) -> str | None:
    """Return why there is an alert, in a sentence; None where nothing is known. `say`: what findings are put into."""
    is_told_by_report = assessment is not None and assessment.urgency >= row.urgency
    if kept is not None and not is_told_by_report:
        return f"A report was refused and names a danger sign: {', '.join(kept.signs)}. Read it as it came."
    if assessment is not None and assessment.findings:
        return say(assessment.findings)
    if row.kind == "silence":
        return SILENT.get(row.about or "", SILENT["no_report"])
    if row.kind != "service":
        return None
    about_us = DEVICES if row.dedup_key == f"service:{OF_DEVICES}" else RULES
    return SAID_BY_LINK.get(row.about or "", about_us)


def told_next(row: AlertRow, rules: Rules, staffing: Staffing) -> list[str]:
    """Return the names of whom the alert's timer tells if nothing happens before."""
    if row.next_action is None or row.next_action_at is None:
        return []
    move = run_timer(standing_of(row), row.next_action_at, rules)
    if move.standing.state == "resolved":
        return []
    reached = reach_somebody(move.standing, rules, staffing, row.next_action_at, move.also)
    return list(dict.fromkeys(told.person.name for told in reached.told))
