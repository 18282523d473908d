"""PostgreSQL shows and takes a clinic's rows only where the transaction named that clinic, or '*' for every clinic."""

from alembic import op

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
SHOWN = "current_setting('triage.clinic', true) = '*' OR clinic_id::text = current_setting('triage.clinic', true)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # The owner of the tables is usually the one who connects.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_clinic ON {table} USING ({SHOWN}) WITH CHECK ({SHOWN})")
