"""Computes the audit's figures: read in one transaction, computed with none open, kept in another. The clock's part."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from triage.actions.outcomes import (
    AUDITORS,
    WHOLE,
    Asked,
    Shown,
    Source,
    answer,
    check_asked,
    claim_figures,
    clinics_to_compute,
    keep_figure,
    kept_figure,
    read_source,
)
from triage.actions.turn import Turn
from triage.outcomes.catalogue import FIGURES
from triage.records.bulk import Progress
from triage.sending import Piece
from triage.wiring import Wiring


def find_figure(
    wiring: Wiring, name: str, asked: Asked, turn: Turn, *, fresh: bool = False, progress: Progress | None = None
) -> Shown:
    """Return a figure as it was kept since last night, else computed now; nobody waits for it meanwhile.

    `fresh`: computed now in any case. Raises NotAllowed, NotFound for a figure that there is not, Invalid.
    """
    turn.by.require(*AUDITORS)
    check_asked(name, asked)
    clinic_id = turn.by.clinic_id
    if not fresh:
        find = partial(kept_figure, clinic_id=clinic_id, name=name, asked=asked, turn=turn)
        if (kept := wiring.look(find, clinic_id)) is not None:
            return kept
    read = partial(read_source, clinic_id=clinic_id, turn=turn, progress=progress)
    shown = answer(wiring.look(read, clinic_id), name, asked, turn)
    keep(wiring, clinic_id, name, asked, shown)
    return shown


def figures(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Compute every figure of each clinic whose night is over, one by one; the records are read once a clinic."""
    for clinic_id in wiring.look(partial(clinics_to_compute, now=wiring.now())):
        clock = wiring.turn("figures")
        if wiring.do(partial(claim_figures, clinic_id=clinic_id, clock=clock), clinic_id):
            night = Night(wiring, clock.at(clinic_id))
            yield night.read
            for name in FIGURES:
                yield partial(night.compute, name)


class Night:
    """One clinic's figures of one night."""

    def __init__(self, wiring: Wiring, turn: Turn) -> None:
        self.wiring = wiring
        self.turn = turn
        self.source: Source | None = None

    def read(self) -> None:
        """Read the clinic's records."""
        clinic_id = self.turn.by.clinic_id
        self.source = self.wiring.look(partial(read_source, clinic_id=clinic_id, turn=self.turn), clinic_id)

    def compute(self, name: str) -> None:
        """Compute and keep one figure; nothing where the records could not be read."""
        if self.source is not None:
            shown = answer(self.source, name, WHOLE, self.turn)
            keep(self.wiring, self.turn.by.clinic_id, name, WHOLE, shown)


def keep(wiring: Wiring, clinic_id: UUID, name: str, asked: Asked, shown: Shown) -> None:
    """Keep a figure."""
    wiring.do(partial(keep_figure, clinic_id=clinic_id, name=name, asked=asked, shown=shown), clinic_id)
