"""What the clock does once a day or less often: it looks now and then whether a turn has come, by what is on record."""

from collections.abc import Iterator
from functools import partial

from triage.actions.anchors import clinics_to_anchor, tell_anchor
from triage.actions.lot_watch import clinics_to_look_at, look_at_lots, note_look
from triage.actions.outcome_facts import facts_of
from triage.actions.protocols import tables_of
from triage.actions.review import draw_month, months_to_draw
from triage.actions.terms import zone_of
from triage.actions.window_proposals import WorkedOut, keep_proposals, work_out
from triage.figuring import figures
from triage.outcomes.figure import Question
from triage.outcomes.lots import Exposed
from triage.outcomes.windows import proposed_windows
from triage.records import ClinicRow, Session, lookups
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


def lots(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Look once a week whether a lot or a practitioner stands out, and whether the windows fit."""
    for clinic in wiring.look(partial(clinics_to_look_at, now=wiring.now())):
        yield partial(look_at_clinic, wiring, clinic)


def look_at_clinic(wiring: Wiring, clinic: ClinicRow) -> None:
    """Look at one clinic's lots and windows; read and computed while nothing is locked."""
    clock = wiring.turn("lots")
    turn = clock.at(clinic.id)

    def look(session: Session) -> tuple[list[Exposed], WorkedOut | None]:
        tables = tables_of(session, clinic.id, clock.now)
        if tables is None:  # without rules there is nothing to compare with; the trouble is told elsewhere
            return [], None
        facts = facts_of(session, clinic, clock.now, divisor=clock.terms.divisor)
        question = Question(tables.protocol, facts.as_of_us)
        return look_at_lots(facts, question), work_out(session, proposed_windows(facts, question), turn)

    found, worked = wiring.look(look, clinic.id)
    wiring.do(partial(note_look, clinic_id=clinic.id, found=found, clock=clock), clinic.id)
    if worked is not None:
        wiring.do(partial(keep_proposals, worked=worked, turn=turn), clinic.id)


# How many seconds after each other they look.
DAILY = {anchor: 60.0, figures: 60.0, months: 300.0, review: 1800.0, lots: 600.0}
