"""The clinic, who works there, who may call in, and who is looked after."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, Row, UtcDateTime, check, clinic_key, new_id, one_of, tenant_key


class ClinicRow(Row, table=True):
    __tablename__ = "clinic"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    time_zone: str
    opening_hours: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # weekday -> [["09:00", "17:00"], ...]
    phone: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class StaffRow(ClinicOwned, table=True):
    __tablename__ = "staff"
    __table_args__ = (
        clinic_key(),
        UniqueConstraint("clinic_id", "email"),
        one_of("role", "practitioner", "lead", "auditor", "admin"),
    )

    name: str
    email: str
    role: str
    password_hash: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeyRow(ClinicOwned, table=True):
    """A key of the API. All but intake belong to a member of staff: what the key does, that person did."""

    __tablename__ = "api_key"
    __table_args__ = (
        clinic_key(),
        tenant_key("staff_id", "staff"),
        UniqueConstraint("token_hash"),
        one_of("role", "practitioner", "lead", "auditor", "admin", "intake"),
        check("somebodys", "role = 'intake' OR staff_id IS NOT NULL"),
    )

    role: str
    staff_id: uuid.UUID | None = None
    prefix: str
    token_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PatientRow(ClinicOwned, table=True):
    __tablename__ = "patient"
    __table_args__ = (clinic_key(), UniqueConstraint("clinic_id", "reference"))

    reference: str
    name: str | None = None
    birth_year: int | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    time_zone: str | None = None
    country: str | None = None
    risk_factors: list[str] = Field(default_factory=list, sa_type=Json)
    guardian: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ConsentRow(ClinicOwned, table=True):
    """The words agreed to, kept in full. Without one that stands, no message is ever sent."""

    __tablename__ = "consent"
    __table_args__ = (tenant_key("patient_id", "patient"), Index(None, "clinic_id", "patient_id"))

    patient_id: uuid.UUID
    text: str
    version: str
    at: datetime = Field(sa_type=UtcDateTime)
    given_by: str
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PatientTokenRow(ClinicOwned, table=True):
    """What a patient's link carries. A later generation replaces an earlier one."""

    __tablename__ = "patient_token"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        UniqueConstraint("token_hash"),
        Index(None, "clinic_id", "patient_id"),
    )

    patient_id: uuid.UUID
    token_hash: str
    generation: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
