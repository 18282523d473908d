"""The caller's mistakes. The docstring of a class is its message; the HTTP status is chosen in api/errors.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from triage.rules import Fault


class TriageError(Exception):
    """Something is wrong with the call."""

    def __init__(self, detail: str = "", extra: Mapping[str, Any] | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.extra = dict(extra or {})
        super().__init__(self.detail)


class NotIdentified(TriageError):
    """No valid key or patient token: send the header Authorization: Bearer <key>."""


class NotAllowed(TriageError):
    """This key's role may not do that."""


class NotFound(TriageError):
    """There is no such thing in this clinic."""


class Conflict(TriageError):
    """It has changed meanwhile; look at the current state and decide again."""


class KeyReused(TriageError):
    """This Idempotency-Key was used with another body: use a new key for a new report."""


class Invalid(TriageError):
    """The request has faults; each is named with its place and what would be right."""

    def __init__(self, faults: Sequence[Fault], extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(extra=extra)
        self.faults = list(faults)
