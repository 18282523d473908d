"""Dry runs of the escalation policy as a lead reads them: who would be told when, by which way, what goes wrong."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import partial
from itertools import product
from typing import Any

from triage.actions.escalation import try_policy
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.paper.ladder import LEVELS, target_words
from triage.records import Session
from triage.rules import Urgency
from triage.web.moments import when
from triage.web.staff_page import StaffPage

NIGHT, NOON = time(3), time(12)
SATURDAY = 5
TARGET = re.compile(r"role:(?:practitioner|lead)|person:[0-9a-f-]{36}|\bon_call\b")
CHANNELS = {"email": "mail", "apprise": "push"}


def next_saturday_night(now: datetime, zone: tzinfo) -> datetime:
    """Return the next Saturday at 03:00 by the clinic's clocks."""
    day = now.astimezone(zone).date()
    day += timedelta(days=(SATURDAY - day.weekday() - 1) % 7 + 1)
    return datetime.combine(day, NIGHT, zone).astimezone(UTC)


def played_words(call: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return one step of a dry run in words."""
    step = "in the end" if call["is_fallback"] else f"step {call['step'] + 1}"
    again = f", told again ({call['repeat']})" if call["repeat"] else ""
    told = [
        f"{one['name']}{_stands_in(one['as'])} by {CHANNELS.get(one['channel'], one['channel'])} ({one['address']})"
        for one in call["told"]
    ]
    return {"at": when(call["delivered_at"], zone), "step": f"{step}{again}", "told": told}


def _stands_in(role: str) -> str:
    return f", {role}," if role.startswith("deputy of") else ""


def plain_warning(line: str, names: Mapping[str, str]) -> str:
    """Return a warning of a dry run as a sentence, with people by name and urgencies in words."""
    said = TARGET.sub(lambda found: target_words(found[0], names), line)
    for urgency, word in LEVELS.items():
        said = re.sub(rf"\b{urgency.name}\b", word.lower(), said)
    return f"{said[:1].upper()}{said[1:]}."


def warnings_of(page: StaffPage, document: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what would go wrong with a policy, for each urgency, on a Saturday night and at noon before it.

    Raises Invalid.
    """
    zone = zone_of(page.clinic)
    night = next_saturday_night(page.turn.now, zone)
    noon = datetime.combine(night.astimezone(zone).date() - timedelta(days=1), NOON, zone).astimezone(UTC)
    found = []
    for at, (urgency, word) in product((noon, night), LEVELS.items()):
        played = page.read(partial(_play, urgency=urgency, at=at, document=document))
        found += [f"{word}: {plain_warning(line, names)}" for line in played["warnings"]]
    return list(dict.fromkeys(found))


def _play(session: Session, turn: Turn, urgency: Urgency, at: datetime, document: Any) -> dict[str, Any]:
    return try_policy(session, urgency, at, turn, document)
