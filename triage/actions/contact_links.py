"""The link that verifies a contact: who opens it and says yes reads what is sent there. Once, within 24 hours."""

from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.contacts import REMOVED, address_shown
from triage.actions.errors import Conflict, NotFound
from triage.actions.identify import Actor
from triage.actions.terms import Terms
from triage.actions.tokens import hash_of
from triage.actions.turn import Turn
from triage.records import ClinicRow, ContactRow, ContactTokenRow, Session, StaffRow, reaching


class ContactSeen(NamedTuple):
    """What the page behind the link shows."""

    clinic_name: str
    staff_name: str
    address: str  # of a secret one only which service it is
    state: str  # waiting (can be verified), verified, expired


def see_contact(session: Session, token: str, *, now: datetime) -> ContactSeen:
    """Return what the link shows now. Raises NotFound for a link that never was, or whose contact was removed."""
    held, contact, staff, clinic = _behind(session, token)
    return ContactSeen(clinic.name, staff.name, address_shown(contact), _state(held, contact, now))


def verify_contact(session: Session, token: str, *, now: datetime, terms: Terms) -> ContactSeen:
    """Let alerts be sent to the link's contact from now on; one that was switched off is on again.

    Raises NotFound, or Conflict where the link can act no more.
    """
    held, contact, staff, _ = _behind(session, token)
    if _state(held, contact, now) != "waiting":
        raise Conflict("This link cannot act any more.", {"state": _state(held, contact, now)})
    contact.verified_at, contact.verified_by = now, "link"
    contact.disabled_at = contact.disabled_why = None
    held.used_at = now
    session.add_all([contact, held])
    by = Actor("staff", str(staff.id), staff.clinic_id, staff.role, staff_id=staff.id)
    audit.record(session, Turn(by, now, terms), "contact_verified", ("contact", contact.id))
    return see_contact(session, token, now=now)


def _behind(session: Session, token: str) -> tuple[ContactTokenRow, ContactRow, StaffRow, ClinicRow]:
    held = reaching.contact_token_by_hash(session, hash_of(token))
    if held is None:
        raise NotFound("There is no such link.")
    contact = session.get(ContactRow, (held.clinic_id, held.contact_id))
    staff = session.get(StaffRow, (held.clinic_id, contact.staff_id)) if contact else None
    clinic = session.get(ClinicRow, held.clinic_id)
    if contact is None or contact.disabled_why == REMOVED or staff is None or staff.left_at or clinic is None:
        raise NotFound("There is no such link.")
    return held, contact, staff, clinic


def _state(held: ContactTokenRow, contact: ContactRow, now: datetime) -> str:
    if held.used_at is not None:
        return "verified" if contact.disabled_at is None else "expired"
    return "expired" if now >= held.expires_at else "waiting"
