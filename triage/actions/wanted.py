"""Whether a message still makes sense: asked again just before it is sent, for each kind."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from triage.actions.duty import OF_NEXT_SESSION, OF_READING
from triage.actions.enrol import agrees_to_messages
from triage.records import (
    AlertRow,
    ContactRow,
    ExpectationRow,
    NotificationRow,
    PatientRow,
    Session,
    StaffLinkRow,
    queue_lookups,
    reply_lookups,
)

REQUEST_LASTS = timedelta(hours=48)


def is_wanted(session: Session, row: NotificationRow, now: datetime) -> bool:
    """Tell whether a notification is to be sent: nobody has answered, closed or opted out meanwhile."""
    if row.staff_id is None and row.patient_id is not None and not _may_get_messages(session, row):
        return False
    check = OF_KIND.get(row.kind)
    return check is None or check(session, row, now)


def _may_get_messages(session: Session, row: NotificationRow) -> bool:
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id))
    if patient is None or not agrees_to_messages(session, patient):
        return False
    return bool(patient.phone if row.channel == "sms" else patient.email)  # the address may have been taken back


def _alert_of(session: Session, row: NotificationRow) -> AlertRow | None:
    return session.get(AlertRow, (row.clinic_id, row.alert_id)) if row.alert_id else None


def _waits_for_answer(session: Session, row: NotificationRow, now: datetime) -> bool:
    alert = _alert_of(session, row)
    if alert is None or alert.epoch != row.epoch:
        return False
    is_asked = alert.state != "resolved" and alert.assigned_to_id is not None and alert.assigned_to_id == row.staff_id
    return alert.state == "open" or is_asked


def _is_taken(session: Session, row: NotificationRow, now: datetime) -> bool:
    """ "Somebody has it" must not arrive when the alert has opened again meanwhile."""
    alert = _alert_of(session, row)
    return alert is not None and alert.state in ("acked", "snoozed") and alert.epoch == row.epoch


def _is_closed(session: Session, row: NotificationRow, now: datetime) -> bool:
    alert = _alert_of(session, row)
    return alert is not None and alert.state == "resolved"


def _is_unanswered(session: Session, row: NotificationRow, now: datetime) -> bool:
    alert = _alert_of(session, row)
    return alert is None or alert.state == "open"


def _is_expected(session: Session, row: NotificationRow, now: datetime) -> bool:
    expectation = session.get(ExpectationRow, (row.clinic_id, row.expectation_id))
    return expectation is not None and expectation.state == "waiting" and now < expectation.due_at + REQUEST_LASTS


def _is_unverified(session: Session, row: NotificationRow, now: datetime) -> bool:
    contact = session.get(ContactRow, (row.clinic_id, row.contact_id))
    return contact is not None and (contact.verified_at is None or contact.disabled_at is not None)


def _is_unread(session: Session, row: NotificationRow, now: datetime) -> bool:
    """Who has read every reply on their page needs no message that there is one."""
    return row.patient_id is not None and bool(reply_lookups.unread(session, row.clinic_id, row.patient_id))


def _is_notice_true(session: Session, row: NotificationRow, now: datetime) -> bool:
    """What was read or decided meanwhile needs no message that it waits, and a link that leads nowhere none at all."""
    if row.about == OF_READING:
        return queue_lookups.has_overdue(session, row.clinic_id, now)
    if row.about == OF_NEXT_SESSION:
        return queue_lookups.is_undecided(session, row.clinic_id, now)
    return _is_link_open(session, row, now)


def _is_link_open(session: Session, row: NotificationRow, now: datetime) -> bool:
    """A link that sets a password is not sent once it leads nowhere; other notices always make sense."""
    link_id = (row.about or "").partition(" ")[2]
    link = session.get(StaffLinkRow, (row.clinic_id, uuid.UUID(link_id))) if link_id else None
    return link is None or (link.used_at is None and now < link.ends_at)


OF_KIND: Mapping[str, Callable[[Session, NotificationRow, datetime], bool]] = {
    "alert": _waits_for_answer,
    "taken": _is_taken,
    "closed": _is_closed,
    "unanswered": _is_unanswered,
    "check_in_request": _is_expected,
    "check_in_reminder": _is_expected,
    "contact_check": _is_unverified,
    "reply": _is_unread,
    "notice": _is_notice_true,
}
