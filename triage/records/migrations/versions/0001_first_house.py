"""Clinics, the people in them, published protocols, and what was done to whom with what."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import clinic_key, day, json, moment, only, own_id, tenant_key, uid, whole, words

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_clinic()
    create_staff()
    create_api_key()
    create_patient()
    create_consent()
    create_patient_token()
    create_protocol()
    create_episode()
    create_procedure()
    create_exposure()


def create_clinic() -> None:
    op.create_table(
        "clinic",
        uid("id"),
        words("name"),
        words("time_zone"),
        json("opening_hours"),
        words("phone", null=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )


def create_staff() -> None:
    op.create_table(
        "staff",
        *own_id(),
        words("name"),
        words("email"),
        words("role"),
        words("password_hash", null=True),
        moment("created_at"),
        moment("left_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.UniqueConstraint("clinic_id", "email"),
        sa.CheckConstraint("role IN ('practitioner', 'lead', 'auditor', 'admin')", name="role"),
    )


def create_api_key() -> None:
    op.create_table(
        "api_key",
        *own_id(),
        words("role"),
        uid("staff_id", null=True),
        words("prefix"),
        words("token_hash"),
        moment("created_at"),
        moment("revoked_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        tenant_key("staff_id", "staff"),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("role IN ('practitioner', 'lead', 'auditor', 'admin', 'intake')", name="role"),
        sa.CheckConstraint("role = 'intake' OR staff_id IS NOT NULL", name="somebodys"),
    )


def create_patient() -> None:
    op.create_table(
        "patient",
        *own_id(),
        words("reference"),
        words("name", null=True),
        whole("birth_year", null=True),
        words("email", null=True),
        words("phone", null=True),
        words("language"),
        words("time_zone", null=True),
        words("country", null=True),
        json("risk_factors"),
        words("guardian", null=True),
        moment("created_at"),
        moment("opted_out_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.UniqueConstraint("clinic_id", "reference"),
    )


def create_consent() -> None:
    op.create_table(
        "consent",
        *own_id(),
        uid("patient_id"),
        words("text"),
        words("version"),
        moment("at"),
        words("given_by"),
        moment("withdrawn_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
    )
    op.create_index("ix_consent_clinic_id_patient_id", "consent", ["clinic_id", "patient_id"])


def create_patient_token() -> None:
    op.create_table(
        "patient_token",
        *own_id(),
        uid("patient_id"),
        words("token_hash"),
        whole("generation"),
        moment("created_at"),
        moment("revoked_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_patient_token_clinic_id_patient_id", "patient_token", ["clinic_id", "patient_id"])


def create_protocol() -> None:
    op.create_table(
        "protocol",
        *own_id(),
        words("name"),
        words("version"),
        words("digest"),
        json("files"),
        words("author", null=True),
        words("reviewer", null=True),
        moment("published_at"),
        words("published_by"),
        moment("retired_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
    )
    op.create_index("ix_protocol_clinic_id_digest", "protocol", ["clinic_id", "digest"])
    op.create_index("uq_protocol_active", "protocol", ["clinic_id"], unique=True, **only("retired_at IS NULL"))


def create_episode() -> None:
    op.create_table(
        "episode",
        *own_id(),
        uid("patient_id"),
        moment("opened_at"),
        moment("last_procedure_at"),
        moment("closed_at", null=True),
        moment("danger_from", null=True),
        moment("danger_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
    )
    op.create_index("ix_episode_clinic_id_patient_id", "episode", ["clinic_id", "patient_id"])
    op.create_index("uq_episode_open", "episode", ["clinic_id", "patient_id"], unique=True, **only("closed_at IS NULL"))


def create_procedure() -> None:
    op.create_table(
        "procedure",
        *own_id(),
        uid("patient_id"),
        uid("episode_id"),
        moment("at"),
        words("practitioner", null=True),
        json("areas"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
    )
    op.create_index("ix_procedure_clinic_id_patient_id_at", "procedure", ["clinic_id", "patient_id", "at"])


def create_exposure() -> None:
    op.create_table(
        "exposure",
        *own_id(),
        uid("procedure_id"),
        words("role"),
        words("product"),
        words("maker", null=True),
        words("shade", null=True),
        words("lot", null=True),
        day("expiry", null=True),
        day("opened_on", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("procedure_id", "procedure"),
        sa.CheckConstraint("role IN ('pigment', 'diluent', 'anaesthetic', 'needle', 'ointment')", name="role"),
    )
    op.create_index("ix_exposure_clinic_id_lot", "exposure", ["clinic_id", "lot"])
    op.create_index("ix_exposure_clinic_id_procedure_id", "exposure", ["clinic_id", "procedure_id"])
