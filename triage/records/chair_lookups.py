"""Reads with a name for chair and desk: patients found by what is typed, open bottles, codes of slips, the log."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, false, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from triage.records.audit import AuditEventRow
from triage.records.desk import BottleRow, ShortCodeRow
from triage.records.people import PatientRow
from triage.records.procedure import EpisodeRow, ExposureRow, ProcedureRow

FEW = 200  # so many are found at once and put in order; of more, the newest are walked through


class Place(NamedTuple):
    """Where a page of patients ends: the last one's latest procedure and episode."""

    at: datetime
    episode_id: uuid.UUID


def ids_found_by(session: Session, clinic_id: uuid.UUID, words: Sequence[str], limit: int = FEW + 1) -> list[uuid.UUID]:
    """Return the patients whom all the words are found in, in no order, up to a limit; `words` as findable.py folds."""
    found = select(PatientRow.id).where(PatientRow.clinic_id == clinic_id)
    for word in words:
        found = found.where(col(PatientRow.found_by).contains(word, autoescape=True))
    return list(session.exec(found.limit(limit)))


def ids_found_by_any(session: Session, clinic_id: uuid.UUID, words: Sequence[str]) -> list[uuid.UUID]:
    """Return the patients whom at least one of the words is found in, up to a limit; none for no words."""
    either = or_(false(), *(col(PatientRow.found_by).contains(word, autoescape=True) for word in words))
    found = select(PatientRow.id).where(PatientRow.clinic_id == clinic_id, either)
    return list(session.exec(found.limit(FEW + 1))) if words else []


def ids_of_name(session: Session, clinic_id: uuid.UUID, name: str) -> list[uuid.UUID]:
    """Return the patients whose name begins with this one, as findable.py folds it, up to a limit."""
    begins = col(PatientRow.found_by).startswith(f"{name} ", autoescape=True)
    found = select(PatientRow.id).where(PatientRow.clinic_id == clinic_id, begins)
    return list(session.exec(found.limit(FEW + 1)))


def patients_in(session: Session, clinic_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[PatientRow]:
    """Return these patients, in no order."""
    return list(session.exec(select(PatientRow).where(PatientRow.clinic_id == clinic_id, col(PatientRow.id).in_(ids))))


def newest_first(
    session: Session, clinic_id: uuid.UUID, words: Sequence[str], after: Place | None, limit: int
) -> list[tuple[PatientRow, Place]]:
    """Return patients by their latest procedure, the newest first, those after a place (None: from the newest on).

    Who has had no procedure and sent no report is not among them. It is walked through in order, so it is quick where
    `words` leave many, or are none.
    """
    later = aliased(EpisodeRow)
    has_later = exists().where(
        col(later.clinic_id) == col(EpisodeRow.clinic_id),
        col(later.patient_id) == col(EpisodeRow.patient_id),
        col(later.opened_at) > col(EpisodeRow.opened_at),
    )
    same = (col(PatientRow.clinic_id) == col(EpisodeRow.clinic_id)) & (col(PatientRow.id) == col(EpisodeRow.patient_id))
    order = (col(EpisodeRow.last_procedure_at), col(EpisodeRow.id))
    found = select(PatientRow, EpisodeRow.last_procedure_at, EpisodeRow.id).join(EpisodeRow, same)
    found = found.where(EpisodeRow.clinic_id == clinic_id, ~has_later)
    for word in words:
        found = found.where(col(PatientRow.found_by).contains(word, autoescape=True))
    if after is not None:
        found = found.where(tuple_(*order) < tuple_(after.at, after.episode_id))
    rows = session.exec(found.order_by(*(one.desc() for one in order)).limit(limit))
    return [(patient, Place(at, episode_id)) for patient, at, episode_id in rows]


def procedure_times(
    session: Session, clinic_id: uuid.UUID, patient_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[datetime]]:
    """Return when the procedures of each patient were, oldest first; who has had none is not among them."""
    theirs = select(ProcedureRow.patient_id, ProcedureRow.at).where(
        ProcedureRow.clinic_id == clinic_id, col(ProcedureRow.patient_id).in_(patient_ids)
    )
    found: dict[uuid.UUID, list[datetime]] = {}
    for patient_id, at in session.exec(theirs.order_by(col(ProcedureRow.at))):
        found.setdefault(patient_id, []).append(at)
    return found


def patients_reached(
    session: Session, clinic_id: uuid.UUID
) -> list[tuple[uuid.UUID, str | None, str | None, str | None]]:
    """Return id, name, mail and telephone of every patient of a clinic: to compare a whole list with, once."""
    known = select(PatientRow.id, PatientRow.name, PatientRow.email, PatientRow.phone)
    return [tuple(row) for row in session.exec(known.where(PatientRow.clinic_id == clinic_id))]  # type: ignore[misc]


def open_bottles(session: Session, clinic_id: uuid.UUID) -> list[BottleRow]:
    """Return the bottles that are open, by what they are used as."""
    there = select(BottleRow).where(BottleRow.clinic_id == clinic_id, col(BottleRow.emptied_at).is_(None))
    return list(session.exec(there.order_by(col(BottleRow.role), col(BottleRow.product), col(BottleRow.opened_at))))


def bottles_before(session: Session, clinic_id: uuid.UUID, limit: int) -> list[BottleRow]:
    """Return the bottles that were opened last, empty ones too, the newest first."""
    there = select(BottleRow).where(BottleRow.clinic_id == clinic_id)
    return list(session.exec(there.order_by(col(BottleRow.id).desc()).limit(limit)))


def last_used_by(session: Session, clinic_id: uuid.UUID, practitioner: str) -> list[ExposureRow]:
    """Return what a practitioner used in the latest procedure that is noted under this name."""
    theirs = select(ProcedureRow.id).where(
        ProcedureRow.clinic_id == clinic_id, col(ProcedureRow.practitioner) == practitioner
    )
    last = session.exec(theirs.order_by(col(ProcedureRow.at).desc()).limit(1)).first()
    if last is None:
        return []
    used = select(ExposureRow).where(ExposureRow.clinic_id == clinic_id, ExposureRow.procedure_id == last)
    return list(session.exec(used))


def code_by_hash(session: Session, code_hash: str) -> ShortCodeRow | None:
    """Return the code with this hash, one that has run out too."""
    return session.exec(select(ShortCodeRow).where(ShortCodeRow.code_hash == code_hash)).first()


def codes_of(session: Session, patient: PatientRow) -> list[ShortCodeRow]:
    """Return every code that was made for a patient, the newest first."""
    theirs = select(ShortCodeRow).where(
        ShortCodeRow.clinic_id == patient.clinic_id, ShortCodeRow.patient_id == patient.id
    )
    return list(session.exec(theirs.order_by(col(ShortCodeRow.id).desc())))


def was_shown_to(session: Session, patient: PatientRow, actor_id: str, since: datetime) -> bool:
    """Tell whether the log says that somebody had the patient's link shown from a moment on."""
    shown = select(func.count()).where(
        AuditEventRow.clinic_id == patient.clinic_id,
        AuditEventRow.thing_id == str(patient.id),
        AuditEventRow.did == "link_shown",
        AuditEventRow.actor_id == actor_id,
        col(AuditEventRow.at) >= since,
    )
    return bool(session.exec(shown).one())
