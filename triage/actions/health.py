"""How the service is: when each loop last turned, what waits to be sent, and what troubles it."""

from datetime import datetime, timedelta
from typing import Any

from triage.actions.rules_trouble import troubles_shown
from triage.records import AlertRow, AuditEventRow, CheckInRow, Session, lookups

LOOPS = ("deliver", "escalate", "silence", "seal", "upkeep")
LATE_AFTER = timedelta(seconds=15)


def clock_health(session: Session, *, now: datetime) -> dict[str, Any]:
    """Return the state of the clock; `status`: ok, late (a loop does not turn) or failing (what it does goes wrong)."""
    newest: dict[str, datetime] = {}
    troubles = {}
    for beat in lookups.heartbeats(session):
        newest[beat.loop] = max(beat.at, newest.get(beat.loop, beat.at))
        if beat.detail and now - beat.at < LATE_AFTER:
            troubles[beat.loop] = beat.detail
    late = [loop for loop in LOOPS if loop not in newest or now - newest[loop] > LATE_AFTER]
    waiting, oldest, trouble = lookups.oldest_pending(session)
    return {
        "status": "late" if late else "failing" if troubles else "ok",
        "late": late,
        "loops": {loop: at.isoformat() for loop, at in sorted(newest.items())},
        "troubles": troubles,
        "notifications": {
            "waiting": waiting,
            "oldest_s": int((now - oldest).total_seconds()) if oldest else 0,
            "last_error": trouble,
        },
        "overdue_alerts": lookups.overdue_alerts(session, now - LATE_AFTER),
    }


def metrics(session: Session, *, now: datetime) -> list[str]:
    """Return figures as lines of Prometheus' text format."""
    health = clock_health(session, now=now)
    figures = {
        "triage_clock_late_loops": len(health["late"]),
        "triage_notifications_waiting": health["notifications"]["waiting"],
        "triage_notification_oldest_seconds": health["notifications"]["oldest_s"],
        "triage_alerts_overdue": health["overdue_alerts"],
        "triage_rules_troubles": len(troubles_shown(session)),
        "triage_alerts_total": lookups.count_of(session, AlertRow),
        "triage_check_ins_total": lookups.count_of(session, CheckInRow),
        "triage_audit_events_total": lookups.count_of(session, AuditEventRow),
    }
    return [f"# TYPE {name} gauge\n{name} {value}" for name, value in figures.items()]
