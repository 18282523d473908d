"""Reads with a name about kept figures of the audit, and which clinics want theirs computed."""

import uuid
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from triage.records.outcome import FigureRow
from triage.records.queries import NAMED


def figure(session: Session, clinic_id: uuid.UUID, name: str, asked: str) -> FigureRow | None:
    """Return a kept figure by its question."""
    kept = select(FigureRow).where(FigureRow.clinic_id == clinic_id, FigureRow.name == name)
    return session.exec(kept.where(FigureRow.asked == asked)).first()


def figures_kept(session: Session, clinic_id: uuid.UUID, asked: str) -> dict[str, FigureRow]:
    """Return every figure that was kept of one question, by its name."""
    kept = select(FigureRow).where(FigureRow.clinic_id == clinic_id, FigureRow.asked == asked)
    return {row.name: row for row in session.exec(kept)}


def moments_kept(session: Session, asked: str) -> list[tuple[uuid.UUID, str, datetime, int]]:
    """Return (clinic, name, computed at, milliseconds) of every clinic's figures of one question."""
    kept = select(FigureRow.clinic_id, FigureRow.name, FigureRow.computed_at, FigureRow.took_ms)
    return [(*found,) for found in session.exec(kept.where(FigureRow.asked == asked))]


def forget_figures(session: Session, *, clinic_id: uuid.UUID, before: datetime) -> int:
    """Removes the figures of a clinic that are older; how many. They are computed anew when somebody asks."""
    old = delete(FigureRow).where(col(FigureRow.clinic_id) == clinic_id, col(FigureRow.computed_at) < before)
    return session.exec(old, execution_options=NAMED).rowcount
