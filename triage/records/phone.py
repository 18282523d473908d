"""What the patient's phone shows and sends besides reports: photos, a practitioner's replies, the clinic's logo."""

import uuid
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from triage.records.base import ClinicOwned, UtcDateTime, check, clinic_key, one_of, tenant_key

POSES = ("top", "front", "back", "other")


class PhotoRow(ClinicOwned, table=True):
    """A photo as it was drawn anew by us; the file lies under its digest, outside of every web root.

    A photo never lowers an urgency: it is work for a human, in a lane of its own.
    """

    __tablename__ = "photo"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("check_in_id", "check_in"),
        tenant_key("seen_by", "staff"),
        one_of("pose", *POSES),
        one_of("source", "patient", "staff"),
        check("seen", "(seen_at IS NULL) = (seen_by IS NULL)"),
        Index(None, "clinic_id", "patient_id"),
        Index(None, "digest"),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    check_in_id: uuid.UUID | None = None  # the report that it came with; None: it came alone
    pose: str
    digest: str  # SHA-256 of the file, hexadecimal
    size: int  # bytes
    width: int  # pixels
    height: int
    source: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_by: uuid.UUID | None = None
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the file is gone; the row stays


class ReplyRow(ClinicOwned, table=True):
    """What a practitioner wrote back to a patient; its words are never changed.

    One that its writer took back within seconds stays, and nobody shows it.
    """

    __tablename__ = "reply"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        Index(None, "clinic_id", "patient_id"),
    )

    patient_id: uuid.UUID
    alert_id: uuid.UUID
    staff_id: uuid.UUID
    text: str
    at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the patient has opened it
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # undone: never shown again


class ClinicLogoRow(ClinicOwned, table=True):
    """A clinic's logo as a small PNG; the one without `replaced_at` is shown."""

    __tablename__ = "clinic_logo"
    __table_args__ = (clinic_key(),)

    digest: str
    image: bytes
    made_at: datetime = Field(sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
