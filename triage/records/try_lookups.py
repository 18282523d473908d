"""Counts of tries that failed, for whoever slows down guessing."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from triage.records.sign_in import FailedTryRow


def failures_of(session: Session, what: str, since: datetime) -> int:
    """Return how many tries of this kind failed from a moment on."""
    failed = select(func.count()).where(FailedTryRow.what == what, col(FailedTryRow.at) >= since)
    return int(session.exec(failed).one())
