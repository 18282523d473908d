"""Reads about lots: who received one, which ones are held, and what was found when they were looked at."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from triage.records.outcome import LotHoldRow, LotLookRow
from triage.records.people import PatientRow
from triage.records.procedure import ExposureRow, ProcedureRow

OF_PROCEDURE = and_(
    col(ProcedureRow.clinic_id) == col(ExposureRow.clinic_id), col(ProcedureRow.id) == col(ExposureRow.procedure_id)
)
OF_PATIENT = and_(
    col(PatientRow.clinic_id) == col(ProcedureRow.clinic_id), col(PatientRow.id) == col(ProcedureRow.patient_id)
)
MOST_IDS = 500  # of one statement
DROPPED = " -_./"  # what people leave out or put in when they copy a number from a label


class Received(NamedTuple):
    """Somebody on whom a product was used, once."""

    patient_id: uuid.UUID
    reference: str
    name: str | None
    email: str | None
    phone: str | None
    language: str
    at: datetime  # of the procedure
    practitioner: str | None
    role: str
    product: str
    maker: str | None
    shade: str | None
    lot: str
    expiry: date | None


class KnownLot(NamedTuple):
    """A lot that was used."""

    role: str
    product: str
    lot: str
    sessions: int
    last_at: datetime


def fold(lot: str) -> str:
    """Return a lot number as it is compared: small letters, without what is left out when it is copied."""
    return "".join(letter for letter in lot.lower() if letter not in DROPPED)


def is_lot(column: Any, lot: str) -> ColumnElement[bool]:
    """Return the condition that a column holds this lot number, however it was copied."""
    folded = func.lower(column)
    for letter in DROPPED:
        folded = func.replace(folded, letter, "")
    return folded == fold(lot)


def received(session: Session, clinic_id: uuid.UUID, lot: str, role: str | None, product: str | None) -> list[Received]:
    """Return who received a lot, the latest first; None: whatever it was used as, of whatever product."""
    there = {"patient_id": PatientRow.id, "at": ProcedureRow.at, "practitioner": ProcedureRow.practitioner}
    columns = []
    for name in Received._fields:
        table = PatientRow if name in ("reference", "name", "email", "phone", "language") else ExposureRow
        columns.append(col(there[name]) if name in there else col(getattr(table, name)))
    found = select_columns(*columns).join(ProcedureRow, OF_PROCEDURE).join(PatientRow, OF_PATIENT)
    found = found.where(col(ExposureRow.clinic_id) == clinic_id, is_lot(col(ExposureRow.lot), lot))
    found = found.where(col(ExposureRow.role) == role) if role else found
    found = found.where(func.lower(col(ExposureRow.product)) == product.lower()) if product else found
    return [Received._make(row) for row in session.execute(found.order_by(col(ProcedureRow.at).desc()))]


def known_lots(session: Session, clinic_id: uuid.UUID, limit: int) -> list[KnownLot]:
    """Return the lots that were used, those used last first."""
    role, product, lot = (col(name) for name in (ExposureRow.role, ExposureRow.product, ExposureRow.lot))
    last = func.max(ProcedureRow.at)
    found = select_columns(role, product, lot, func.count(ExposureRow.procedure_id.distinct()), last)  # type: ignore[attr-defined]
    found = found.join(ProcedureRow, OF_PROCEDURE).where(col(ExposureRow.clinic_id) == clinic_id, lot.is_not(None))
    found = found.group_by(role, product, lot).order_by(last.desc()).limit(limit)
    return [KnownLot._make(row) for row in session.execute(found)]


def holds(session: Session, clinic_id: uuid.UUID) -> list[LotHoldRow]:
    """Return the lots that are held now, the latest first."""
    held = select(LotHoldRow).where(LotHoldRow.clinic_id == clinic_id, col(LotHoldRow.lifted_at).is_(None))
    return list(session.exec(held.order_by(col(LotHoldRow.placed_at).desc())))


def last_look(session: Session, clinic_id: uuid.UUID) -> datetime | None:
    """Return when the lots were last looked at; None: never."""
    return session.exec(select(func.max(LotLookRow.looked_at)).where(LotLookRow.clinic_id == clinic_id)).one()


def signals(session: Session, clinic_id: uuid.UUID, limit: int) -> list[LotLookRow]:
    """Return the looks that stood out, the latest first."""
    found = select(LotLookRow).where(LotLookRow.clinic_id == clinic_id, col(LotLookRow.is_signal))
    return list(session.exec(found.order_by(col(LotLookRow.looked_at).desc()).limit(limit)))


def patients(session: Session, clinic_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[PatientRow]:
    """Return these patients."""
    found: list[PatientRow] = []
    for start in range(0, len(ids), MOST_IDS):
        some = col(PatientRow.id).in_(ids[start : start + MOST_IDS])
        found += session.exec(select(PatientRow).where(PatientRow.clinic_id == clinic_id, some))
    return found
