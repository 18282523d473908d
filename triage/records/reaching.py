"""Reads with a name about ways to reach people: contacts, their links, and who texts from which number."""

import uuid
from functools import reduce

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import Session, col, select

from triage.records.people import ContactRow, PatientRow, StaffRow
from triage.records.reach import ContactTokenRow, SmsInboundRow
from triage.rules.phones import SHORTEST_SAME, digits_of, is_same_number

BETWEEN_DIGITS = " ()./-"


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


def sharing_contact(session: Session, patient: PatientRow) -> list[PatientRow]:
    """Return the clinic's other patients who are reached at the same mail address or telephone, first come first."""
    others = select(PatientRow).where(PatientRow.clinic_id == patient.clinic_id, PatientRow.id != patient.id)
    digits = digits_of(patient.phone or "")[-SHORTEST_SAME:]
    by_mail = func.lower(PatientRow.email) == patient.email.lower() if patient.email else false()
    by_phone = _plain(PatientRow.phone).endswith(digits, autoescape=True) if digits else false()
    found = session.exec(others.where(or_(by_mail, by_phone)).order_by(col(PatientRow.id)))
    return [other for other in found if _is_same(patient, other)]


def _plain(phone: str | None) -> ColumnElement[str]:
    """Return a number without what people write between its digits."""
    return reduce(lambda found, sign: func.replace(found, sign, ""), BETWEEN_DIGITS, func.coalesce(col(phone), ""))


def _is_same(one: PatientRow, other: PatientRow) -> bool:
    by_mail = bool(one.email and other.email) and (one.email or "").lower() == (other.email or "").lower()
    return by_mail or is_same_number(one.phone or "", other.phone or "")
