"""What members of staff are told. No health detail, in no subject and no text: that something waits, and a link."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from triage.actions.anchors import OF_ANCHOR
from triage.actions.clinic_report import OF_REPORT
from triage.actions.device_check import OF_DEVICES
from triage.actions.duty import OF_NEXT_SESSION, OF_READING
from triage.actions.rules_trouble import OF_RULES
from triage.actions.serious_dates import OF_REGISTER
from triage.actions.staff_links import PATHS, link_address
from triage.actions.telling import ack_token
from triage.actions.tokens import CONTACT_MARK, derive
from triage.actions.turn import ClockTurn
from triage.records import AlertRow, AnchorRow, ClinicRow, NotificationRow, Session, StaffRow
from triage.rules import Urgency

ANSWER_BY: Mapping[Urgency, str] = {
    Urgency.emergency: "now",
    Urgency.urgent: "within 15 minutes",
    Urgency.same_day: "today",
    Urgency.routine: "within two working days",
}
NOTICES: Mapping[str, tuple[str, str]] = {
    "contact_disabled": (
        "a contact is switched off",
        "Messages to a contact of one of your people are refused, so it is not used any more. See which one in the "
        "list of contacts, mend the address, and have it verified again.",
    ),
    "webhook_disabled": (
        "a webhook is switched off",
        "A webhook of your clinic has failed for days, so nothing is sent to it any more. What it missed is kept: mend "
        "the receiver, switch the webhook on again and send it anew.",
    ),
    OF_REGISTER: (
        "a date of the register comes near or is over",
        "Something in your clinic's register must be told to somebody by a date that comes near or is over. Sign in, "
        "and see which under Audit.",
    ),
    "on_call_gap": (
        "nobody is on call",
        "There is a time ahead at which nobody is on call. Alerts then go to the clinic's leads. Fill the gap in the "
        "rota.",
    ),
}
AT_THE_DESK: Mapping[str, tuple[str, str]] = {
    OF_READING: (
        "something waits to be read",
        "Notes or photos that patients have sent have waited for over a working day, and nobody has read them. They "
        "are in the worklist.",
    ),
    OF_NEXT_SESSION: (
        "a session that is to come needs your decision",
        "Before a patient's next session somebody must decide whether it can go ahead. The worklist says why.",
    ),
}
# Links that set a password; the name of a clinic and the address stand before and after.
LINKS: Mapping[str, tuple[str, str, str]] = {
    "invitation": (
        "set your password",
        "You are asked to work with this clinic's aftercare service. Set your password here, within 7 days:",
        "The link is yours alone and works once. If you do not know this clinic, do nothing.",
    ),
    "password_reset": (
        "set a new password",
        "Somebody has asked for a new password for this address. If it was you, set it here, within an hour:",
        "The link is yours alone and works once. If it was not you, do nothing: your password stays as it is.",
    ),
}
# Alerts about this service itself, by what at most one open alert holds.
ABOUT_US: Mapping[str, str] = {
    f"service:{OF_RULES}": "the rules of this service do not work; an alert waits",
    f"service:{OF_DEVICES}": (
        "a phone gave a patient other advice than this service, so one of the two is wrong; the report is marked for "
        "review; an alert waits"
    ),
}
Words = tuple[str, str]  # the subject and the text


class _Telling(NamedTuple):
    """What the words of one message depend on."""

    session: Session
    row: NotificationRow
    clinic: ClinicRow
    clock: ClockTurn

    @property
    def alert(self) -> AlertRow | None:
        return self.session.get(AlertRow, (self.row.clinic_id, self.row.alert_id)) if self.row.alert_id else None


def staff_words(
    session: Session, row: NotificationRow, clinic: ClinicRow, clock: ClockTurn, beside: Sequence[NotificationRow]
) -> Words:
    """Return subject and text of a message to a member of staff; the subject says all where only little is read."""
    telling = _Telling(session, row, clinic, clock)
    alerts = {other.alert_id for other in beside} | {row.alert_id}
    if row.kind == "alert" and len(alerts) > 1:
        return _list_of_alerts(telling, beside)
    return OF_KIND.get(row.kind, _notice)(telling)


def ack_link(row: NotificationRow, clock: ClockTurn) -> str:
    """Return the address at which this person says that they have the alert."""
    return f"{clock.terms.base_url}/a/{ack_token(clock.terms, row.clinic_id, row.id)}"


def contact_link(row: NotificationRow, clock: ClockTurn) -> str:
    """Return the address at which somebody says that a contact is theirs."""
    return f"{clock.terms.base_url}/v/{derive(clock.terms.secret, CONTACT_MARK, row.clinic_id, row.id)}"


def _alert(telling: _Telling) -> Words:
    row, clinic, clock, alert = telling.row, telling.clinic, telling.clock, telling.alert
    assert alert is not None
    urgency, link = Urgency(alert.urgency), ack_link(row, clock)
    subject = f"{clinic.name}: an alert waits for your answer ({_plain(urgency)})"
    if row.channel != "email":
        return subject, f"{subject}. {link}"
    waited = "" if row.step == 0 and row.cycle == 0 else "Nobody has answered it so far, so it comes to you too.\n"
    what = ABOUT_US.get(alert.dedup_key or "", "a patient's alert waits")
    return subject, (
        f"{clinic.name}: {what} for an answer.\n\n"
        f"Level: {_plain(urgency)} (answer {ANSWER_BY[urgency]})\n"
        f"Open for: {_minutes(alert, clock)} min\n{waited}\n"
        f"See it and say that you have it:\n{link}\n\n"
        "The link is yours alone, works for 24 hours and shows nothing about anybody's health.\n"
        "Until somebody answers, the next person is told.\n"
    )


def _list_of_alerts(telling: _Telling, beside: Sequence[NotificationRow]) -> Words:
    """Each alert once, with the link of its own."""
    session, clinic, clock = telling.session, telling.clinic, telling.clock
    rows = {row.alert_id: row for row in reversed([telling.row, *beside])}
    found = [(row, session.get(AlertRow, (row.clinic_id, row.alert_id))) for row in reversed(rows.values())]
    listed = [(row, alert) for row, alert in found if alert is not None]
    worst = Urgency(max(alert.urgency for _, alert in listed))
    subject = f"{clinic.name}: {len(listed)} alerts wait for your answer ({_plain(worst)})"
    lines = [
        f"{_plain(Urgency(alert.urgency))}, open for {_minutes(alert, clock)} min: {ack_link(row, clock)}"
        for row, alert in listed
    ]
    if telling.row.channel != "email":
        return subject, "\n".join([f"{subject}.", *lines])
    return subject, (
        f"{clinic.name}: {len(listed)} alerts wait for an answer, the most urgent first.\n\n"
        + "\n\n".join(lines)
        + "\n\nEach link says that you have that one alert; it is yours alone, works for 24 hours and shows nothing "
        "about anybody's health.\nUntil somebody answers, the next person is told.\n"
    )


def _taken(telling: _Telling) -> Words:
    row, clinic, alert = telling.row, telling.clinic, telling.alert
    assert alert is not None
    owner = telling.session.get(StaffRow, (row.clinic_id, alert.owner_id)) if alert.owner_id else None
    who = owner.name if owner else "somebody"
    subject = f"{clinic.name}: {who} has it"
    return subject, (
        f"{clinic.name}: {who} has the alert that you were told of ({_plain(Urgency(alert.urgency))}). "
        "There is nothing that you need to do.\n"
    )


def _closed(telling: _Telling) -> Words:
    clinic, alert = telling.clinic, telling.alert
    assert alert is not None
    return f"{clinic.name}: the alert is closed", (
        f"{clinic.name}: the alert that you were told of ({_plain(Urgency(alert.urgency))}) is closed. "
        "There is nothing that you need to do.\n"
    )


def _contact_check(telling: _Telling) -> Words:
    clinic, link = telling.clinic, contact_link(telling.row, telling.clock)
    subject = f"{clinic.name}: may alerts be sent here?"
    if telling.row.channel != "email":
        return subject, f"{subject} Say yes within 24 hours: {link}"
    return subject, (
        f"{clinic.name} wants to send alerts to this address.\n\n"
        f"Say within 24 hours that they reach you here:\n{link}\n\n"
        "If you do not know this clinic, do nothing: then no alert is sent here.\n"
    )


def _notice(telling: _Telling) -> Words:
    """An unknown word is told of all the same: a notice that nobody can read is one that nobody gets."""
    about = telling.row.about or "something"
    if about in AT_THE_DESK:
        title, text = AT_THE_DESK[about]
        subject, link = f"{telling.clinic.name}: {title}", f"{telling.clock.terms.base_url}/desk"
        is_short = telling.row.channel != "email"
        return subject, f"{subject}. {link}" if is_short else f"{subject}.\n\n{text}\n\n{link}\n"
    kind, _, link_id = about.partition(" ")
    if kind == OF_REPORT:
        return _report(telling)
    if kind in PATHS and link_id:
        return _link(telling, kind, link_id)
    if kind == OF_ANCHOR:
        return _anchor(telling, uuid.UUID(link_id))
    title, text = NOTICES.get(about, (about.replace("_", " "), "Look into the list of alerts and settings."))
    return f"{telling.clinic.name}: {title}", f"{telling.clinic.name}: {title}.\n\n{text}\n"


def _report(telling: _Telling) -> Words:
    name, link = telling.clinic.name, f"{telling.clock.terms.base_url}/audit/months"
    return f"{name}: the monthly report", (
        f"{name}: the report of last month is attached. It is here too, with those before it:\n{link}\n\n"
        "It says nothing of any one patient.\n"
    )


def _link(telling: _Telling, kind: str, link_id: str) -> Words:
    name, (title, before, after) = telling.clinic.name, LINKS[kind]
    address = link_address(telling.clock.terms, kind, telling.row.clinic_id, link_id)
    return f"{name}: {title}", f"{name}\n\n{before}\n{address}\n\n{after}\n"


def _anchor(telling: _Telling, anchor_id: uuid.UUID) -> Words:
    """Say how the log ends: whoever keeps the mail can show later whether it was rewritten."""
    clinic, anchor = telling.clinic, telling.session.get(AnchorRow, (telling.row.clinic_id, anchor_id))
    assert anchor is not None
    subject = f"{clinic.name}: how the log of changes ends today"
    return subject, (
        f"The log of what was done at {clinic.name} has {anchor.seq} entries. The last of them has this hash:\n\n"
        f"{anchor.seq}:{anchor.hash}\n\n"
        "Keep this mail where nobody of the clinic or of the service can change it. If the log is ever rewritten, even "
        "by whoever runs the service, it does not lead to this hash any more. To compare, give the line above under "
        f'"Compare" at\n{telling.clock.terms.base_url}/audit/chain\nor to this command:\n\n'
        f"triage audit verify --clinic {clinic.id} --anchor {anchor.seq}:{anchor.hash}\n"
    )


def _plain(urgency: Urgency) -> str:
    return urgency.name.replace("_", " ")


def _minutes(alert: AlertRow, clock: ClockTurn) -> int:
    return int((clock.now - alert.opened_at).total_seconds() // 60)


OF_KIND: Mapping[str, Callable[[_Telling], Words]] = {
    "alert": _alert,
    "taken": _taken,
    "closed": _closed,
    "contact_check": _contact_check,
    "notice": _notice,
}
