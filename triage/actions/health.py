"""How the service is: when each loop last turned, what waits to be sent, what troubles it, what the watcher found."""

import json
from datetime import datetime, timedelta
from typing import Any

from triage.actions.upkeep import RESTING
from triage.records import HeartbeatRow, Session, lookups

LOOPS = ("deliver", "escalate", "silence", "desk", "seal", "upkeep", "watch", "webhooks")
TELLING = ("deliver", "escalate")  # without these nobody is told
LATE_AFTER = timedelta(seconds=15)
SLOW = dict.fromkeys(("watch", "webhooks"), timedelta(minutes=3))  # one turns once a minute, one waits for programs
# Once a minute or less often, and a night of figures takes its time; nobody waits for what these do each day.
SLOW |= dict.fromkeys(("anchor", "figures", "months", "review", "lots"), timedelta(hours=1))
NOTHING_FOUND: dict[str, Any] = {"count": 0, "by_name": {}, "first": []}


def clock_health(session: Session, *, now: datetime) -> dict[str, Any]:
    """Return the state of the clock; `status`: ok, late (a loop does not turn) or failing (what it does goes wrong).

    A clock that rests, since the database is another version's, counts as none: others may turn.
    """
    beats = lookups.heartbeats(session)
    turning = _turning(beats)
    newest: dict[str, datetime] = {}
    troubles = {}
    for beat in turning:
        newest[beat.loop] = max(beat.at, newest.get(beat.loop, beat.at))
        if beat.detail and now - beat.at < _patience(beat.loop) and not is_finding(beat):
            troubles[beat.loop] = beat.detail
    late = [loop for loop in LOOPS if loop not in newest or now - newest[loop] > _patience(loop)]
    found = _found(turning)
    waiting, oldest, trouble = lookups.oldest_pending(session)
    return {
        "status": "late" if late else "failing" if troubles or found["count"] else "ok",
        "late": late,
        "loops": {loop: at.isoformat() for loop, at in sorted(newest.items())},
        "troubles": troubles,
        "resting": {beat.worker: beat.detail for beat in beats if beat not in turning and now - beat.at < LATE_AFTER},
        "violations": found,
        "notifications": {
            "waiting": waiting,
            "oldest_s": int((now - oldest).total_seconds()) if oldest else 0,
            "last_error": trouble,
        },
        "overdue_alerts": lookups.overdue_alerts(session, now - LATE_AFTER),
    }


def is_clock_late(session: Session, *, now: datetime) -> bool:
    """Tell whether a loop that people wait for does not turn: alerts do not go out then."""
    fresh = {beat.loop for beat in _turning(lookups.heartbeats(session)) if now - beat.at <= LATE_AFTER}
    return not fresh.issuperset(TELLING)


def _turning(beats: list[HeartbeatRow]) -> list[HeartbeatRow]:
    return [beat for beat in beats if not (beat.detail or "").startswith(RESTING)]


def _patience(loop: str) -> timedelta:
    return SLOW.get(loop, LATE_AFTER)


def is_finding(beat: HeartbeatRow) -> bool:
    """Tell whether a heartbeat says what the watcher has found."""
    return beat.loop == "watch" and (beat.detail or "").startswith("{")


def _found(beats: list[HeartbeatRow]) -> dict[str, Any]:
    """Return what the watcher that looked last has found."""
    last = max((beat for beat in beats if beat.loop == "watch"), key=lambda beat: beat.at, default=None)
    if last is None or last.detail is None or not is_finding(last):
        return NOTHING_FOUND
    found: dict[str, Any] = json.loads(last.detail)
    return found
