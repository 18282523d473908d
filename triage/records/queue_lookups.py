"""Reads by name of what waits to be read, and of appointments; and what of both is due for the clock."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, func, or_, text
from sqlmodel import Session, col, select

from triage.records.check_in import CheckInRow
from triage.records.desk import UNDECIDED, UNLOOKED, WAITING, AppointmentRow, ToReadRow
from triage.records.people import PatientRow, StaffRow
from triage.records.queries import Key

UNREAD = text(f"to_read.{WAITING}")  # words, so that the partial index serves it
CLINIC: BindParameter[uuid.UUID] = bindparam("clinic_id")
# Every check-in asks it, so the statement is built once.
LOOKED_AHEAD = (
    select(AppointmentRow)
    .where(
        col(AppointmentRow.clinic_id) == CLINIC,
        col(AppointmentRow.patient_id) == bindparam("patient_id"),
        col(AppointmentRow.cancelled_at).is_(None),
        col(AppointmentRow.at) > bindparam("now"),
    )
    .order_by(col(AppointmentRow.id))
    .with_for_update()
)


class Waiting(NamedTuple):
    """Something to read, whose it is, and the report that it is or came with."""

    row: ToReadRow
    patient: PatientRow
    check_in: CheckInRow | None


def to_read_for_update(session: Session, clinic_id: uuid.UUID, row_id: uuid.UUID) -> ToReadRow | None:
    """Return something to read, locked."""
    one = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, ToReadRow.id == row_id)
    return session.exec(one.with_for_update()).first()


def waiting_of_patient(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, until: datetime
) -> list[ToReadRow]:
    """Return what of a patient waits that came up to a moment, locked."""
    theirs = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, ToReadRow.patient_id == patient_id, UNREAD)
    return list(session.exec(theirs.where(ToReadRow.at <= until).order_by(col(ToReadRow.id)).with_for_update()))


def of_photo(session: Session, clinic_id: uuid.UUID, photo_id: uuid.UUID) -> ToReadRow | None:
    """Return what waits about a photo, locked; None where somebody has seen it."""
    one = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, ToReadRow.photo_id == photo_id, UNREAD)
    return session.exec(one.with_for_update()).first()


def last_read(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> ToReadRow | None:
    """Return what of a patient was read last."""
    theirs = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, ToReadRow.patient_id == patient_id)
    read = theirs.where(col(ToReadRow.read_at).is_not(None))
    return session.exec(read.order_by(col(ToReadRow.read_at).desc()).limit(1)).first()


def waiting_page(session: Session, clinic_id: uuid.UUID, after: uuid.UUID | None, limit: int) -> list[Waiting]:
    """Return what waits, whichever is due first first, those after `after` (None: from the first on)."""
    of_patient = and_(col(PatientRow.clinic_id) == ToReadRow.clinic_id, col(PatientRow.id) == ToReadRow.patient_id)
    of_report = and_(col(CheckInRow.clinic_id) == ToReadRow.clinic_id, col(CheckInRow.id) == ToReadRow.check_in_id)
    page = select(ToReadRow, PatientRow, CheckInRow).join(PatientRow, of_patient).outerjoin(CheckInRow, of_report)
    page = page.where(ToReadRow.clinic_id == clinic_id, UNREAD)
    last = session.get(ToReadRow, (clinic_id, after)) if after else None
    if last is not None:
        same = and_(col(ToReadRow.due_at) == last.due_at, col(ToReadRow.id) > last.id)
        page = page.where(or_(col(ToReadRow.due_at) > last.due_at, same))
    found = session.exec(page.order_by(col(ToReadRow.due_at), col(ToReadRow.id)).limit(limit))
    return [Waiting(*one) for one in found]


def waiting_count(session: Session, clinic_id: uuid.UUID) -> tuple[int, datetime | None]:
    """Return how much waits to be read, and when the first of it is due; None: nothing waits."""
    due = func.min(ToReadRow.due_at)
    number, first = session.exec(select(func.count(), due).where(ToReadRow.clinic_id == clinic_id, UNREAD)).one()
    return number, first


def clinics_to_tell(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Return the clinics in which something is overdue that nobody was told of, or not for a working day."""
    late = select(ToReadRow.clinic_id).where(UNREAD, ToReadRow.tell_at <= now)
    return list(session.exec(late.distinct()))


