"""What a clinic learns and answers for: ratings of the result, sampled reports, lots, events, proposals, figures."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, LargeBinary, SmallInteger, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key
from triage.records.procedure import ROLES

RATED_BY = ("patient", "practitioner")
ASPECTS = ("density", "dot_size", "colour", "evenness")
VERDICTS = ("right", "should_have_alerted", "cannot_tell")
RATES = " AND ".join(f"({name} IS NULL OR {name} BETWEEN 1 AND 5)" for name in ASPECTS)


class RatingRow(ClinicOwned, table=True):
    """How the healed result looks, 1 (poor) to 5 (very good); None: not answered. Rating again replaces and keeps."""

    __tablename__ = "rating"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("staff_id", "staff"),
        one_of("rated_by", *RATED_BY),
        check("marks", RATES),
        check("staff", "rated_by = 'practitioner' OR staff_id IS NULL"),
        Index(None, "clinic_id", "patient_id"),
        Index("uq_rating_current", "clinic_id", "episode_id", "rated_by", unique=True, **only("replaced_at IS NULL")),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    rated_by: str
    staff_id: uuid.UUID | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    density: int | None = Field(default=None, sa_type=SmallInteger)
    dot_size: int | None = Field(default=None, sa_type=SmallInteger)
    colour: int | None = Field(default=None, sa_type=SmallInteger)
    evenness: int | None = Field(default=None, sa_type=SmallInteger)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewSampleRow(ClinicOwned, table=True):
    """A report that opened no alert, drawn by lot for a human to say whether it should have."""

    __tablename__ = "review_sample"
    __table_args__ = (
        tenant_key("check_in_id", "check_in"),
        tenant_key("patient_id", "patient"),
        tenant_key("reviewed_by", "staff"),
        one_of("verdict", *VERDICTS),
        check("reviewed", "(verdict IS NULL) = (reviewed_at IS NULL)"),
        check("chance", "chance > 0 AND chance <= 1"),
        UniqueConstraint("clinic_id", "check_in_id"),
        Index(None, "clinic_id", "patient_id"),
        Index("ix_review_sample_waiting", "clinic_id", "drawn_at", **only("verdict IS NULL")),
    )

    check_in_id: uuid.UUID
    patient_id: uuid.UUID
    month: str  # of the reports that it was drawn from, as 2026-11
    stratum: str  # what was drawn from apart
    chance: float  # with which a report of the stratum was drawn
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: uuid.UUID | None = None
    note: str | None = None


class LotHoldRow(ClinicOwned, table=True):
    """A lot that is not to be used until somebody lifts it."""

    __tablename__ = "lot_hold"
    __table_args__ = (
        clinic_key(),
        one_of("role", *ROLES),
        check("lifted", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
        Index("uq_lot_hold_now", "clinic_id", "role", "product", "lot", unique=True, **only("lifted_at IS NULL")),
    )

    role: str
    product: str
    lot: str
    placed_at: datetime = Field(sa_type=UtcDateTime)
    placed_by: str
    why: str
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None


class LotLookRow(ClinicOwned, table=True):
    """One look at one exposure in a sequence of looks, so that looking often does not make chance a signal."""

    __tablename__ = "lot_look"
    __table_args__ = (
        tenant_key("alert_id", "alert"),
        Index(None, "clinic_id", "role", "lot", "looked_at"),
    )
    audited: ClassVar[bool] = False  # what it finds is: the alert

    role: str  # of ROLES, or practitioner
    product: str
    lot: str  # of a practitioner the name
    looked_at: datetime = Field(sa_type=UtcDateTime)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    is_signal: bool = False
    alert_id: uuid.UUID | None = None


class WindowProposalRow(ClinicOwned, table=True):
    """A draft protocol that moves one window, with the clinic's own evidence; nothing applies it by itself."""

    __tablename__ = "window_proposal"
    __table_args__ = (
        clinic_key(),
        one_of("state", "open", "taken", "dismissed", "superseded"),
        check("decided", "(state IN ('taken', 'dismissed')) = (decided_by IS NOT NULL)"),
        Index("uq_window_proposal_open", "clinic_id", "symptom", unique=True, **only("state = 'open'")),
    )

    symptom: str
    protocol_digest: str  # of the version whose window it would move
    made_at: datetime = Field(sa_type=UtcDateTime)
    evidence: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    draft: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # the files of the draft, by name
    effect: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # what the replay said
    state: str = "open"
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None
    why: str | None = None


