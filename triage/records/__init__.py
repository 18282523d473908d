"""KEEP: the tables, the store that gives sessions on them, and the guard that lets no change pass unaudited."""

from sqlmodel import Session

from triage.records import (
    backup,
    chair_lookups,
    cover_lookups,
    figures,
    findable,
    histories,
    invariants,
    ledger,
    look_lookups,
    lookups,
    migrate,
    phone_lookups,
    photo_lookups,
    queries,
    reaching,
    replies,
    rules_lookups,
    sending,
    sign_in_lookups,
    try_lookups,
    webhook_queries,
)
from triage.records.alert import AckTokenRow, AlertNoteRow, AlertRow, DeliveryRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.base import NaiveTime, Row, UtcDateTime, new_id
from triage.records.breach import Breach
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow, KeptReportRow
from triage.records.cover import AbsenceRow, EscalationPolicyRow, RotaOverrideRow, RotaRow
from triage.records.desk import AppointmentRow, BottleRow, CallRow, ShortCodeRow, ToReadRow, UndoRow
from triage.records.guard import UnauditedChange
from triage.records.people import ClinicRow, ConsentRow, ContactRow, KeyRow, PatientRow, PatientTokenRow, StaffRow
from triage.records.phone import ClinicLogoRow, PhotoRow, ReplyRow
from triage.records.procedure import EpisodeRow, ExposureRow, ProcedureRow
from triage.records.protocol import ProtocolRow, RulesTroubleRow, ShadowRow
from triage.records.reach import ContactTokenRow, SmsInboundRow
from triage.records.running import HeartbeatRow, IdempotencyRow
from triage.records.sign_in import FailedTryRow, RecoveryCodeRow, StaffLinkRow, StaffSessionRow, TrustedDeviceRow
from triage.records.store import Limits, Store
from triage.records.trouble import OtherSchema, Trouble, is_conflict
from triage.records.webhook import WebhookAttemptRow, WebhookDeliveryRow, WebhookEndpointRow, WebhookEventRow

__all__ = [
    "AbsenceRow",
    "AckTokenRow",
    "AlertNoteRow",
    "AlertRow",
    "AppointmentRow",
    "AssessmentRow",
    "AuditEventRow",
    "BottleRow",
    "Breach",
    "CallRow",
    "CheckInRow",
    "ClinicLogoRow",
    "ClinicRow",
    "ConsentRow",
    "ContactRow",
    "ContactTokenRow",
    "DeliveryRow",
    "EpisodeRow",
    "EscalationPolicyRow",
    "ExpectationRow",
    "ExposureRow",
    "FailedTryRow",
    "HeartbeatRow",
    "IdempotencyRow",
    "KeptReportRow",
    "KeyRow",
    "Limits",
    "NaiveTime",
    "NotificationRow",
    "OtherSchema",
    "PatientRow",
    "PatientTokenRow",
    "PhotoRow",
    "ProcedureRow",
    "ProtocolRow",
    "RecoveryCodeRow",
    "ReplyRow",
    "RotaOverrideRow",
    "RotaRow",
    "Row",
    "RulesTroubleRow",
    "Session",
    "ShadowRow",
    "ShortCodeRow",
    "SmsInboundRow",
    "StaffLinkRow",
    "StaffRow",
    "StaffSessionRow",
    "Store",
    "ToReadRow",
    "Trouble",
    "TrustedDeviceRow",
    "UnauditedChange",
    "UndoRow",
    "UtcDateTime",
    "WebhookAttemptRow",
    "WebhookDeliveryRow",
    "WebhookEndpointRow",
    "WebhookEventRow",
    "backup",
    "chair_lookups",
    "cover_lookups",
    "figures",
    "findable",
    "histories",
    "invariants",
    "is_conflict",
    "ledger",
    "look_lookups",
    "lookups",
    "migrate",
    "new_id",
    "phone_lookups",
    "photo_lookups",
    "queries",
    "reaching",
    "replies",
    "rules_lookups",
    "sending",
    "sign_in_lookups",
    "try_lookups",
    "webhook_queries",
]
