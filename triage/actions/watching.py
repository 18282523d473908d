"""The watcher: rows that break what must always be true are told to the operator, and what all is well means."""

import json
from datetime import datetime, timedelta
from typing import Any

from triage.actions.health import clock_health, is_finding
from triage.actions.rules_trouble import FAILED, troubles_shown
from triage.records import Breach, Session, invariants, lookups

OVERLAP = timedelta(minutes=15)  # each look covers many others, so that a late commit is seen by one of them
LONGEST_LOOK = timedelta(days=1)
MOST = 20  # breaches of one kind that are told


def find_breaches(session: Session, *, now: datetime) -> list[Breach]:
    """Return what is wrong with open work and with what was written since the watcher last looked."""
    beats = [beat for beat in lookups.heartbeats(session) if beat.loop == "watch"]
    looked = [beat.at for beat in beats if beat.detail is None or is_finding(beat)]  # others saw nothing
    since = max([now - LONGEST_LOOK, *(at - OVERLAP for at in looked)])
    return list(invariants.broken(session, now=now, since=min(since, now - OVERLAP), most=MOST))


def write_finding(found: list[Breach]) -> str:
    """Return what was found as the watcher's heartbeat keeps it."""
    names = sorted({breach.name for breach in found})
    counted = {name: sum(breach.name == name for breach in found) for name in names}
    return json.dumps({"count": len(found), "by_name": counted, "first": [breach.words for breach in found[:3]]})


def reasons_for_silence(session: Session, *, now: datetime) -> list[str]:
    """Return why the dead-man's switch must not be called, as far as the clock and the rules go; empty: all is well."""
    health: dict[str, Any] = clock_health(session, now=now)
    reasons = [f"{loop} does not turn" for loop in health["late"] if loop != "watch"]  # it is looking
    reasons += [f"{loop}: {trouble}" for loop, trouble in health["troubles"].items()]
    return reasons + [trouble["why"] for trouble in troubles_shown(session) if trouble["kind"] != FAILED]
