"""What was done: episodes, the procedures in them, and what touched the skin."""

import uuid
from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, one_of, only, tenant_key

ROLES = ("pigment", "diluent", "anaesthetic", "needle", "ointment")  # what a product is used as


class EpisodeRow(ClinicOwned, table=True):
    """Procedures that belong together. A patient has at most one open."""

    __tablename__ = "episode"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        Index(None, "clinic_id", "patient_id"),
        Index("uq_episode_open", "clinic_id", "patient_id", unique=True, **only("closed_at IS NULL")),
        Index("ix_episode_finished", "last_procedure_at", **only("closed_at IS NULL")),
        Index("ix_episode_newest", "clinic_id", "last_procedure_at", "id"),
        Index("ix_episode_running", "clinic_id", "protocol_digest", **only("closed_at IS NULL")),
    )

    patient_id: uuid.UUID
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_procedure_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The first and the latest finding at urgent or above that no human has closed.
    danger_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    danger_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The version that its first report was judged with, and that it keeps; None: nothing was judged yet.
    protocol_digest: str | None = None


class ProcedureRow(ClinicOwned, table=True):
    __tablename__ = "procedure"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        Index(None, "clinic_id", "patient_id", "at"),
        Index(None, "clinic_id", "practitioner", "at"),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    practitioner: str | None = None
    areas: list[str] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disputed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the patient says that the date is wrong


class ExposureRow(ClinicOwned, table=True):
    """A product used in a procedure, findable by its lot."""

    __tablename__ = "exposure"
    __table_args__ = (
        tenant_key("procedure_id", "procedure"),
        one_of("role", *ROLES),
        Index(None, "clinic_id", "procedure_id"),
        Index(None, "clinic_id", "lot"),
    )

    procedure_id: uuid.UUID
    role: str
    product: str
    maker: str | None = None
    shade: str | None = None
    lot: str | None = None
    expiry: date | None = None
    opened_on: date | None = None
