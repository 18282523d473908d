"""What a made course is: a patient's sittings and reports in the order of time, and the case they make."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple


class Report(NamedTuple):
    """One check-in as a mapping of the case format, and what in it is a slip of the pen rather than the body."""

    at: datetime
    check_in: dict[str, Any]
    slips: tuple[str, ...] = ()  # words of `slips.py`; empty: the report says what was so


class Mark(NamedTuple):
    """The first report that shows something, and how urgent the evidence calls it."""

    report: int  # place in the course's reports
    urgency: str  # same_day, urgent or emergency
    why: str


class Course(NamedTuple):
    """One patient's whole course. Reports are in the order of time; `asked` counts the check-ins that were asked."""

    id: str
    kind: str
    procedures: tuple[datetime, ...]
    risk_factors: tuple[str, ...]
    reports: tuple[Report, ...]
    asked: int
    first_sign: Mark | None = None  # what should reach same_day
    danger: Mark | None = None  # what must reach urgent

    def as_case(self, length: int | None = None) -> dict[str, Any]:
        """Return the case whose latest check-in is report number `length` - 1; None: all of them."""
        reports: Sequence[Report] = self.reports[:length]
        return {
            "id": self.id,
            "procedures": [{"at": moment.isoformat()} for moment in self.procedures],
            "check_ins": [report.check_in for report in reports],
            "risk_factors": list(self.risk_factors),
        }
