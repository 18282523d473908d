"""The practitioner's desk: signing in, calls and undo, what is to be read, bottles, codes, the next session, set-up."""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import (
    clinic_key,
    day,
    json,
    moment,
    only,
    own_id,
    small,
    tenant_key,
    uid,
    whole,
    words,
)
from triage.records.migrations.walls import guard

revision = "0013"
down_revision = "0012"

# A photo keeps its id as what is to be read of it. Whoever has waited already is overdue at once.
UNSEEN_PHOTOS = """
INSERT INTO to_read (clinic_id, id, patient_id, kind, photo_id, at, due_at, tell_at)
SELECT clinic_id, id, patient_id, 'photo', id, received_at, received_at, received_at
FROM photo WHERE seen_at IS NULL AND erased_at IS NULL AND source = 'patient'
"""
ROLES = "role IN ('pigment', 'diluent', 'anaesthetic', 'needle', 'ointment')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # it alters no table with rows whose keys it has yet to look at
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    widen_clinic()
    widen_staff()
    widen_alert()
    widen_check_in()
    op.add_column("reply", moment("taken_back_at", null=True))
    let_patients_be_found()
    create_devices_and_sessions()
    create_codes_and_links()
    create_failed_try()
    create_call_and_undo()
    create_to_read()
    create_bottle_and_short_code()
    create_appointment()
    op.create_index("ix_notification_failed", "notification", ["clinic_id", "created_at"], **only("state = 'failed'"))
    index_the_log()
    create_indexes_of_a_case()
    guard("staff_session", "trusted_device", "recovery_code", "staff_link")
    guard("call", "undo", "to_read", "bottle", "short_code", "appointment")


