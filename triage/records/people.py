"""The clinic, who works there, who may call in, and who is looked after."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, Row, UtcDateTime, check, clinic_key, new_id, one_of, tenant_key

PURPOSES = ("messages", "photos", "improvement")  # what a patient may agree to


class ClinicRow(Row, table=True):
    __tablename__ = "clinic"
    __table_args__ = (check("ask_hour", "ask_hour BETWEEN 8 AND 20"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    time_zone: str
    opening_hours: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # weekday -> [["09:00", "17:00"], ...]
    phone: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    # {"country": "DE", "subdivision": "BY", "closed": ["2026-12-27"], "open": [...]}; None: no day is a holiday
    holidays: dict[str, Any] | None = Field(default=None, sa_type=Json)
    out_of_hours: str | None = None  # where patients turn while nobody is there, in the clinic's words
    colour: str | None = None  # its accent on patients' pages, as #rrggbb; None: ours
    emergency_line: str | None = (
        None  # the number that patients call in danger while nobody is there; None: out_of_hours
    )
    languages: list[str] | None = Field(default=None, sa_type=Json)  # offered to patients; None: all of the protocol's
    ask_hour: int | None = Field(default=None, sa_type=SmallInteger)  # local; None: as the protocol says
    asks_code: bool = True  # staff who sign in give a one-time code besides their password
    # Somebody has set the emergency line and the hours: patients may be written to. None: no message goes out yet.
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
    password_hash: str | None = None  # None: has not set one yet, and cannot sign in
    # The secret of their one-time codes is derived with this number; 0: never set up. Raised to have another secret.
    totp_generation: int = 0
    totp_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # a code of it was shown; None: none is asked for
    totp_step: int = Field(default=0, sa_type=BigInteger)  # the step of the last code taken: none is taken twice
    created_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ContactRow(ClinicOwned, table=True):
    """A way to reach a member of staff; used once it is verified and as long as it is not disabled.

    `address`: a mail address, or an Apprise URL (a secret: never shown whole).
    """

    __tablename__ = "contact"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        UniqueConstraint("clinic_id", "staff_id", "channel", "address"),
        one_of("channel", "email", "apprise"),
        check("urgency_from", "urgency_from BETWEEN 1 AND 4"),
        check("verified", "(verified_at IS NULL) = (verified_by IS NULL)"),
        check("disabled", "(disabled_at IS NULL) = (disabled_why IS NULL)"),
    )

    staff_id: uuid.UUID
    channel: str
    address: str
    position: int = Field(default=0, sa_type=SmallInteger)
    urgency_from: int = Field(default=1, sa_type=SmallInteger)  # used for alerts of this urgency and above
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_by: str | None = None  # link, or operator: typed in by whoever runs the service
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_why: str | None = None


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
    __table_args__ = (
        clinic_key(),
        UniqueConstraint("clinic_id", "reference"),
        check("ask_hour", "ask_hour BETWEEN 8 AND 20"),
        check("excused", "(excused_until IS NULL) = (excused_why IS NULL)"),
        check("excused_by", "(excused_until IS NULL) = (excused_by IS NULL)"),
        check("skin_tone", "skin_tone BETWEEN 1 AND 6"),
        check("opted_out", "opted_out_at IS NOT NULL OR opted_out_why IS NULL"),
        Index("ix_patient_found_by", "clinic_id", "found_by", "id"),
    )

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
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # wants no messages; may still report
    opted_out_why: str | None = None
    ask_hour: int | None = Field(default=None, sa_type=SmallInteger)  # local; None: as the protocol says
    excused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # away: not asked till then
    excused_why: str | None = None
    excused_by: str | None = None
    staying_in: str | None = None  # the country where the patient is now, by its ISO code; None: as `country`
    first_opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the link came to the right person
    wrong_person_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # whoever has the link says "not me"
    wrong_person_why: str | None = None
    skin_tone: int | None = Field(default=None, sa_type=SmallInteger)  # Fitzpatrick's type, 1 to 6; None: not recorded
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # what is left has no name
    kept_because: list[Any] | None = Field(default=None, sa_type=Json)  # why something is left: the legal reasons
    found_by: str | None = None  # see findable.py, which keeps it; None: the row was stored past the models


class ConsentRow(ClinicOwned, table=True):
    """The words agreed to, kept in full, one purpose each. Without one for messages that stands, none is ever sent."""

    __tablename__ = "consent"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        one_of("purpose", *PURPOSES),
        Index(None, "clinic_id", "patient_id"),
    )

    patient_id: uuid.UUID
    text: str
    version: str
    at: datetime = Field(sa_type=UtcDateTime)
    given_by: str
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    purpose: str = "messages"


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
    tries: int = Field(default=0, sa_type=SmallInteger)  # wrong second factors, none a day apart from the one before
    # When the latest of them was, and a wait is counted since.
    tries_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