def overdue_to_read(session: Session, clinic_id: uuid.UUID, now: datetime, limit: int) -> list[ToReadRow]:
    """Return what is overdue at a clinic, locked."""
    late = select(ToReadRow).where(ToReadRow.clinic_id == clinic_id, UNREAD, ToReadRow.due_at <= now)
    return list(session.exec(late.order_by(col(ToReadRow.id)).limit(limit).with_for_update()))


def has_overdue(session: Session, clinic_id: uuid.UUID, now: datetime) -> bool:
    """Tell whether anything is overdue at a clinic."""
    late = select(ToReadRow.id).where(ToReadRow.clinic_id == clinic_id, UNREAD, ToReadRow.due_at <= now)
    return session.exec(late.limit(1)).first() is not None


def staff_member(session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID | None) -> StaffRow | None:
    """Return somebody of the clinic, who may have left; None: nobody is named."""
    return session.get(StaffRow, (clinic_id, staff_id)) if staff_id else None


def appointment_for_update(
    session: Session, clinic_id: uuid.UUID, row_id: uuid.UUID, *, waits: bool = True
) -> AppointmentRow | None:
    """Return an appointment, locked; `waits` False: None too while somebody else has it."""
    one = select(AppointmentRow).where(AppointmentRow.clinic_id == clinic_id, AppointmentRow.id == row_id)
    return session.exec(one.with_for_update(skip_locked=not waits)).first()


def appointments_ahead(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, now: datetime
) -> Sequence[AppointmentRow]:
    """Return a patient's appointments that are to come, locked."""
    asked: dict[str, Any] = {"clinic_id": clinic_id, "patient_id": patient_id, "now": now}
    return session.execute(LOOKED_AHEAD, asked).scalars().all()


def appointments_of(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> list[AppointmentRow]:
    """Return a patient's appointments, cancelled ones too, the next or latest first."""
    theirs = select(AppointmentRow).where(
        AppointmentRow.clinic_id == clinic_id, AppointmentRow.patient_id == patient_id
    )
    return list(session.exec(theirs.order_by(col(AppointmentRow.at).desc(), col(AppointmentRow.id).desc())))


def appointments_to_look_at(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """Return the keys of appointments to look at: their time has come, or a report came after the last look."""
    is_due = or_(col(AppointmentRow.looked_at).is_not(None), col(AppointmentRow.look_at) <= now)
    due = select(AppointmentRow.clinic_id, AppointmentRow.id).where(text(f"({UNLOOKED})"), is_due)
    return [
        (clinic_id, found) for clinic_id, found in session.exec(due.order_by(col(AppointmentRow.look_at)).limit(limit))
    ]


def undecided(session: Session, clinic_id: uuid.UUID, limit: int) -> list[tuple[AppointmentRow, PatientRow]]:
    """Return the appointments with an open question, the next first, and whose they are; missed ones too."""
    of_patient = and_(
        col(PatientRow.clinic_id) == AppointmentRow.clinic_id, col(PatientRow.id) == AppointmentRow.patient_id
    )
    open_now = select(AppointmentRow, PatientRow).join(PatientRow, of_patient)
    open_now = open_now.where(AppointmentRow.clinic_id == clinic_id, text(UNDECIDED))
    return [(row, whose) for row, whose in session.exec(open_now.order_by(col(AppointmentRow.at)).limit(limit))]


def is_undecided(session: Session, clinic_id: uuid.UUID, now: datetime) -> bool:
    """Tell whether an appointment to come has an open question."""
    open_now = select(AppointmentRow.id).where(AppointmentRow.clinic_id == clinic_id, text(UNDECIDED))
    return session.exec(open_now.where(AppointmentRow.at > now).limit(1)).first() is not None
