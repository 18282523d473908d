"""What practitioners work with at desk and chair: calls, undo, what is to be read, bottles, codes, appointments."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key
from triage.records.procedure import ROLES

TO_READ = ("note", "photo", "problem")
WAITING = "read_at IS NULL"
# A look that is later than the last one: a report came in between.
UNLOOKED = "cancelled_at IS NULL AND (looked_at IS NULL OR looked_at < look_at)"
UNDECIDED = "cancelled_at IS NULL AND why_not IS NOT NULL AND decision IS NULL"
DECISIONS = ("go_ahead", "postpone")


class CallRow(ClinicOwned, table=True):
    """Somebody telephoned a patient about an alert; where nobody answered, when it is tried again."""

    __tablename__ = "call"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        check("again", "NOT reached OR again_at IS NULL"),
        Index(None, "clinic_id", "alert_id"),
    )

    alert_id: uuid.UUID
    staff_id: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    reached: bool
    again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # undone: it was a slip of the finger


class UndoRow(ClinicOwned, table=True):
    """How an alert stood before somebody's last answer, for the seconds in which they may take it back.

    Good only while the alert still is of the `version` that the answer made.
    """

    __tablename__ = "undo"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        Index(None, "clinic_id", "alert_id"),
    )

    alert_id: uuid.UUID
    staff_id: uuid.UUID
    did: str  # the verb of the answer
    version: int
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ToReadRow(ClinicOwned, table=True):
    """Something of a patient's that a human must read: a note, a photo, a report that could not be read whole."""

    __tablename__ = "to_read"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("check_in_id", "check_in"),
        tenant_key("photo_id", "photo"),
        tenant_key("read_by", "staff"),
        one_of("kind", *TO_READ),
        check("about_one", "(check_in_id IS NULL) <> (photo_id IS NULL)"),
        check("read", "(read_at IS NULL) = (read_by IS NULL)"),
        UniqueConstraint("clinic_id", "kind", "check_in_id"),
        UniqueConstraint("clinic_id", "photo_id"),
        Index(None, "clinic_id", "patient_id"),
        Index("ix_to_read_waiting", "clinic_id", "due_at", **only(WAITING)),
        Index("ix_to_read_untold", "tell_at", **only(WAITING)),
    )

    patient_id: uuid.UUID
    kind: str
    check_in_id: uuid.UUID | None = None
    photo_id: uuid.UUID | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)  # one working day later
    tell_at: datetime = Field(sa_type=UtcDateTime)  # when people are told that it is overdue; later again
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when they were told last
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_by: uuid.UUID | None = None


class BottleRow(ClinicOwned, table=True):
    """A product that is open at the clinic, so that a procedure names its lot with one tap."""

    __tablename__ = "bottle"
    __table_args__ = (
        clinic_key(),
        one_of("role", *ROLES),
        Index("ix_bottle_open", "clinic_id", "opened_at", **only("emptied_at IS NULL")),
    )

    role: str
    product: str
    maker: str | None = None
    shade: str | None = None
    lot: str
    expiry: date | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    opened_by: str
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShortCodeRow(ClinicOwned, table=True):
    """The code on a printed slip that leads to a patient's link, for as long as a client may need to type it."""

    __tablename__ = "short_code"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        UniqueConstraint("code_hash"),
        Index(None, "clinic_id", "patient_id"),
    )

    patient_id: uuid.UUID
    code_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    ends_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it was first typed in


class AppointmentRow(ClinicOwned, table=True):
    """A patient's next session, and what was decided about it where the last one is not over by then."""

    __tablename__ = "appointment"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("decided_by", "staff"),
        one_of("decision", *DECISIONS),
        check("decided", "(decision IS NULL) = (decided_at IS NULL)"),
        check("decided_by", "(decision IS NULL) = (decided_by IS NULL)"),
        Index(None, "clinic_id", "patient_id"),
        Index("ix_appointment_ahead", "look_at", **only(UNLOOKED)),
        Index("ix_appointment_undecided", "clinic_id", "at", **only(UNDECIDED)),
    )

    patient_id: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look_at: datetime = Field(sa_type=UtcDateTime)  # when it is looked at whether the last session is over
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What was not over, in words; None: nothing, or nobody has looked.
    why_not: list[Any] | None = Field(default=None, sa_type=Json)
    levels: dict[str, Any] | None = Field(default=None, sa_type=Json)  # how grave each reason is, by what it is about
    decision: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: uuid.UUID | None = None
    reason: str | None = None
