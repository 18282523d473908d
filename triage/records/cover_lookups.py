"""Reads with a name about who answers: policies, rota, exceptions, absences and contacts."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from triage.records.alert import AlertRow
from triage.records.cover import AbsenceRow, EscalationPolicyRow, RotaOverrideRow, RotaRow
from triage.records.people import ContactRow


def latest_policy(session: Session, clinic_id: uuid.UUID) -> EscalationPolicyRow | None:
    """Return the policy that new alerts climb by; None: the clinic has made none."""
    made = select(EscalationPolicyRow).where(EscalationPolicyRow.clinic_id == clinic_id)
    return session.exec(made.order_by(col(EscalationPolicyRow.version).desc()).limit(1)).first()


def policy(session: Session, clinic_id: uuid.UUID, policy_id: uuid.UUID) -> EscalationPolicyRow | None:
    """Return one version of the clinic's policy."""
    return session.get(EscalationPolicyRow, (clinic_id, policy_id))


def policies(session: Session, clinic_id: uuid.UUID) -> list[EscalationPolicyRow]:
    """Return every version of the clinic's policy, the latest first."""
    made = select(EscalationPolicyRow).where(EscalationPolicyRow.clinic_id == clinic_id)
    return list(session.exec(made.order_by(col(EscalationPolicyRow.version).desc())))


def rota(session: Session, clinic_id: uuid.UUID) -> RotaRow | None:
    """Return the rota that holds now."""
    held = select(RotaRow).where(RotaRow.clinic_id == clinic_id, col(RotaRow.replaced_at).is_(None))
    return session.exec(held).first()


def overrides_from(session: Session, clinic_id: uuid.UUID, now: datetime) -> list[RotaOverrideRow]:
    """Return the exceptions from the rota that are not over, the one made last first."""
    there = select(RotaOverrideRow).where(
        RotaOverrideRow.clinic_id == clinic_id,
        col(RotaOverrideRow.ends_at) > now,
        col(RotaOverrideRow.cancelled_at).is_(None),
    )
    return list(session.exec(there.order_by(col(RotaOverrideRow.id).desc())))


def absences_from(session: Session, clinic_id: uuid.UUID, now: datetime) -> list[AbsenceRow]:
    """Return the absences that are not over, the next first."""
    there = select(AbsenceRow).where(
        AbsenceRow.clinic_id == clinic_id, col(AbsenceRow.ends_at) > now, col(AbsenceRow.cancelled_at).is_(None)
    )
    return list(session.exec(there.order_by(col(AbsenceRow.starts_at), col(AbsenceRow.id))))


def usable_contacts(session: Session, clinic_id: uuid.UUID) -> list[ContactRow]:
    """Return the verified contacts that are not disabled, in the order in which each person wants them used."""
    usable = select(ContactRow).where(
        ContactRow.clinic_id == clinic_id,
        col(ContactRow.verified_at).is_not(None),
        col(ContactRow.disabled_at).is_(None),
    )
    return list(session.exec(usable.order_by(col(ContactRow.position), col(ContactRow.id))))


def unanswered_since(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> datetime | None:
    """Return when the alert was opened whose promise to the patient was broken, and that nobody has taken since."""
    waiting = select(AlertRow.opened_at).where(
        AlertRow.clinic_id == clinic_id,
        AlertRow.state == "open",
        AlertRow.patient_id == patient_id,
        AlertRow.promise == "broken",
    )
    return session.exec(waiting.order_by(col(AlertRow.opened_at))).first()
