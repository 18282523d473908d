"""Alerts with their one timer, and the outbox that tells people until somebody answers."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, col

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key

# In the words of the partial index, so that both engines see that it serves the claim.
CLAIMABLE = "state IN ('pending', 'leased')"
GONE = "result IN ('sent', 'lease_lost')"  # what counts for a limit: it went out, or may have
COUNTERS = (
    "epoch >= 1 AND version >= 1 AND step >= 0 AND cycle >= 0 AND repeat >= 0 AND told_count >= 0 AND pushes >= 0"
)
TIMER_OF_STATE = (
    "CASE state WHEN 'open' THEN next_action = 'step' WHEN 'acked' THEN next_action = 'ack_timeout' "
    "WHEN 'snoozed' THEN next_action = 'snooze_end' ELSE next_action IS NULL END"
)
OWNED = "CASE state WHEN 'open' THEN owner_id IS NULL WHEN 'resolved' THEN true ELSE owner_id IS NOT NULL END"
KINDS = """alert taken closed unanswered check_in_link check_in_request check_in_reminder contact_check notice
    reply""".split()
ONCE = ("clinic_id", "alert_id", "epoch", "cycle", "step", "repeat", "kind", "contact")
ABOUT = (
    "CASE WHEN kind IN ('alert', 'taken', 'closed') THEN alert_id IS NOT NULL "
    "WHEN kind = 'contact_check' THEN contact_id IS NOT NULL WHEN kind = 'notice' THEN staff_id IS NOT NULL "
    "ELSE patient_id IS NOT NULL END"
)


class AlertRow(ClinicOwned, table=True):
    """One thing that a human must look at. Until it is resolved it has a dedup_key and exactly one timer.

    `version` counts the writes: a write from a stale reading raises sqlalchemy's StaleDataError.
    `epoch` rises whenever people must be told anew.
    """

    __tablename__ = "alert"
    __table_args__ = (
        clinic_key(),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("owner_id", "staff"),
        tenant_key("assigned_to_id", "staff"),
        tenant_key("policy_id", "escalation_policy"),
        tenant_key("reopened_from_id", "alert"),
        UniqueConstraint("clinic_id", "dedup_key"),
        one_of("kind", "report", "silence", "lot", "service"),
        one_of("condition", "active", "cleared"),
        one_of("state", "open", "acked", "snoozed", "resolved"),
        one_of("next_action", "step", "ack_timeout", "snooze_end"),
        one_of("useful", "useful", "could_have_waited", "not_needed"),
        one_of("promise", "running", "kept", "broken"),
        check("urgency", "urgency BETWEEN 1 AND 4"),
        check("counters", COUNTERS),
        check("resolved_key", "(state = 'resolved') = (dedup_key IS NULL)"),
        check("resolved_at", "(state = 'resolved') = (resolved_at IS NOT NULL)"),
        check("one_timer", "(state = 'resolved') = (next_action_at IS NULL)"),
        check("timer_named", "(next_action IS NULL) = (next_action_at IS NULL)"),
        check("timer_of_state", TIMER_OF_STATE),
        check("acked", "state <> 'acked' OR acked_at IS NOT NULL"),
        check("snoozed", "(state = 'snoozed') = (snooze_until IS NOT NULL)"),
        check("owned", OWNED),
        check("promised", "(promise IS NULL) = (promised_at IS NULL)"),
        Index("ix_alert_next_action_at", "next_action_at", **only("next_action_at IS NOT NULL")),
        Index("ix_alert_promised_at", "promised_at", **only("promise = 'running'")),
        Index(None, "clinic_id", "state", "urgency"),
        Index("ix_alert_unresolved", "clinic_id", "opened_at", **only("state <> 'resolved'")),
        Index(None, "clinic_id", "episode_id"),
        Index(None, "clinic_id", "patient_id"),
    )

    patient_id: uuid.UUID | None = None
    episode_id: uuid.UUID | None = None
    check_in_id: uuid.UUID | None = None  # the latest that raised it
    reopened_from_id: uuid.UUID | None = None  # the closed one of the same kind and episode that came before it
    kind: str
    about: str | None = None  # what kind of silence or trouble, as a word of the code
    dedup_key: str | None = None
    urgency: int = Field(sa_type=SmallInteger)
    condition: str = "active"
    state: str = "open"
    epoch: int = 1
    version: int = 1
    step: int = 0
    cycle: int = 0
    repeat: int = 0  # how often the same step was told again
    pushes: int = 0  # how often its owner has put the time-out off by doing something
    policy_id: uuid.UUID | None = None  # the policy that it climbs by; None: the one that the service comes with
    next_action: str | None = None
    next_action_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    owner_id: uuid.UUID | None = None
    assigned_to_id: uuid.UUID | None = None  # who was asked to take it and has not said yes
    opened_at: datetime = Field(sa_type=UtcDateTime)
    epoch_at: datetime = Field(sa_type=UtcDateTime)
    acked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    snooze_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    exhausted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by when the patient was told to hear
    promise: str | None = None  # running, kept, broken (the patient has been told so); None: nothing was promised
    resolved_by: str | None = None
    outcome: str | None = None
    note: str | None = None
    useful: str | None = None
    told_count: int = 0
    problem: str | None = None  # the last delivery problem, in words
    is_worse: bool = False  # the latest report says that something grows
    wants_call: bool = False  # the patient has asked to be called
    # What came of it, asked when it is closed (SERIOUSNESS); None: not asked, empty: nothing of it.
    seriousness: list[str] | None = Field(default=None, sa_type=Json)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.metadata.tables["alert"].c.version}


class AlertNoteRow(ClinicOwned, table=True):
    """What somebody wrote down while they had an alert; never changed."""

    __tablename__ = "alert_note"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        Index(None, "clinic_id", "alert_id"),
    )

    alert_id: uuid.UUID
    staff_id: uuid.UUID | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    text: str


class NotificationRow(ClinicOwned, table=True):
    """One message to one contact: written with the change that wants it, sent later. The alert's audit covers it."""

    __tablename__ = "notification"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        tenant_key("patient_id", "patient"),
        tenant_key("staff_id", "staff"),
        tenant_key("expectation_id", "expectation"),
        tenant_key("contact_id", "contact"),
        tenant_key("bundled_into", "notification"),
        UniqueConstraint(*ONCE, name="uq_notification_once"),
        one_of("kind", *KINDS),
        one_of("state", "pending", "leased", "sent", "failed", "cancelled", "bundled"),
        check("about", ABOUT),
        check("counters", "epoch >= 0 AND cycle >= 0 AND step >= 0 AND repeat >= 0 AND attempts >= 0"),
        check("bundled", "(state = 'bundled') = (bundled_into IS NOT NULL)"),
        check("leased", "(state = 'leased') = (lease_owner IS NOT NULL)"),
        check("lease", "(lease_owner IS NULL) = (lease_until IS NULL)"),
        check("sent", "state <> 'sent' OR sent_at IS NOT NULL"),
        one_of("failed_by", "channel", "contact"),
        Index("ix_notification_waiting", "clinic_id", "channel", "contact", **only(CLAIMABLE)),
        Index("ix_notification_failed", "clinic_id", "created_at", **only("state = 'failed'")),
        Index("ix_notification_bundle", "clinic_id", "bundled_into", **only("state = 'bundled'")),
        Index("ix_notification_patient", "clinic_id", "patient_id", **only("patient_id IS NOT NULL")),
    )
    audited: ClassVar[bool] = False

    alert_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    expectation_id: uuid.UUID | None = None
    contact_id: uuid.UUID | None = None  # None: a patient's own address
    bundled_into: uuid.UUID | None = None  # the notification whose message tells of this one too
    kind: str
    about: str | None = None  # what a notice is about, as a word of the code
    channel: str
    contact: str
    epoch: int = 0
    cycle: int = 0
    step: int = 0
    repeat: int = 0
    priority: int = Field(default=0, sa_type=SmallInteger)
    state: str = "pending"
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None
    failed_by: str | None = None  # what the last failure lay with: the whole channel, or this message and its contact


