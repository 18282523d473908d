"""Reads for the desk, each for many alerts at once: whose they are, what was last reported, where photos are."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from triage.records.check_in import CheckInRow
from triage.records.people import PatientRow, StaffRow
from triage.records.phone import PhotoRow
from triage.records.procedure import ProcedureRow


class Whose(NamedTuple):
    """A patient, as far as a list shows them."""

    reference: str
    name: str | None
    language: str
    phone: str | None


def patients(session: Session, clinic_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Whose]:
    """Return who these patients are."""
    who = select(
        col(PatientRow.id),
        col(PatientRow.reference),
        col(PatientRow.name),
        col(PatientRow.language),
        col(PatientRow.phone),
    )
    found = session.execute(who.where(col(PatientRow.clinic_id) == clinic_id, col(PatientRow.id).in_(ids)))
    return {row[0]: Whose(*row[1:]) for row in found}


def staff_names(session: Session, clinic_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the names of all who work or have worked there."""
    named = select(col(StaffRow.id), col(StaffRow.name)).where(col(StaffRow.clinic_id) == clinic_id)
    return {row[0]: row[1] for row in session.execute(named)}


def sittings(
    session: Session, clinic_id: uuid.UUID, patient_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]]:
    """Return episode and time of each procedure of these patients, oldest first."""
    done = select(col(ProcedureRow.patient_id), col(ProcedureRow.episode_id), col(ProcedureRow.at))
    done = done.where(col(ProcedureRow.clinic_id) == clinic_id, col(ProcedureRow.patient_id).in_(patient_ids))
    found: dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]] = {}
    for patient_id, episode_id, at in session.execute(done.order_by(col(ProcedureRow.at))):
        found.setdefault(patient_id, []).append((episode_id, at))
    return found


def received(session: Session, clinic_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return when these check-ins came in."""
    came = select(col(CheckInRow.id), col(CheckInRow.received_at))
    found = session.execute(came.where(col(CheckInRow.clinic_id) == clinic_id, col(CheckInRow.id).in_(ids)))
    return {row[0]: row[1] for row in found}


def last_reports(
    session: Session, clinic_id: uuid.UUID, patient_ids: Collection[uuid.UUID], most: int
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Return the contents of the last check-ins of each patient, oldest first; none that somebody else sent."""
    place = func.row_number().over(partition_by=col(CheckInRow.patient_id), order_by=col(CheckInRow.at).desc())
    ranked = (
        select(col(CheckInRow.patient_id), col(CheckInRow.at), col(CheckInRow.content), place.label("place"))
        .where(
            col(CheckInRow.clinic_id) == clinic_id,
            col(CheckInRow.patient_id).in_(patient_ids),
            col(CheckInRow.disputed_at).is_(None),
        )
        .subquery()
    )
    last = select(ranked.c.patient_id, ranked.c.content).where(ranked.c.place <= most).order_by(ranked.c.at)
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for patient_id, content in session.execute(last):
        found.setdefault(patient_id, []).append(content)
    return found


def with_photos(session: Session, clinic_id: uuid.UUID, patient_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return the episodes of these patients that a photo belongs to; erased ones do not count."""
    theirs = select(col(PhotoRow.episode_id)).where(col(PhotoRow.clinic_id) == clinic_id)
    living = theirs.where(col(PhotoRow.patient_id).in_(patient_ids), col(PhotoRow.erased_at).is_(None))
    return set(session.scalars(living))
