"""A patient's ledger as it is shown: what was expected, how it was asked for, and what became of it."""

import uuid
from typing import Any

from triage.actions.enrol import patient_of
from triage.actions.turn import Turn
from triage.records import ExpectationRow, Session, ledger
from triage.records.check_in import SILENCES, STATES, UNASKED

__all__ = ["SILENCES", "STATES", "UNASKED", "expectations_shown"]

SHOWN = """id episode_id state due_at alert_at asks unasked_why asked_at sent_at delivered_at opened_at remind_at
    reminded_at answered_at answered_by settled_at excused_by excused_why silence""".split()


def expectations_shown(
    session: Session, patient_id: uuid.UUID, after: uuid.UUID | None, size: int, turn: Turn
) -> dict[str, Any]:
    """Return a page of a patient's expectations in the order planned, and the cursor of the next page.

    Raises NotFound for another clinic's patient.
    """
    patient = patient_of(session, patient_id, by=turn.by)
    rows = ledger.expectations_page(session, turn.by.clinic_id, patient.id, after, size + 1)
    page = rows[:size]
    return {"items": [_shown(row) for row in page], "next": str(page[-1].id) if len(rows) > size else None}


def _shown(row: ExpectationRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHOWN}
