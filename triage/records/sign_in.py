"""How staff come in: sessions, trusted devices, recovery codes, links that set a password, and tries that failed.

Every secret is kept as its hash only; the secret behind one-time codes is derived, so no row has it.
"""

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Row, UtcDateTime, check, new_id, one_of, tenant_key

LINKS = ("invitation", "password_reset")


class StaffSessionRow(ClinicOwned, table=True):
    """One browser in which a member of staff is signed in, from the code to the sign-out."""

    __tablename__ = "staff_session"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        tenant_key("device_id", "trusted_device"),
        UniqueConstraint("token_hash"),
        Index(None, "clinic_id", "staff_id"),
        check("ended", "(ended_at IS NULL) = (ended_why IS NULL)"),
    )
    audited: ClassVar[bool] = False  # signing in and out has audit events of its own; being seen has none

    staff_id: uuid.UUID
    token_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)  # when they last proved who they are, for changes of weight
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_why: str | None = None  # as a word of the code: signed_out, revoked, password_changed, left
    device_id: uuid.UUID | None = None  # the trusted device that stood in for the code
    agent: str = ""  # the browser as it names itself, shortened
    address: str = ""  # where it was signed in from


class TrustedDeviceRow(ClinicOwned, table=True):
    """A browser that is not asked for a code again until `ends_at`, and that no stranger's failures lock out."""

    __tablename__ = "trusted_device"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        UniqueConstraint("token_hash"),
        Index(None, "clinic_id", "staff_id"),
    )

    staff_id: uuid.UUID
    token_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    agent: str = ""


class RecoveryCodeRow(ClinicOwned, table=True):
    """One of the codes that stand in for a lost phone, each used once."""

    __tablename__ = "recovery_code"
    __table_args__ = (tenant_key("staff_id", "staff"), UniqueConstraint("clinic_id", "staff_id", "code_hash"))

    staff_id: uuid.UUID
    code_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StaffLinkRow(ClinicOwned, table=True):
    """A link by which somebody sets their password: they were invited, or have forgotten it. Used once."""

    __tablename__ = "staff_link"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        UniqueConstraint("token_hash"),
        one_of("kind", *LINKS),
        Index(None, "clinic_id", "staff_id"),
    )

    staff_id: uuid.UUID
    kind: str
    token_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FailedTryRow(Row, table=True):
    """A password or code that was wrong; no clinic's, since the account may not exist. Gone after a day."""

    __tablename__ = "failed_try"
    __table_args__ = (Index(None, "what", "at"), Index("ix_failed_try_at", "at"))
    audited: ClassVar[bool] = False

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    what: str  # a keyed hash of what is counted: an account, an address, both, a device
    at: datetime = Field(sa_type=UtcDateTime)
