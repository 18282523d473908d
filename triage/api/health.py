"""Is it alive, may it be sent requests, does the clock turn: for load balancers and for whoever watches the watcher."""

from typing import Any

from flask import Blueprint, Response

from triage.actions.health import clock_health
from triage.actions.metrics import metrics
from triage.actions.rules_trouble import troubles_shown
from triage.api.asking import wiring
from triage.records import Trouble, migrate

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> dict[str, str]:
    """Answer that the process runs."""
    return {"status": "ok"}


@blueprint.get("/health/ready")
def ready() -> tuple[dict[str, Any], int]:
    """Answer 503 while requests would fail (no database, a schema of another version) or the rules do not work.

    The rules are everybody's: each process answers from the same rows, whichever it was that noticed.
    """
    try:
        wiring().store.ping()
        found, expected = wiring().look(migrate.revision), migrate.head()
    except Trouble as error:
        return {"status": "not ready", "why": f"the database does not answer ({type(error).__name__})"}, 503
    if found != expected:
        why = f"the schema is at {found}, this code needs {expected}: run triage db upgrade"
        return {"status": "not ready", "why": why}, 503
    troubles = wiring().look(troubles_shown)
    if troubles:
        why = "; ".join(f"clinic {trouble['clinic_id']}: {trouble['why']}" for trouble in troubles)
        return {"status": "not ready", "why": why, "rules": troubles}, 503
    return {"status": "ok"}, 200


@blueprint.get("/health/clock")
def clock() -> tuple[dict[str, Any], int]:
    """Answer 503 when the clock has not completed a cycle in time or the watcher has found something wrong."""
    now = wiring().now()
    health = wiring().look(lambda session: clock_health(session, now=now))
    return health, 200 if health["status"] == "ok" else 503


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """Return the figures in Prometheus' text format."""
    now = wiring().now()
    lines = wiring().look(lambda session: metrics(session, now=now))
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
