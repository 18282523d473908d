"""Reads about photos by name: whose they are, which wait for a human, and which files rows name."""

import uuid
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from triage.records.phone import PhotoRow

LIVING = col(PhotoRow.erased_at).is_(None)


class Counts(NamedTuple):
    """How many photos of a patient there are; what was erased counts as uploaded only."""

    of_report: int
    of_episode: int
    uploaded: int  # since the moment that was asked for


def photo_for_update(session: Session, clinic_id: uuid.UUID, photo_id: uuid.UUID) -> PhotoRow | None:
    """Return a photo of the clinic, erased ones too, locked."""
    one = select(PhotoRow).where(PhotoRow.clinic_id == clinic_id, PhotoRow.id == photo_id)
    return session.exec(one.with_for_update()).first()


def photo(session: Session, clinic_id: uuid.UUID, photo_id: uuid.UUID) -> PhotoRow | None:
    """Return a photo of the clinic, erased ones too."""
    return session.get(PhotoRow, (clinic_id, photo_id))


def same_photo(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, digest: str) -> PhotoRow | None:
    """Return the patient's photo with this very content."""
    theirs = select(PhotoRow).where(PhotoRow.clinic_id == clinic_id, PhotoRow.patient_id == patient_id)
    return session.exec(theirs.where(PhotoRow.digest == digest, LIVING)).first()


def counts(
    session: Session,
    clinic_id: uuid.UUID,
    patient_id: uuid.UUID,
    *,
    about: tuple[uuid.UUID | None, uuid.UUID],
    since: datetime,
) -> Counts:
    """Return how many photos a patient has; `about`: the report (None: none) and the episode that are counted."""
    theirs = select(func.count()).where(PhotoRow.clinic_id == clinic_id, PhotoRow.patient_id == patient_id)
    of_report, of_episode = PhotoRow.check_in_id == about[0], PhotoRow.episode_id == about[1]
    return Counts(
        int(session.exec(theirs.where(of_report, LIVING)).one()) if about[0] else 0,
        int(session.exec(theirs.where(of_episode, LIVING)).one()),
        int(session.exec(theirs.where(PhotoRow.received_at > since)).one()),
    )


def photos_page(
    session: Session,
    clinic_id: uuid.UUID,
    after: uuid.UUID | None,
    limit: int,
    *,
    patient_id: uuid.UUID | None = None,
    is_unseen: bool = False,
) -> list[PhotoRow]:
    """Return photos that are not erased, whichever came first first, of a patient (None: of the whole clinic).

    `is_unseen`: only those that nobody at the clinic has seen. `after`: the last of the page before.
    """
    page = select(PhotoRow).where(PhotoRow.clinic_id == clinic_id, LIVING)
    page = page.where(PhotoRow.patient_id == patient_id) if patient_id else page
    page = page.where(col(PhotoRow.seen_at).is_(None)) if is_unseen else page
    page = page.where(col(PhotoRow.id) > after) if after else page
    return list(session.exec(page.order_by(col(PhotoRow.id)).limit(limit)))


def named_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests that a photo of any clinic still needs."""
    needed = select(PhotoRow.digest).where(col(PhotoRow.digest).in_(digests), LIVING)
    return set(session.exec(needed))


def all_living(session: Session) -> Iterator[tuple[uuid.UUID, str, int]]:
    """Yield id, digest and size of every photo that has its file."""
    rows = select(PhotoRow.id, PhotoRow.digest, PhotoRow.size).where(LIVING).order_by(col(PhotoRow.id))
    yield from session.exec(rows, execution_options={"yield_per": 1000})
