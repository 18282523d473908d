"""Reads with a name about how results were rated."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from triage.records.outcome import RatingRow


def standing(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID) -> dict[str, RatingRow]:
    """Return the ratings of a course that stand, by who rated: patient, practitioner."""
    rows = select(RatingRow).where(
        RatingRow.clinic_id == clinic_id,
        RatingRow.episode_id == episode_id,
        col(RatingRow.replaced_at).is_(None),
    )
    return {row.rated_by: row for row in session.exec(rows)}


def standing_for_update(
    session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID, rated_by: str
) -> RatingRow | None:
    """Return the rating of one side that stands, locked: of two taps at once the second sees the first."""
    rows = select(RatingRow).where(
        RatingRow.clinic_id == clinic_id,
        RatingRow.episode_id == episode_id,
        RatingRow.rated_by == rated_by,
        col(RatingRow.replaced_at).is_(None),
    )
    return session.exec(rows.with_for_update(), execution_options={"populate_existing": True}).first()


def has_rated_all(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID, since: datetime) -> bool:
    """Tell whether the patient has answered every question about a course, from a moment on."""
    row = standing(session, clinic_id, episode_id).get("patient")
    return row is not None and row.at >= since and None not in (row.density, row.dot_size, row.colour, row.evenness)
