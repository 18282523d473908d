"""What the clock does about once a day: it looks each minute whether the day's turn has come, by what is on record."""

from collections.abc import Iterator
from functools import partial

from triage.actions.anchors import clinics_to_anchor, tell_anchor
from triage.figuring import figures
from triage.reporting import months
from triage.sending import Piece
from triage.wiring import Wiring


def anchor(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell people outside how each clinic's log ends, once a day."""
    clock = wiring.turn("anchor")
    for clinic_id in wiring.look(partial(clinics_to_anchor, clock=clock)):
        yield partial(wiring.do, partial(tell_anchor, clinic_id=clinic_id, clock=clock), clinic_id)


DAILY = (anchor, figures, months)
