"""What webhooks are signed with: derived from the service's own secret, so that no table holds it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from triage.actions.errors import Conflict
from triage.actions.terms import Terms
from triage.actions.tokens import derive_bytes
from triage.channels.webhook import secret_of
from triage.records import WebhookEndpointRow

WEBHOOK_MARK = "webhook"
BOTH_SIGN = timedelta(hours=24)  # the old secret beside the new one, while the receiver is changed
MOST_SECRETS = 5


def first_secret(now: datetime) -> list[dict[str, Any]]:
    """Return the secrets of a new endpoint, as its row keeps them."""
    return [_made(1, now)]


def rotated(secrets: Sequence[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return the secrets with a new current one; the one before signs for another day.

    Raises Conflict after many rotations in one day: each former secret still signs.
    """
    *former, current = (dict(secret) for secret in secrets if _signs(secret, now))
    if len(former) + 2 > MOST_SECRETS:
        raise Conflict(f"There are {MOST_SECRETS} secrets that still sign; wait until the oldest has ended.")
    current["ends_at"] = (now + BOTH_SIGN).isoformat()
    return [*former, current, _made(current["number"] + 1, now)]


def current_secret(row: WebhookEndpointRow, terms: Terms) -> str:
    """Return the secret that receivers should use from now on."""
    return _secret(row, terms, row.secrets[-1])


def signing_secrets(row: WebhookEndpointRow, terms: Terms, now: datetime) -> tuple[str, ...]:
    """Return all that sign at this moment, the current one first."""
    return tuple(_secret(row, terms, secret) for secret in reversed(row.secrets) if _signs(secret, now))


def _made(number: int, now: datetime) -> dict[str, Any]:
    return {"number": number, "made_at": now.isoformat(), "ends_at": None}


def _signs(secret: Mapping[str, Any], now: datetime) -> bool:
    return secret["ends_at"] is None or now < datetime.fromisoformat(secret["ends_at"])


def _secret(row: WebhookEndpointRow, terms: Terms, secret: Mapping[str, Any]) -> str:
    return secret_of(derive_bytes(terms.secret, WEBHOOK_MARK, row.clinic_id, row.id, secret["number"]))
