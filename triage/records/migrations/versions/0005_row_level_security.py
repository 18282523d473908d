"""PostgreSQL shows and takes a clinic's rows only where the transaction named that clinic, or '*' for every clinic."""

from triage.records.migrations.walls import guard

revision = "0005"
down_revision = "0004"

TABLES = (
    "staff",
    "api_key",
    "patient",
    "consent",
    "patient_token",
    "protocol",
    "episode",
    "procedure",
    "exposure",
    "check_in",
    "assessment",
    "expectation",
    "alert",
    "notification",
    "delivery",
    "ack_token",
    "kept_report",
    "audit_event",
    "idempotency",
)


def upgrade() -> None:
    guard(*TABLES)
