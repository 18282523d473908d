"""What the clock does once a day or less often: it looks now and then whether a turn has come, by what is on record."""

from collections.abc import Iterator
from functools import partial

from triage.actions.anchors import clinics_to_anchor, tell_anchor
from triage.actions.review import draw_month, months_to_draw
from triage.actions.terms import zone_of
from triage.figuring import figures
from triage.records import lookups
from triage.reporting import months
from triage.sending import Piece
from triage.wiring import Wiring


def anchor(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell people outside how each clinic's log ends, once a day."""
    clock = wiring.turn("anchor")
    for clinic_id in wiring.look(partial(clinics_to_anchor, clock=clock)):
        yield partial(wiring.do, partial(tell_anchor, clinic_id=clinic_id, clock=clock), clinic_id)


def review(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Draw the reports of the last months that a human is to look at again, where that was not done yet."""
    for clinic in wiring.look(lookups.clinics):
        for month in months_to_draw(wiring.now(), zone_of(clinic)):
            draw = partial(draw_month, clinic_id=clinic.id, month=month, clock=wiring.turn("review"))
            yield partial(wiring.do, draw, clinic.id)


DAILY = {anchor: 60.0, figures: 60.0, months: 300.0, review: 1800.0}  # how many seconds after each other they look