def flag(name: str, *, null: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def widen_clinic() -> None:
    """Clinics of before may be written for already: whoever runs them has answered for that."""
    for column in (
        words("emergency_line", null=True),
        json("languages", null=True),
        small("ask_hour", null=True),
        flag("asks_code", null=True),
        moment("ready_at", null=True),
    ):
        op.add_column("clinic", column)
    op.execute("UPDATE clinic SET ready_at = created_at, asks_code = true")
    with op.batch_alter_table("clinic") as table:
        table.alter_column("asks_code", existing_type=sa.Boolean(), nullable=False)
        table.create_check_constraint(op.f("ck_clinic_ask_hour"), sa.text("ask_hour BETWEEN 8 AND 20"))


def widen_staff() -> None:
    op.add_column("staff", whole("totp_generation", null=True))
    op.add_column("staff", moment("totp_at", null=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.execute("UPDATE staff SET totp_generation = 0, totp_step = 0")
    with op.batch_alter_table("staff") as table:
        table.alter_column("totp_generation", existing_type=sa.Integer(), nullable=False)
        table.alter_column("totp_step", existing_type=sa.BigInteger(), nullable=False)


def widen_alert() -> None:
    op.add_column("alert", flag("is_worse", null=True))
    op.add_column("alert", flag("wants_call", null=True))
    op.add_column("alert", json("seriousness", null=True))
    op.execute("UPDATE alert SET is_worse = false, wants_call = false")
    with op.batch_alter_table("alert") as table:
        table.alter_column("is_worse", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("wants_call", existing_type=sa.Boolean(), nullable=False)


def widen_check_in() -> None:
    op.add_column("check_in", uid("recorded_by", null=True))
    op.add_column("check_in", words("by_way", null=True))
    with op.batch_alter_table("check_in") as table:
        table.create_foreign_key(
            op.f("fk_check_in_clinic_id_recorded_by"),
            "staff",
            ["clinic_id", "recorded_by"],
            ["clinic_id", "id"],
            deferrable=True,
            initially="DEFERRED",
        )
        table.create_check_constraint(op.f("ck_check_in_by_way"), sa.text("by_way IN ('telephone', 'in_person')"))
        table.create_check_constraint(op.f("ck_check_in_recorded"), sa.text("(recorded_by IS NULL) = (by_way IS NULL)"))


def let_patients_be_found() -> None:
    op.add_column("patient", words("found_by", null=True))
    patient = sa.table(
        "patient",
        sa.column("clinic_id", sa.Uuid()),
        sa.column("id", sa.Uuid()),
        *(sa.column(name, sa.String()) for name in ("name", "reference", "email", "phone", "found_by")),
    )
    here = op.get_bind()
    for row in here.execute(sa.select(patient)).all():
        same = (patient.c.clinic_id == row.clinic_id) & (patient.c.id == row.id)
        here.execute(patient.update().where(same).values(found_by=found_by(row)))
    op.create_index("ix_patient_found_by", "patient", ["clinic_id", "found_by", "id"])
    op.create_index("ix_episode_newest", "episode", ["clinic_id", "last_procedure_at", "id"])
    name = op.f("ix_procedure_clinic_id_practitioner_at")
    op.create_index(name, "procedure", ["clinic_id", "practitioner", "at"])


def found_by(row: sa.Row[Any]) -> str:
    """As records/findable.py does it today; later rows are its own."""
    plain = unicodedata.normalize("NFKD", " ".join(filter(None, (row.name, row.reference, row.email))).casefold())
    text = "".join(sign for sign in plain if not unicodedata.combining(sign))
    digits = "".join(sign for sign in row.phone or "" if sign in "0123456789").lstrip("0")
    return " ".join([*text.split(), digits]).strip()[:300]


def create_devices_and_sessions() -> None:
    op.create_table(
        "trusted_device",
        *own_id(),
        uid("staff_id"),
        words("token_hash"),
        moment("made_at"),
        moment("ends_at"),
        moment("ended_at", null=True),
        words("agent"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_trusted_device_clinic_id_staff_id"), "trusted_device", ["clinic_id", "staff_id"])
    op.create_table(
        "staff_session",
        *own_id(),
        uid("staff_id"),
        words("token_hash"),
        *(moment(name) for name in ("made_at", "seen_at", "ends_at", "confirmed_at")),
        moment("ended_at", null=True),
        words("ended_why", null=True),
        uid("device_id", null=True),
        words("agent"),
        words("address"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        tenant_key("device_id", "trusted_device"),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_staff_session_ended")),
    )
    op.create_index(op.f("ix_staff_session_clinic_id_staff_id"), "staff_session", ["clinic_id", "staff_id"])


def create_codes_and_links() -> None:
    op.create_table(
        "recovery_code",
        *own_id(),
        uid("staff_id"),
        words("code_hash"),
        moment("made_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        sa.UniqueConstraint("clinic_id", "staff_id", "code_hash"),
    )
    op.create_table(
        "staff_link",
        *own_id(),
        uid("staff_id"),
        words("kind"),
        words("token_hash"),
        moment("made_at"),
        moment("ends_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("kind IN ('invitation', 'password_reset')", name=op.f("ck_staff_link_kind")),
    )
    op.create_index(op.f("ix_staff_link_clinic_id_staff_id"), "staff_link", ["clinic_id", "staff_id"])


def create_failed_try() -> None:
    op.create_table("failed_try", uid("id"), words("what"), moment("at"), sa.PrimaryKeyConstraint("id"))
    op.create_index(op.f("ix_failed_try_what_at"), "failed_try", ["what", "at"])
    op.create_index("ix_failed_try_at", "failed_try", ["at"])


def create_call_and_undo() -> None:
    op.create_table(
        "call",
        *own_id(),
        uid("alert_id"),
        uid("staff_id"),
        moment("at"),
        flag("reached"),
        moment("again_at", null=True),
        moment("taken_back_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        sa.CheckConstraint("NOT reached OR again_at IS NULL", name=op.f("ck_call_again")),
    )
    op.create_index(op.f("ix_call_clinic_id_alert_id"), "call", ["clinic_id", "alert_id"])
    op.create_table(
        "undo",
        *own_id(),
        uid("alert_id"),
        uid("staff_id"),
        words("did"),
        whole("version"),
        json("before"),
        moment("at"),
        moment("until"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
    )
    op.create_index(op.f("ix_undo_clinic_id_alert_id"), "undo", ["clinic_id", "alert_id"])


def create_to_read() -> None:
    """Photos of before that nobody has seen are work of today; notes were read with their alerts, or nobody knows."""
    op.create_table(
        "to_read",
        *own_id(),
        uid("patient_id"),
        words("kind"),
        uid("check_in_id", null=True),
        uid("photo_id", null=True),
        moment("at"),
        moment("due_at"),
        moment("tell_at"),
        moment("told_at", null=True),
        moment("read_at", null=True),
        uid("read_by", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("check_in_id", "check_in"),
        tenant_key("photo_id", "photo"),
        tenant_key("read_by", "staff"),
        sa.UniqueConstraint("clinic_id", "kind", "check_in_id"),
        sa.UniqueConstraint("clinic_id", "photo_id"),
        sa.CheckConstraint("kind IN ('note', 'photo', 'problem')", name=op.f("ck_to_read_kind")),
        sa.CheckConstraint("(check_in_id IS NULL) <> (photo_id IS NULL)", name=op.f("ck_to_read_about_one")),
        sa.CheckConstraint("(read_at IS NULL) = (read_by IS NULL)", name=op.f("ck_to_read_read")),
    )
    op.create_index(op.f("ix_to_read_clinic_id_patient_id"), "to_read", ["clinic_id", "patient_id"])
    op.create_index("ix_to_read_waiting", "to_read", ["clinic_id", "due_at"], **only("read_at IS NULL"))
    op.create_index("ix_to_read_untold", "to_read", ["tell_at"], **only("read_at IS NULL"))
    if op.get_bind().dialect.name == "postgresql":  # the keys of the rows are looked at now, so that it can be guarded
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute(UNSEEN_PHOTOS)


def create_bottle_and_short_code() -> None:
    op.create_table(
        "bottle",
        *own_id(),
        words("role"),
        words("product"),
        words("maker", null=True),
        words("shade", null=True),
        words("lot"),
        day("expiry", null=True),
        moment("opened_at"),
        words("opened_by"),
        moment("emptied_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.CheckConstraint(ROLES, name=op.f("ck_bottle_role")),
    )
    op.create_index("ix_bottle_open", "bottle", ["clinic_id", "opened_at"], **only("emptied_at IS NULL"))
    op.create_table(
        "short_code",
        *own_id(),
        uid("patient_id"),
        words("code_hash"),
        moment("made_at"),
        words("made_by"),
        moment("ends_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index(op.f("ix_short_code_clinic_id_patient_id"), "short_code", ["clinic_id", "patient_id"])


def create_appointment() -> None:
    op.create_table(
        "appointment",
        *own_id(),
        uid("patient_id"),
        moment("at"),
        moment("made_at"),
        words("made_by"),
        moment("cancelled_at", null=True),
        moment("look_at"),
        moment("looked_at", null=True),
        json("why_not", null=True),
        json("levels", null=True),
        words("decision", null=True),
        moment("decided_at", null=True),
        uid("decided_by", null=True),
        words("reason", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("decided_by", "staff"),
        sa.CheckConstraint("decision IN ('go_ahead', 'postpone')", name=op.f("ck_appointment_decision")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_appointment_decided")),
        sa.CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name=op.f("ck_appointment_decided_by")),
    )
    op.create_index(op.f("ix_appointment_clinic_id_patient_id"), "appointment", ["clinic_id", "patient_id"])
    ahead = only("cancelled_at IS NULL AND (looked_at IS NULL OR looked_at < look_at)")
    op.create_index("ix_appointment_ahead", "appointment", ["look_at"], **ahead)
    undecided = only("cancelled_at IS NULL AND why_not IS NOT NULL AND decision IS NULL")
    op.create_index("ix_appointment_undecided", "appointment", ["clinic_id", "at"], **undecided)


def index_the_log() -> None:
    """The log is read by time; what is done in the office are few events among many."""
    office = (
        "('absence', 'clinic', 'contact', 'escalation_policy', 'key', 'protocol', 'rota', 'rota_override', "
        "'sms_inbound', 'staff', 'webhook')"
    )
    by_time = ["clinic_id", "at", "id"]
    op.create_index("ix_audit_event_office", "audit_event", by_time, **only(f"thing_kind IN {office}"))
    op.create_index("ix_audit_event_beyond_office", "audit_event", by_time, **only(f"thing_kind NOT IN {office}"))


def create_indexes_of_a_case() -> None:
    """A case shows all alerts of a patient and all messages to them, the worklist all open alerts, of many."""
    op.create_index(op.f("ix_alert_clinic_id_patient_id"), "alert", ["clinic_id", "patient_id"])
    theirs = only("patient_id IS NOT NULL")
    op.create_index("ix_alert_unresolved", "alert", ["clinic_id", "opened_at"], **only("state <> 'resolved'"))
    op.create_index("ix_notification_patient", "notification", ["clinic_id", "patient_id"], **theirs)
