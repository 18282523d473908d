"""The words of each message. No health detail, in no subject and no text: only that something waits, and a link."""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import NamedTuple

from triage.actions.enrol import check_in_link, link_token
from triage.actions.rules_trouble import OF_RULES
from triage.actions.telling import ack_token
from triage.actions.turn import ClockTurn
from triage.records import AlertRow, ClinicRow, NotificationRow, Session, lookups
from triage.rules import Urgency

ANSWER_BY: Mapping[Urgency, str] = {
    Urgency.emergency: "now",
    Urgency.urgent: "within 15 minutes",
    Urgency.same_day: "today",
    Urgency.routine: "within two working days",
}


class Draft(NamedTuple):
    """A message ready to hand to a channel."""

    to: str
    subject: str
    text: str
    message_id: str
    headers: dict[str, str]


def write_message(
    session: Session, row: NotificationRow, clinic: ClinicRow, alert: AlertRow | None, clock: ClockTurn
) -> Draft | None:
    """Return the message of a notification as it reads now; None where its link is no longer valid."""
    host = clock.terms.base_url.split("://")[-1].split("/")[0].split(":")[0]
    headers = {"Date": format_datetime(clock.now)}
    if alert is not None:
        subject, text = _alert_text(row, clinic, alert, clock)
    else:
        token = lookups.patient_token(session, row.clinic_id, row.patient_id) if row.patient_id else None
        if token is None:
            return None
        link = check_in_link(clock.terms, link_token(clock.terms, token))
        subject, text = _patient_text(row, clinic, link)
    return Draft(row.contact, subject, text, f"<{row.id}@{host}>", headers)


def _alert_text(row: NotificationRow, clinic: ClinicRow, alert: AlertRow, clock: ClockTurn) -> tuple[str, str]:
    urgency = Urgency(alert.urgency)
    link = f"{clock.terms.base_url}/a/{ack_token(clock.terms, row.clinic_id, row.id)}"
    waited = "" if row.step == 0 and row.cycle == 0 else "Nobody has answered it so far, so it comes to you too.\n"
    minutes = int((clock.now - alert.opened_at).total_seconds() // 60)
    is_of_rules = alert.dedup_key == f"service:{OF_RULES}"
    what = "the rules of this service do not work; an alert waits" if is_of_rules else "a patient's alert waits"
    text = (
        f"{clinic.name}: {what} for an answer.\n\n"
        f"Level: {urgency.name.replace('_', ' ')} (answer {ANSWER_BY[urgency]})\n"
        f"Open for: {minutes} min\n{waited}\n"
        f"See it and say that you have it:\n{link}\n\n"
        "The link is yours alone, works for 24 hours and shows nothing about anybody's health.\n"
        "Until somebody answers, the next person is told.\n"
    )
    return f"{clinic.name}: an alert waits for your answer ({urgency.name.replace('_', ' ')})", text


def _patient_text(row: NotificationRow, clinic: ClinicRow, link: str) -> tuple[str, str]:
    call = f" or call {clinic.phone}" if clinic.phone else ""
    if row.kind == "check_in_link":
        opening = "this is your own link. Use it whenever we ask how you are, and at any other time."
    else:
        opening = "how are you today? It takes less than a minute."
    text = (
        f"{clinic.name}: {opening}\n\n{link}\n\n"
        f"Nobody watches this mailbox. If you are worried, use the link{call}. "
        "In an emergency call your local emergency number.\n"
        "You get these messages because you agreed to them; tell the clinic if you want no more.\n"
    )
    return f"{clinic.name}: " + ("your link" if row.kind == "check_in_link" else "your check-in"), text
