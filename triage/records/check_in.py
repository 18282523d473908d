"""What patients report, how it was judged, what should come next, and what was refused but kept."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key

# In the words of the partial indexes, so that both engines see that they serve the clock's searches.
TO_ASK = "state = 'waiting' AND asked_at IS NULL AND asks = 'message'"
TO_REMIND = "state = 'waiting' AND reminded_at IS NULL AND remind_at IS NOT NULL AND sent_at IS NOT NULL"
WAYS = ("telephone", "in_person")
STATES = ("waiting", "answered", "late", "missed", "excused", "opted_out", "superseded")
UNASKED = ("no_consent", "no_contact", "opted_out", "budget", "never_opened")
SILENCES = ("no_report", "not_sent", "not_asked", "never_opened", "quiet", "opted_out", "out_of_messages")


class CheckInRow(ClinicOwned, table=True):
    """`content` is what could be read of it, `raw` what was sent when not all could be.

    `device`: what the phone said of itself and of its own judgement. `disputed_at`: whoever sent it was not the
    patient, so that it is no sign of recovery.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("amends", "check_in"),
        tenant_key("recorded_by", "staff"),
        one_of("by_way", *WAYS),
        check("recorded", "(recorded_by IS NULL) = (by_way IS NULL)"),
        one_of("source", "patient", "staff", "service"),
        Index(None, "clinic_id", "patient_id", "at"),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    source: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    raw: str | None = None
    problems: list[Any] = Field(default_factory=list, sa_type=Json)
    review: list[Any] = Field(default_factory=list, sa_type=Json)
    amends: uuid.UUID | None = None  # the report that this one corrects
    device: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    recorded_by: uuid.UUID | None = None  # the member of staff who wrote it down for the patient
    by_way: str | None = None  # how the patient told them
    disputed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AssessmentRow(ClinicOwned, table=True):
    """One judgement of a check-in; judging again replaces it and keeps it."""

    __tablename__ = "assessment"
    __table_args__ = (
        tenant_key("check_in_id", "check_in"),
        tenant_key("episode_id", "episode"),
        check("urgency", "urgency BETWEEN 0 AND 4"),
        Index("uq_assessment_current", "clinic_id", "check_in_id", unique=True, **only("replaced_at IS NULL")),
    )

    check_in_id: uuid.UUID
    episode_id: uuid.UUID
    protocol_digest: str
    urgency: int = Field(sa_type=SmallInteger)
    findings: list[Any] = Field(default_factory=list, sa_type=Json)
    advice: list[Any] = Field(default_factory=list, sa_type=Json)
    review: list[Any] = Field(default_factory=list, sa_type=Json)
    judged_at: datetime = Field(sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExpectationRow(ClinicOwned, table=True):
    """One line of the ledger: a check-in that should come, how the patient was asked for it, and what became of it.

    waiting; answered; missed, and late once it was answered after all; excused (the patient was away); opted_out (wants
    no messages); superseded (the plan has changed, or nobody was asked and nothing was open).
    """

    __tablename__ = "expectation"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("answered_by", "check_in"),
        one_of("state", *STATES),
        one_of("asks", "message", "none"),
        one_of("unasked_why", *UNASKED),
        one_of("silence", *SILENCES),
        check("unasked", "(asks = 'message') = (unasked_why IS NULL)"),
        check("unasked_is_not_sent", "asks = 'message' OR asked_at IS NULL"),
        check("settled", "(state = 'waiting') = (settled_at IS NULL)"),
        check("answered", "(state IN ('answered', 'late')) = (answered_at IS NOT NULL)"),
        check("answered_by", "(answered_by IS NULL) = (answered_at IS NULL)"),
        check("excused", "(state = 'excused') = (excused_why IS NOT NULL)"),
        check("excused_by", "(excused_by IS NULL) = (excused_why IS NULL)"),
        check("due_first", "due_at <= alert_at"),
        check("sent", "sent_at IS NULL OR asked_at IS NOT NULL"),
        check("delivered", "delivered_at IS NULL OR sent_at IS NOT NULL"),
        check("reminder", "remind_at IS NULL OR (due_at < remind_at AND remind_at < alert_at)"),
        check("reminded", "reminded_at IS NULL OR (sent_at IS NOT NULL AND remind_at IS NOT NULL)"),
        check("raise", "raise_at IS NULL OR (state = 'missed' AND silence IS NOT NULL)"),
        check("silence_of", "silence IS NULL OR state IN ('missed', 'late', 'opted_out')"),
        Index(None, "clinic_id", "episode_id"),
        Index(None, "clinic_id", "patient_id"),
        Index("uq_expectation_waiting", "clinic_id", "episode_id", unique=True, **only("state = 'waiting'")),
        Index("ix_expectation_alert_at", "alert_at", **only("state = 'waiting'")),
        Index("ix_expectation_due_at", "due_at", **only(TO_ASK)),
        Index("ix_expectation_remind_at", "remind_at", **only(TO_REMIND)),
        Index("ix_expectation_raise_at", "raise_at", **only("raise_at IS NOT NULL")),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    due_at: datetime = Field(sa_type=UtcDateTime)
    alert_at: datetime = Field(sa_type=UtcDateTime)  # from when on it counts as missed
    state: str = "waiting"
    asks: str = "message"
    unasked_why: str | None = None  # why no message asks for it; None: one does
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the request was put into the outbox
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the request went out
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a channel that gives receipts said so
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # seen, or reported of itself
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: no reminder is meant to go out
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the reminder was put into the outbox
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when the answer was received
    answered_by: uuid.UUID | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it ceased to wait
    excused_by: str | None = None
    excused_why: str | None = None
    silence: str | None = None  # what the practitioner was told of it, as AlertRow.about; None: nothing
    raise_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when its silence becomes a call task


class KeptReportRow(ClinicOwned, table=True):
    """The body of a refused call that named a danger sign. patient_id is what the caller said, so no key."""

    __tablename__ = "kept_report"
    __table_args__ = (clinic_key(), tenant_key("alert_id", "alert"))

    received_at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor_id: str | None = None
    patient_id: uuid.UUID | None = None
    raw: str
    problems: list[Any] = Field(default_factory=list, sa_type=Json)
    signs: list[Any] = Field(default_factory=list, sa_type=Json)
    alert_id: uuid.UUID | None = None
