"""Reads with a name about ways to reach people: contacts, their links, and who texts from which number."""

import uuid

from sqlalchemy import func
from sqlmodel import Session, col, select

from triage.records.people import ContactRow, PatientRow, StaffRow
from triage.records.reach import ContactTokenRow, SmsInboundRow


def contacts_of(session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID) -> list[ContactRow]:
    """Return every contact of a member of staff, in the order in which they are used."""
    theirs = select(ContactRow).where(ContactRow.clinic_id == clinic_id, ContactRow.staff_id == staff_id)
    return list(session.exec(theirs.order_by(col(ContactRow.position), col(ContactRow.id))))


def contact_for_update(session: Session, clinic_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow | None:
    """Return a contact of the clinic, locked."""
    one = select(ContactRow).where(ContactRow.clinic_id == clinic_id, ContactRow.id == contact_id)
    return session.exec(one.with_for_update()).first()


def contact_at(
    session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID, channel: str, address: str
) -> ContactRow | None:
    """Return somebody's contact with this address."""
    one = select(ContactRow).where(ContactRow.clinic_id == clinic_id, ContactRow.staff_id == staff_id)
    return session.exec(one.where(ContactRow.channel == channel, ContactRow.address == address)).first()


def other_ways(session: Session, contact: ContactRow) -> int:
    """Return how many other contacts of the clinic's people can be used now."""
    usable = (
        select(func.count())
        .select_from(ContactRow)
        .join(StaffRow, (col(StaffRow.clinic_id) == col(ContactRow.clinic_id)) & (StaffRow.id == ContactRow.staff_id))
        .where(
            ContactRow.clinic_id == contact.clinic_id,
            ContactRow.id != contact.id,
            col(ContactRow.verified_at).is_not(None),
            col(ContactRow.disabled_at).is_(None),
            col(StaffRow.left_at).is_(None),
            col(StaffRow.role).in_(("practitioner", "lead")),
        )
    )
    return int(session.exec(usable).one())


def staff_at(session: Session, email: str) -> list[StaffRow]:
    """Return who works anywhere under this mail address."""
    return list(session.exec(select(StaffRow).where(StaffRow.email == email, col(StaffRow.left_at).is_(None))))


def contact_token_by_hash(session: Session, token_hash: str) -> ContactTokenRow | None:
    """Return the token of a contact's link."""
    return session.exec(select(ContactTokenRow).where(ContactTokenRow.token_hash == token_hash)).first()


def tokens_of_contact(session: Session, contact: ContactRow) -> list[ContactTokenRow]:
    """Return every token that was made for a contact, the newest first."""
    theirs = select(ContactTokenRow).where(
        ContactTokenRow.clinic_id == contact.clinic_id, ContactTokenRow.contact_id == contact.id
    )
    return list(session.exec(theirs.order_by(col(ContactTokenRow.id).desc())))


def sms_inbound_by_hash(session: Session, secret_hash: str) -> SmsInboundRow | None:
    """Return the way in for text messages with this secret; None where it was replaced too."""
    one = select(SmsInboundRow).where(SmsInboundRow.secret_hash == secret_hash)
    return session.exec(one.where(col(SmsInboundRow.revoked_at).is_(None))).first()


def current_sms_inbound(session: Session, clinic_id: uuid.UUID) -> SmsInboundRow | None:
    """Return the clinic's way in for text messages."""
    one = select(SmsInboundRow).where(SmsInboundRow.clinic_id == clinic_id)
    return session.exec(one.where(col(SmsInboundRow.revoked_at).is_(None)).with_for_update()).first()


def patients_with_phone(session: Session, clinic_id: uuid.UUID) -> list[PatientRow]:
    """Return every patient of a clinic whose telephone number is known."""
    known = select(PatientRow).where(PatientRow.clinic_id == clinic_id, col(PatientRow.phone).is_not(None))
    return list(session.exec(known.order_by(col(PatientRow.id))))
