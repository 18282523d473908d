"""The audit log as it leaves the house: each event as plain values, of which its hash can be computed anew."""

from datetime import UTC, datetime
from typing import Any

from triage.actions.chain import Event
from triage.records import chain

NAMES = chain.NAMES


def plain_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON can keep it."""
    return {name: _plain(getattr(event, name)) for name in NAMES}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):  # as the hash is made from it
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, (str, int, dict)) else str(value)
