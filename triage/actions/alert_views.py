"""Alerts as they are shown: with the reason in words and who is told next."""

import uuid
from typing import Any

from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, Session, lookups
from triage.rules import Urgency

SHOWN = """id kind state condition epoch version step cycle next_action next_action_at patient_id episode_id check_in_id
    owner_id opened_at acked_at exhausted_at resolved_at outcome useful told_count problem""".split()
SILENT = "A check-in that was due has not come."


def alerts_shown(
    session: Session, states: tuple[str, ...], after: uuid.UUID | None, size: int, turn: Turn
) -> dict[str, Any]:
    """Return a page of the clinic's alerts, newest first, and the cursor of the next page."""
    rows = lookups.alerts_page(session, turn.by.clinic_id, states, after, size + 1)
    page = rows[:size]
    reported = [row.check_in_id for row in page if row.check_in_id]
    assessments = lookups.current_assessments(session, turn.by.clinic_id, reported)
    items = [_shown(row, assessments.get(row.check_in_id) if row.check_in_id else None, turn) for row in page]
    return {"items": items, "next": str(page[-1].id) if len(rows) > size else None}


def show_alert(session: Session, row: AlertRow, turn: Turn) -> dict[str, Any]:
    """Return one alert."""
    session.flush()
    found = lookups.current_assessments(session, row.clinic_id, [row.check_in_id]) if row.check_in_id else {}
    return _shown(row, found.get(row.check_in_id) if row.check_in_id else None, turn)


def _shown(row: AlertRow, assessment: AssessmentRow | None, turn: Turn) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in SHOWN}
    shown["urgency"] = Urgency(row.urgency).name
    shown["told_next"] = _told_next(row, turn)
    shown["reason"] = SILENT if row.kind == "silence" else None
    if assessment is not None and assessment.findings:
        shown["reason"] = assessment.findings[0]["message"]
    return shown


def _told_next(row: AlertRow, turn: Turn) -> list[str]:
    policy = turn.terms.policy
    if row.next_action is None:
        return []
    step = 0 if row.next_action == "ack_timeout" else policy.next_step(row.step, row.cycle)[0]
    return list(policy.steps[step])
