"""What a report adds to its alert besides its urgency: that something gets worse, and that the patient wants a call."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from triage.records import AlertRow, CheckInRow, Session

GROWING = "worse"  # a course, as stated and as the history shows
RISING = ("worsening", "rapid_rise")  # reasons of findings


class Joined(NamedTuple):
    """A report that joins an alert, and what was found in it, as JSON shows it."""

    row: CheckInRow
    findings: Sequence[Mapping[str, Any]]


def mark_alert(session: Session, alert: AlertRow, joined: Joined) -> None:
    """Note on an alert what a report says that joins it.

    The report about the latest moment says whether it gets worse; an earlier one that comes late can only add that. The
    wish for a call stays until somebody was reached.
    """
    row, grows = joined.row, is_growing(joined)
    last = session.get(CheckInRow, (alert.clinic_id, alert.check_in_id)) if alert.check_in_id else None
    is_latest = last is None or row.at >= last.at
    alert.is_worse = grows if is_latest else alert.is_worse or grows
    alert.wants_call = alert.wants_call or bool(row.content.get("wants_call"))
    alert.check_in_id = row.id


def is_growing(joined: Joined) -> bool:
    """Tell whether a report says, or shows beside the ones before, that a symptom gets worse."""
    shown = any(
        finding.get("reason") in RISING or (finding.get("observed") or {}).get("course") == GROWING
        for finding in joined.findings
    )
    return shown or GROWING in joined.row.content.get("course", {}).values()


def note_called(session: Session, alert: AlertRow) -> None:
    """Note that the patient was reached, so the wish for a call is met; whoever called has written the audit event."""
    alert.wants_call = False
    session.add(alert)
