"""`triage db check`: the invariants over the rows, and the audit chain of every clinic."""

from datetime import datetime
from itertools import groupby

from triage.actions.audit import broken_links
from triage.records import Session, invariants


def check_rows(session: Session, now: datetime) -> list[str]:
    """Return every violation in words; empty when all is well."""
    found = list(invariants.broken(session, now=now))
    for _, events in groupby(invariants.sealed_events(session), key=lambda event: event.clinic_id):
        found += broken_links(events)
    return found
