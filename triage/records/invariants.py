"""What must always be true of the rows, as queries: each yields the rows that break it, in words, without a name.

The whole history is read where nothing is said of `since` (`triage db check`). The clock, every minute, asks with
`since`: then only open work and what was written from that moment on is read, found by index, however big the tables.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from triage.records import alert_invariants, log_invariants, outbox_invariants, report_invariants
from triage.records.breach import Breach, Scope

GROUPS = (alert_invariants, outbox_invariants, report_invariants, log_invariants)
NAMES = tuple(name for group in GROUPS for name in group.NAMES)


def broken(
    session: Session, *, now: datetime, since: datetime | None = None, most: int | None = None
) -> Iterator[Breach]:
    """Yield every breach, at most `most` of each name (None: all of them); nothing when all is well."""
    scope = Scope(now, since)
    seen: Counter[str] = Counter()
    for group in GROUPS:
        for check in group.CHECKS:
            for breach in check(session, scope):
                seen[breach.name] += 1
                if most is None or seen[breach.name] <= most:
                    yield breach
