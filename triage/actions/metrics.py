"""The figures of /metrics, in Prometheus' text format. docs/watching.md says what each means."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from triage.actions.health import LOOPS, clock_health
from triage.actions.rules_trouble import troubles_shown
from triage.records import AlertRow, AuditEventRow, CheckInRow, Session, figures, lookups

LATELY = timedelta(hours=1)
RESULTS = ("sent", "failed_for_now", "failed_for_good", "lease_lost")
NEVER = -1.0
Samples = Mapping[str, float]  # label -> figure; the label "" stands for none


def metrics(session: Session, *, now: datetime) -> list[str]:
    """Return the lines. Spans are in seconds; what is called lately is of the last hour."""
    health = clock_health(session, now=now)
    alerts = figures.open_alerts(session)
    single = {
        "triage_clock_late_loops": len(health["late"]),
        "triage_clocks_resting": len(health["resting"]),
        "triage_violations": health["violations"]["count"],
        "triage_timer_oldest_overdue_seconds": _since(figures.oldest_timer(session), now),
        "triage_notifications_waiting": health["notifications"]["waiting"],
        "triage_notification_oldest_seconds": health["notifications"]["oldest_s"],
        "triage_notification_oldest_due_seconds": _since(figures.oldest_due(session, now), now),
        "triage_alerts_open": alerts["open"],
        "triage_alerts_overdue": health["overdue_alerts"],
        "triage_alerts_untimed": alerts["untimed"],
        "triage_promises_broken": alerts["promise_broken"],
        "triage_expectations_overdue": figures.expectations_overdue(session, now),
        "triage_rules_troubles": len(troubles_shown(session)),
        "triage_alerts_total": lookups.count_of(session, AlertRow),
        "triage_check_ins_total": lookups.count_of(session, CheckInRow),
        "triage_audit_events_total": lookups.count_of(session, AuditEventRow),
    }
    samples: dict[str, Samples] = {name: {"": value} for name, value in single.items()}
    newest = {loop: datetime.fromisoformat(at) for loop, at in health["loops"].items()}
    samples["triage_loop_seconds_since"] = {
        f'loop="{loop}"': (now - newest[loop]).total_seconds() if loop in newest else NEVER for loop in LOOPS
    }
    found = health["violations"]["by_name"]
    samples["triage_violations_by_name"] = {f'name="{name}"': count for name, count in found.items()}
    devices = figures.devices_since(session, now - LATELY, now)
    samples["triage_phones_judged_lately"] = {f'result="{result}"': count for result, count in devices.items()}
    samples |= _of_attempts(session, now)
    return list(_lines(samples))


def _of_attempts(session: Session, now: datetime) -> dict[str, Samples]:
    made = figures.attempts_since(session, now - LATELY, now)
    samples: dict[str, Samples] = {
        "triage_attempts_lately": {f'result="{result}"': made.by_result.get(result, 0) for result in RESULTS}
    }
    for name, spans in (("dwell", made.dwell), ("send", made.sending)):
        samples[f"triage_{name}_seconds_lately_sum"] = {"": spans.total}
        samples[f"triage_{name}_seconds_lately_count"] = {"": spans.number}
        samples[f"triage_{name}_seconds_lately_max"] = {"": spans.longest}
    return samples


def _lines(samples: Mapping[str, Samples]) -> Iterator[str]:
    for name, by_label in samples.items():
        if by_label:
            yield f"# TYPE {name} gauge"
        yield from (f"{name}{{{label}}} {value}" if label else f"{name} {value}" for label, value in by_label.items())


def _since(at: datetime | None, now: datetime) -> float:
    """Return the seconds since a moment; 0 where there is none, or it is yet to come."""
    return max(0.0, round((now - at).total_seconds(), 3)) if at else 0.0
