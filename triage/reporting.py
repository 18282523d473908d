"""The clock's part in the monthly reports: composed while nothing is locked, then kept and queued to the leads."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from triage.actions.clinic_report import Month, due_reports, keep_report
from triage.actions.report_pages import compose_report
from triage.sending import Piece
from triage.wiring import Wiring


def months(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Make each clinic's report of the month that is over, and mail it to its leads."""
    for clinic_id, month in wiring.look(partial(due_reports, now=wiring.now())):
        yield partial(report_month, wiring, clinic_id, month)


def report_month(wiring: Wiring, clinic_id: UUID, month: Month) -> None:
    """Make and keep one report, unless another worker was first."""
    turn = wiring.turn("months").at(clinic_id)
    made = wiring.look(partial(compose_report, clinic_id=clinic_id, month=month, turn=turn), clinic_id)
    wiring.do(partial(keep_report, made=made, turn=turn), clinic_id)
