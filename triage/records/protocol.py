"""Protocols as a clinic keeps them, whole: their files are the text that was reviewed. And what their rules did."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key

# In the words of the partial index, so that both engines see that it serves the question.
IN_USE = "state = 'published' OR shadow_since IS NOT NULL"


class ProtocolRow(ClinicOwned, table=True):
    """One version on its way: draft, in_review, published, retired. `files` maps file name to text and never changes.

    Of the published ones whose `effective_from` has come the latest is in effect. The wide column stands last, so that
    SQLite need not walk through it to reach the others.
    """

    __tablename__ = "protocol"
    __table_args__ = (
        clinic_key(),
        one_of("state", "draft", "in_review", "published", "retired"),
        one_of("approval", "second_person", "shipped", "before_two_people"),
        check("submitted", "(submitted_by IS NULL) = (submitted_at IS NULL)"),
        check(
            "approved", "(approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (approval IS NULL)"
        ),
        check("effective", "(approved_by IS NULL) = (effective_from IS NULL)"),
        check("in_order", "approved_by IS NULL OR submitted_by IS NOT NULL"),
        check("draft", "state <> 'draft' OR submitted_by IS NULL"),
        check("in_review", "state <> 'in_review' OR (submitted_by IS NOT NULL AND approved_by IS NULL)"),
        check("published", "state <> 'published' OR approved_by IS NOT NULL"),
        check("retired", "(state = 'retired') = (retired_at IS NOT NULL)"),
        check("not_backdated", "effective_from >= approved_at"),
        check("took_effect", "took_effect_at IS NULL OR took_effect_at >= effective_from"),
        check("two_people", "approval <> 'second_person' OR approved_by <> drafted_by"),
        check("shadow", "shadow_since IS NULL OR (shadow_by IS NOT NULL AND state IN ('draft', 'in_review'))"),
        Index(None, "clinic_id", "digest"),
        Index("uq_protocol_alive", "clinic_id", "digest", unique=True, **only("state <> 'retired'")),
        Index("uq_protocol_effective", "clinic_id", "effective_from", unique=True, **only("state = 'published'")),
        Index("uq_protocol_shadow", "clinic_id", unique=True, **only("shadow_since IS NOT NULL")),
        Index("ix_protocol_in_use", "clinic_id", **only(IN_USE)),
    )

    name: str
    version: str
    digest: str
    state: str = "draft"
    author: str | None = None
    reviewer: str | None = None
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    drafted_by: str
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    submitted_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by: str | None = None
    approval: str | None = None  # why the approver's name was enough
    effective_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moves_running: bool = False  # a safety correction: episodes that run under another version go over to this one
    took_effect_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when that was noted
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shadow_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # it judges beside the published one
    shadow_by: str | None = None
    files: dict[str, Any] = Field(sa_type=Json)


class RulesTroubleRow(ClinicOwned, table=True):
    """Rules that did not work: `unreadable` files, `failed` on a report, or `missing`. Nothing about health."""

    __tablename__ = "rules_trouble"
    __table_args__ = (
        clinic_key(),
        tenant_key("alert_id", "alert"),
        one_of("kind", "unreadable", "failed", "missing"),
        check("counted", "count >= 1 AND last_at >= first_at"),
        check("named", "(kind = 'missing') = (digest = '')"),
        Index("uq_rules_trouble_open", "clinic_id", "digest", "kind", unique=True, **only("cleared_at IS NULL")),
    )

    digest: str  # of the version that should have judged; empty: the clinic has none
    kind: str
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    count: int = 1
    alert_id: uuid.UUID | None = None
    cleared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShadowRow(ClinicOwned, table=True):
    """A live report that a candidate judged otherwise than the patient was answered; what was alike is not kept."""

    __tablename__ = "shadow"
    __table_args__ = (
        tenant_key("check_in_id", "check_in"),
        check("urgency_before", "urgency_before BETWEEN 0 AND 4"),
        check("urgency_after", "urgency_after BETWEEN 0 AND 4"),
        Index(None, "clinic_id", "candidate_digest"),
        Index(None, "clinic_id", "check_in_id"),
    )

    check_in_id: uuid.UUID
    candidate_digest: str
    judged_at: datetime = Field(sa_type=UtcDateTime)
    urgency_before: int = Field(sa_type=SmallInteger)
    urgency_after: int | None = Field(default=None, sa_type=SmallInteger)  # None: the candidate failed on it
    rules_before: list[Any] = Field(default_factory=list, sa_type=Json)
    rules_after: list[Any] = Field(default_factory=list, sa_type=Json)
