"""What lets people say that a way to reach them is theirs, and lets text messages in."""

import uuid
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, UtcDateTime, clinic_key, only, tenant_key


class ContactTokenRow(ClinicOwned, table=True):
    """What the link in a contact_check carries: whoever opens it reads what is sent to this contact. Used once."""

    __tablename__ = "contact_token"
    __table_args__ = (tenant_key("contact_id", "contact"), UniqueConstraint("token_hash"))

    contact_id: uuid.UUID
    token_hash: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SmsInboundRow(ClinicOwned, table=True):
    """The secret part of the address to which a provider hands a clinic's incoming text messages; one is current."""

    __tablename__ = "sms_inbound"
    __table_args__ = (
        clinic_key(),
        UniqueConstraint("secret_hash"),
        Index("uq_sms_inbound_current", "clinic_id", unique=True, **only("revoked_at IS NULL")),
    )

    secret_hash: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
