"""Reads with a name about windows that are proposed to move."""

import uuid

from sqlmodel import Session, col, select

from triage.records.outcome import WindowProposalRow

Clinic = uuid.UUID


def open_proposals(session: Session, clinic_id: Clinic) -> list[WindowProposalRow]:
    """Return the proposals that nobody has decided about, by symptom."""
    rows = select(WindowProposalRow).where(WindowProposalRow.clinic_id == clinic_id, WindowProposalRow.state == "open")
    return list(session.exec(rows.order_by(col(WindowProposalRow.symptom))))


def decided_proposals(session: Session, clinic_id: Clinic, limit: int) -> list[WindowProposalRow]:
    """Return the proposals that somebody has taken or dismissed, the latest first."""
    rows = select(WindowProposalRow).where(
        WindowProposalRow.clinic_id == clinic_id, col(WindowProposalRow.decided_at).is_not(None)
    )
    return list(session.exec(rows.order_by(col(WindowProposalRow.decided_at).desc()).limit(limit)))


def for_update(session: Session, clinic_id: Clinic, proposal_id: uuid.UUID) -> WindowProposalRow | None:
    """Return one proposal, locked: of two decisions at once the second sees the first."""
    row = select(WindowProposalRow).where(WindowProposalRow.clinic_id == clinic_id, WindowProposalRow.id == proposal_id)
    return session.exec(row.with_for_update(), execution_options={"populate_existing": True}).first()