class SeriousEventRow(ClinicOwned, table=True):
    """A serious event in one version of its record; a follow-up is another row that points at the first."""

    __tablename__ = "serious_event"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("alert_id", "alert"),
        tenant_key("follow_up_of", "serious_event"),
        tenant_key("made_by", "staff"),
        check("severity", "severity BETWEEN 0 AND 4"),
        UniqueConstraint("clinic_id", "number", "version"),
        Index(None, "clinic_id", "patient_id"),
        Index(None, "clinic_id", "became_aware_at"),
        Index("ix_serious_event_look_at", "look_at", **only("look_at IS NOT NULL")),
    )

    number: str  # the clinic's own, as 2026-003; the same for every version
    version: int = 1
    patient_id: uuid.UUID
    episode_id: uuid.UUID | None = None
    alert_id: uuid.UUID | None = None
    follow_up_of: uuid.UUID | None = None  # the first version
    became_aware_at: datetime = Field(sa_type=UtcDateTime)  # of this version's news
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID | None = None
    severity: int | None = Field(default=None, sa_type=SmallInteger)
    seriousness: list[str] = Field(default_factory=list, sa_type=Json)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # reaction, products, narrative, reporter
    country: str | None = None  # whose law counts, by its ISO code
    # When the clock next looks whether a date comes near; of the first version only. None: no date waits.
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EventReportRow(ClinicOwned, table=True):
    """That a human sent one version of a serious event to somebody whom the law or the label names."""

    __tablename__ = "event_report"
    __table_args__ = (
        tenant_key("serious_event_id", "serious_event"),
        tenant_key("sent_by", "staff"),
        Index(None, "clinic_id", "serious_event_id"),
    )

    serious_event_id: uuid.UUID
    duty: str  # which duty it answers, as a word of the code
    sent_to: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    sent_by: uuid.UUID | None = None
    reference: str | None = None  # what the receiver calls it


class LegalHoldRow(ClinicOwned, table=True):
    """A patient's record must be kept whole, whatever else would erase of it."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        check("lifted", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
        Index("uq_legal_hold_now", "clinic_id", "patient_id", unique=True, **only("lifted_at IS NULL")),
    )

    patient_id: uuid.UUID
    placed_at: datetime = Field(sa_type=UtcDateTime)
    placed_by: str
    why: str
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None


class AnchorRow(ClinicOwned, table=True):
    """How the clinic's chain ended at a moment, told to people outside, so that nobody rewrites it unseen."""

    __tablename__ = "anchor"
    __table_args__ = (clinic_key(), UniqueConstraint("clinic_id", "seq"), Index(None, "clinic_id", "at"))
    audited: ClassVar[bool] = False  # it is about the log

    seq: int
    hash: str
    at: datetime = Field(sa_type=UtcDateTime)


class FigureRow(ClinicOwned, table=True):
    """A computed figure of the audit, so that a page need not compute it; computed again it is replaced."""

    __tablename__ = "figure"
    __table_args__ = (clinic_key(), UniqueConstraint("clinic_id", "name", "asked"))
    audited: ClassVar[bool] = False

    name: str  # of the figure, as the catalogue has it
    asked: str  # of what, as a canonical text of the question
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    computed_at: datetime = Field(sa_type=UtcDateTime)
    took_ms: int = 0  # -1: begun at computed_at; `content` is still the one before, or empty


class ClinicReportRow(ClinicOwned, table=True):
    """A month's report as it was made and mailed."""

    __tablename__ = "clinic_report"
    __table_args__ = (clinic_key(), UniqueConstraint("clinic_id", "month"))

    month: str  # as 2026-11
    made_at: datetime = Field(sa_type=UtcDateTime)
    pdf: bytes = Field(sa_type=LargeBinary)
    digest: str  # SHA-256 of the PDF
