"""One turn of doing: on whose behalf, when, and on what terms. Each entry point makes one and hands it down."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions.identify import Actor, service
from triage.actions.terms import Terms


class Turn(NamedTuple):
    """`now` is read once by the entry point, so that everything done in a turn bears the same time."""

    by: Actor
    now: datetime
    terms: Terms


class ClockTurn(NamedTuple):
    """A turn of the clock, which serves every clinic."""

    loop: str
    now: datetime
    terms: Terms

    def at(self, clinic_id: uuid.UUID) -> Turn:
        """Return the turn in which the service does something for one clinic."""
        return Turn(service(clinic_id, self.loop), self.now, self.terms)