# Out here since only a finished column can be told to descend.
Index(
    "ix_notification_claim",
    col(NotificationRow.channel),
    col(NotificationRow.priority).desc(),
    col(NotificationRow.cycle),
    col(NotificationRow.repeat),
    col(NotificationRow.created_at),
    **only(CLAIMABLE),
)


class DeliveryRow(ClinicOwned, table=True):
    """One attempt to send, never changed afterwards."""

    __tablename__ = "delivery"
    __table_args__ = (
        tenant_key("notification_id", "notification"),
        one_of("result", "sent", "failed_for_now", "failed_for_good", "lease_lost"),
        Index(None, "clinic_id", "notification_id"),
        Index("ix_delivery_to_contact", "clinic_id", "channel", "contact", "finished_at", **only(GONE)),
        Index("ix_delivery_by_channel", "channel", "finished_at", **only(GONE)),
    )
    audited: ClassVar[bool] = False

    notification_id: uuid.UUID
    channel: str | None = None  # None: told of in another one's message, so it counts for no limit
    contact: str | None = None  # as the notification has it; of a secret one only its hash
    attempt: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime = Field(sa_type=UtcDateTime)
    result: str
    detail: str | None = None


class AckTokenRow(ClinicOwned, table=True):
    """What the link in a message carries: this person may answer this alert, as it stood in this epoch."""

    __tablename__ = "ack_token"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        tenant_key("notification_id", "notification"),
        UniqueConstraint("token_hash"),
    )

    alert_id: uuid.UUID
    epoch: int
    staff_id: uuid.UUID
    notification_id: uuid.UUID | None = None
    token_hash: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
