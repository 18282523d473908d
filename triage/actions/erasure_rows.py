"""What an erasure takes out of each kind of row: free text, contacts, names and secrets; the rest has no name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from triage.actions.serious_fields import FREE_TEXTS
from triage.records import (
    AlertNoteRow,
    AlertRow,
    AssessmentRow,
    CheckInRow,
    ConsentRow,
    DeliveryRow,
    EpisodeRow,
    ExpectationRow,
    KeptReportRow,
    NotificationRow,
    PatientTokenRow,
    ReplyRow,
    SeriousEventRow,
)

ERASED = "erased"
OF_NOTE = ("observed", "message")  # of a finding: they quote the words of a note


def _consent(row: ConsentRow, now: datetime) -> None:
    """What was agreed to stays, as proof that it was; who gave it may be a guardian's name."""
    row.given_by = ERASED
    row.withdrawn_at = row.withdrawn_at or now


def _episode(row: EpisodeRow, now: datetime) -> None:
    row.closed_at = row.closed_at or now


def _check_in(row: CheckInRow, now: datetime) -> None:
    row.content = {name: value for name, value in row.content.items() if name != "note"}
    row.raw, row.problems, row.device = None, [], {}


def _assessment(row: AssessmentRow, now: datetime) -> None:
    row.findings = [
        {name: value for name, value in finding.items() if name not in OF_NOTE}
        if finding.get("reason") == "note"
        else finding
        for finding in row.findings
    ]


def _expectation(row: ExpectationRow, now: datetime) -> None:
    if row.state == "waiting":
        row.state, row.settled_at = "superseded", now
    if row.excused_why is not None:
        row.excused_why = ERASED


def _kept_report(row: KeptReportRow, now: datetime) -> None:
    row.raw, row.problems = ERASED, []


def _reply(row: ReplyRow, now: datetime) -> None:
    row.text = ERASED


def _notification(row: NotificationRow, now: datetime) -> None:
    """What has not gone out does not go out; two contacts of one place stay apart, as the table wants."""
    row.contact, row.last_error = f"{ERASED} {row.id}", None
    if row.state in ("pending", "leased"):
        row.state, row.lease_owner, row.lease_until = "cancelled", None, None


def _delivery(row: DeliveryRow, now: datetime) -> None:
    row.contact, row.detail = ERASED if row.contact else None, None


def _alert(row: AlertRow, now: datetime) -> None:
    row.note = row.problem = None


def _alert_note(row: AlertNoteRow, now: datetime) -> None:
    row.text = ERASED


def _token(row: PatientTokenRow, now: datetime) -> None:
    row.revoked_at = row.revoked_at or now


def _serious_event(row: SeriousEventRow, now: datetime) -> None:
    """What the law wants kept stays: reaction, days, products, seriousness. A date is reminded of as before."""
    row.content = {name: value for name, value in row.content.items() if name not in FREE_TEXTS}


ERASE: Mapping[Any, Callable[[Any, datetime], None]] = {
    ConsentRow: _consent,
    EpisodeRow: _episode,
    CheckInRow: _check_in,
    AssessmentRow: _assessment,
    ExpectationRow: _expectation,
    KeptReportRow: _kept_report,
    ReplyRow: _reply,
    NotificationRow: _notification,
    DeliveryRow: _delivery,
    AlertRow: _alert,
    AlertNoteRow: _alert_note,
    PatientTokenRow: _token,
    SeriousEventRow: _serious_event,
}
