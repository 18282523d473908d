"""Reports that may not be the patient's own, or that may stand on a wrong day: no sign of recovery, yet still a danger.

Whoever has the link says "not me" (the row keeps it), or that a sitting's date is wrong (for as long as it is).
"""

import uuid
from collections.abc import Iterable, Sequence

from triage.records import CheckInRow, ProcedureRow


def doubted(check_ins: Iterable[CheckInRow], procedures: Sequence[ProcedureRow]) -> frozenset[uuid.UUID]:
    """Return the ids of the check-ins that nobody may be calmed by; most often there are none.

    They are those that somebody else sent, and those that came before the latest word that a date is wrong, until the
    clinic has corrected or confirmed it.
    """
    until = max((row.disputed_at for row in procedures if row.disputed_at), default=None)
    return frozenset(
        row.id for row in check_ins if row.disputed_at is not None or (until is not None and row.received_at <= until)
    )


def trusted(check_ins: Sequence[CheckInRow], procedures: Sequence[ProcedureRow]) -> Sequence[CheckInRow]:
    """Return the check-ins without those in doubt; the same ones where none is."""
    out = doubted(check_ins, procedures)
    return [row for row in check_ins if row.id not in out] if out else check_ins
