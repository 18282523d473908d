"""Entries of the audit log in words: what was done, to what, and what it looked like before and after."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from triage.paper.ladder import LEVELS, differences
from triage.records import AuditEventRow
from triage.rules import Urgency
from triage.rules.read_policy import PolicyError, read_policy
from triage.web.moments import day_words, when
from triage.web.typed_times import day_of

KINDS = {  # kinds of things, as the filter names them
    "staff": "Staff",
    "contact": "Contacts",
    "absence": "Absences",
    "rota": "Rota",
    "rota_override": "On call instead",
    "clinic": "Hours, holidays and the clinic itself",
    "escalation_policy": "Who is told when",
    "protocol": "Protocol",
    "key": "Keys",
    "webhook": "Webhooks",
    "sms_inbound": "Text messages",
}
DID = {
    "absence_noted": "noted an absence",
    "absence_cancelled": "took an absence back",
    "clinic_created": "opened the clinic",
    "clinic_changed": "changed the clinic",
    "clinic_logo_changed": "changed the logo",
    "contact_added": "added a contact",
    "contact_asked": "sent a contact its link",
    "contact_changed": "changed how a contact is used",
    "contact_disabled": "switched a contact off",
    "contact_enabled": "switched a contact on",
    "contact_removed": "removed a contact",
    "contact_tested": "tried a contact out",
    "contact_verified": "confirmed a contact",
    "key_added": "made a key",
    "key_revoked": "ended a key",
    "on_call_overridden": "put somebody on call instead",
    "policy_made": "changed who is told when",
    "protocol_approved": "approved a protocol",
    "protocol_drafted": "drafted a protocol",
    "protocol_files_restored": "restored a protocol's files",
    "protocol_in_effect": "noted that a protocol is in effect",
    "protocol_published": "published a protocol",
    "protocol_retired": "retired a protocol",
    "protocol_submitted": "handed a protocol in for approval",
    "report_reviewed": "looked at a report again",
    "reports_drawn": "drew reports to look at again",
    "result_rated": "rated a result",
    "rota_ended": "ended the rota",
    "rota_override_cancelled": "took an exception from the rota back",
    "rota_set": "set the rota",
    "signed_in": "signed in",
    "signed_out": "signed out",
    "staff_added": "added somebody",
    "staff_changed": "changed somebody's name or role",
    "staff_left": "noted that somebody has left",
    "staff_returned": "took somebody back",
    "was_read": "looked at",
    "window_dismissed": "left a window as it is",
    "window_proposed": "proposed to move a window",
    "window_superseded": "dropped a proposal to move a window",
    "window_taken": "took a proposal to move a window as a draft",
}
NAMES = {  # of what changes; what is not here is shown with its own name in plain letters
    "ask_hour": "hour of asking",
    "deputy_id": "stands in",
    "disabled_why": "switched off because",
    "ends_at": "to",
    "hands_over": "hand-over",
    "is_sent": "arrived",
    "out_of_hours": "where patients turn outside hours",
    "people": "in turn",
    "staff_id": "who",
    "starts_at": "from",
    "starts_on": "first turn",
    "took_seconds": "seconds it took",
    "turn_days": "days a turn",
    "urgency_from": "used from",
}
DROPPED = {"digest", "document", "session"}  # nothing that a reader knows anything by
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 300
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
WORD = re.compile(r"[a-z]+(_[a-z]+)+")  # of the code
NOTHING = "nothing"


class Entry(NamedTuple):
    """One event in words: when, who, what, and each change with before and after (before None: it was not kept)."""

    at: str
    who: str
    did: str
    about: str
    changes: list[tuple[str, str | None, str | None]]
    said: list[str]
    is_sealed: bool


class Reader(NamedTuple):
    """What turns ids and moments into words: names of people by id, and the clinic's clocks."""

    names: Mapping[str, str]
    zone: tzinfo

    def entry(self, event: AuditEventRow) -> Entry:
        """Return an event in words."""
        before, after = event.before or {}, event.after or {}
        said = self._policy(before, after) if event.did == "policy_made" else []
        return Entry(
            at=when(event.at, self.zone),
            who=self._who(event),
            did=DID.get(event.did, event.did.replace("_", " ")),
            about=self.names.get(event.thing_id, "") if event.thing_kind == "staff" else "",
            changes=list(self._changes(before, after)),
            said=said,
            is_sealed=event.seq is not None,
        )

    def _who(self, event: AuditEventRow) -> str:
        who = self.names.get(event.actor_id or "")
        if who:
            return who
        return {"patient": "A patient", "service": "The service", "key": "A program"}.get(
            event.actor_kind, f"Operator {event.actor_id}" if event.actor_kind == "operator" else "Somebody"
        )

    def _changes(
        self, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Iterator[tuple[str, str | None, str | None]]:
        for name in dict.fromkeys((*after, *before)):
            was, now = before.get(name), after.get(name)
            if name in DROPPED or (was is None and now is None) or (name in before and name in after and was == now):
                continue
            if name == "opening_hours":
                yield from _week_changes(was or {}, now or {})
                continue
            label = NAMES.get(name, name.removesuffix("_id").replace("_", " "))
            yield label, self.value(was) if before else None, self.value(now) if after else None

    def value(self, value: Any) -> str:
        """Return a value as a reader knows it: names for ids, local times, words for lists."""
        if value is None or value in ("", [], {}):
            return NOTHING
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(self.value(one) for one in value)
        if isinstance(value, dict):
            return "; ".join(f"{name.replace('_', ' ')} {self.value(one)}" for name, one in value.items())[:LONGEST]
        return self._text(str(value))[:LONGEST]

    def _text(self, text: str) -> str:
        """Return a person's name for their id, a moment or day as it is read, and words of the code as words."""
        if text in self.names:
            return self.names[text]
        if day := day_of(text):
            return day_words(day)
        if MOMENT.match(text):
            return self._moment(text)
        if text in Urgency.__members__ and Urgency[text] in LEVELS:
            return LEVELS[Urgency[text]].lower()
        return text.replace("_", " ") if WORD.fullmatch(text) else text

    def _moment(self, text: str) -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return when(at, self.zone) if at.tzinfo else text

    def _policy(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """Return in words what a new policy changed; without the one before it: compared with the service's own."""
        try:
            return differences(read_policy(before.get("document", {})), read_policy(after["document"]), self.names)
        except (PolicyError, KeyError):
            return []


def _week_changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    for day in DAYS:
        if (was.get(day) or []) != (now.get(day) or []):
            yield f"hours on {day.title()}", _spans_words(was.get(day)), _spans_words(now.get(day))


def _spans_words(spans: Any) -> str:
    return ", ".join(f"{start} to {end}" for start, end in spans or ()) or "closed"
