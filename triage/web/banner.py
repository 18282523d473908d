"""The banner of pages for staff: asked of the database once in a few seconds, however many pages are looked at."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from triage.actions.troubles import ServiceTrouble

KEPT_FOR = timedelta(seconds=10)
_kept: dict[uuid.UUID, tuple[datetime, list[ServiceTrouble]]] = {}


def banner_lines(clinic_id: uuid.UUID, now: datetime, ask: Callable[[], list[ServiceTrouble]]) -> list[ServiceTrouble]:
    """Return what is wrong with the service, as known at most 10 seconds ago."""
    asked_at, lines = _kept.get(clinic_id, (None, []))
    if asked_at is None or not timedelta(0) <= now - asked_at < KEPT_FOR:  # also where the clock was put back
        lines = ask()
        _kept[clinic_id] = now, lines
    return lines
