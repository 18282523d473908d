"""A message as it reads when it is sent: its words by kind, and the heads that mail programs go by."""

import uuid
from collections.abc import Sequence
from email.utils import format_datetime
from typing import NamedTuple

from triage.actions.clinic_report import attached_to
from triage.actions.enrol import check_in_link, link_token
from triage.actions.first_open import label_of
from triage.actions.patient_words import patient_words
from triage.actions.staff_words import staff_words
from triage.actions.stop_links import stop_link
from triage.actions.turn import ClockTurn
from triage.channels import Attachment
from triage.records import ClinicRow, ContactRow, NotificationRow, PatientRow, Session, lookups, reaching
from triage.words import word


class Draft(NamedTuple):
    """A message ready to hand to a channel; `tells`: the other notifications that it tells of."""

    to: str
    subject: str
    text: str
    message_id: str
    headers: dict[str, str]
    tells: tuple[uuid.UUID, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def write_message(
    session: Session, row: NotificationRow, clinic: ClinicRow, clock: ClockTurn, beside: Sequence[NotificationRow] = ()
) -> Draft | None:
    """Return the message of a notification as it reads now; None where its link is no longer valid.

    `beside`: other notifications that the same message is to tell of.
    """
    message_id = f"<{row.id}@{_host(clock)}>"
    if row.staff_id is not None:
        subject, text = staff_words(session, row, clinic, clock, beside)
        tells = tuple(other.id for other in beside)
        heads, to = _thread_heads(row, clock), _address_of(session, row)
        return Draft(to, subject, text, message_id, heads, tells, attached_to(session, row))
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row.patient_id else None
    token = lookups.patient_token(session, row.clinic_id, row.patient_id) if row.patient_id else None
    if patient is None or token is None:
        return None
    link = check_in_link(clock.terms, link_token(clock.terms, token))
    stop = stop_link(clock.terms, row.clinic_id, patient.id)
    subject, text = patient_words(session, row, clinic, patient, (link, stop), clock.now)
    beside_them = reaching.sharing_contact(session, patient)
    if beside_them:  # several are reached here: each must see whose message it is
        whose = word(patient.language, "first_for", who=label_of(patient, beside_them))
        subject, text = f"{subject} ({whose})", f"{whose}. {text}" if row.channel == "sms" else f"{whose}\n\n{text}"
    to = (patient.email if row.channel == "email" else patient.phone) or row.contact
    return Draft(to, subject, text, message_id, _patient_heads(stop, clock))


def _host(clock: ClockTurn) -> str:
    return clock.terms.base_url.split("://")[-1].split("/")[0].split(":")[0]


def _address_of(session: Session, row: NotificationRow) -> str:
    """Return where it goes as the contact stands now; without one, what was noted."""
    contact = session.get(ContactRow, (row.clinic_id, row.contact_id)) if row.contact_id else None
    return contact.address if contact else row.contact


def _thread_heads(row: NotificationRow, clock: ClockTurn) -> dict[str, str]:
    """All that is sent about one alert hangs below one id, which no message bears, so that mail programs show it as
    one conversation."""
    heads = {"Date": format_datetime(clock.now)}
    if row.alert_id is not None:
        thread = f"<alert-{row.alert_id}@{_host(clock)}>"
        heads |= {"In-Reply-To": thread, "References": thread}
    return heads


def _patient_heads(stop: str, clock: ClockTurn) -> dict[str, str]:
    """RFC 8058: the mail program's own button ends the messages."""
    return {
        "Date": format_datetime(clock.now),
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
