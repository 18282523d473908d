"""Published protocols, whole: their files are the text that was reviewed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, clinic_key, only


class ProtocolRow(ClinicOwned, table=True):
    """`files` maps file name to text. A clinic has at most one that is not retired."""

    __tablename__ = "protocol"
    __table_args__ = (
        clinic_key(),
        Index(None, "clinic_id", "digest"),
        Index("uq_protocol_active", "clinic_id", unique=True, **only("retired_at IS NULL")),
    )

    name: str
    version: str
    digest: str
    files: dict[str, Any] = Field(sa_type=Json)
    author: str | None = None
    reviewer: str | None = None
    published_at: datetime = Field(sa_type=UtcDateTime)
    published_by: str
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
