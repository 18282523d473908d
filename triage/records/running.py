"""What the service needs to run: answers already given, and signs of life of the loops."""

import uuid
from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from triage.records.base import Row, UtcDateTime


class IdempotencyRow(Row, table=True):
    """The answer to a call, kept so that the same call again gets the same answer."""

    __tablename__ = "idempotency"
    audited: ClassVar[bool] = False

    clinic_id: uuid.UUID = Field(primary_key=True)
    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: str
    status: int
    body: str  # JSON as text: the same answer to the letter
    created_at: datetime = Field(sa_type=UtcDateTime)


class HeartbeatRow(Row, table=True):
    """The last full cycle of one loop in one process; no clinic's."""

    __tablename__ = "heartbeat"
    audited: ClassVar[bool] = False

    loop: str = Field(primary_key=True)
    worker: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    cycles: int = 0
    detail: str | None = None
