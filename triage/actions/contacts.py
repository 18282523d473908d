"""Ways to reach members of staff: added, verified by their owner, listed, removed; switched off when they refuse."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotAllowed, NotFound
from triage.actions.identify import Actor
from triage.actions.tokens import CONTACT_MARK, derive, hash_of
from triage.actions.turn import ClockTurn, Turn
from triage.channels import is_address
from triage.channels.apprise_url import mask_url, name_url_fault
from triage.records import (
    ContactRow,
    ContactTokenRow,
    NotificationRow,
    Session,
    StaffRow,
    lookups,
    new_id,
    reaching,
)
from triage.rules import Fault, Urgency

LINK_LASTS = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(minutes=1)
REMOVED = "removed"
LAST_ONE = "it is the only way left to reach anybody of this clinic, so it is still tried"


def contacts_shown(session: Session, staff_id: uuid.UUID, turn: Turn) -> list[dict[str, Any]]:
    """Return somebody's contacts in the order in which they are used, removed ones left out. Raises NotFound."""
    _staff(session, staff_id, turn.by)
    found = reaching.contacts_of(session, turn.by.clinic_id, staff_id)
    return [show_contact(row) for row in found if row.disabled_why != REMOVED]


def add_contact(session: Session, staff_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> ContactRow:
    """Add a contact (`values`: channel, address, position?, urgency_from? as a word) and ask its owner to verify it.

    It is not used for alerts before that. Raises NotFound, Invalid for an address that cannot be used, Conflict for
    one that is there already.
    """
    _staff(session, staff_id, turn.by)
    channel, address = values["channel"], values["address"]
    _check(channel, address, turn)
    if reaching.contact_at(session, turn.by.clinic_id, staff_id, channel, address) is not None:
        raise Conflict("This person has that contact already.")
    row = ContactRow(
        clinic_id=turn.by.clinic_id,
        staff_id=staff_id,
        channel=channel,
        address=address,
        position=values.get("position") or 0,
        urgency_from=Urgency[values.get("urgency_from") or "routine"],
        made_at=turn.now,
        made_by=turn.by.id,
    )
    session.add(row)
    audit.record(session, turn, "contact_added", ("contact", row.id), after=_told(row))
    _ask(session, row, turn)
    return row


def ask_to_verify(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, turn: Turn) -> ContactRow:
    """Send a contact its link again. Raises NotFound, Conflict right after the last one."""
    row = contact_of(session, staff_id, contact_id, turn.by)
    tokens = reaching.tokens_of_contact(session, row)
    if tokens and tokens[0].expires_at - LINK_LASTS > turn.now - ASK_AGAIN_AFTER:
        raise Conflict("A link was sent to this contact less than a minute ago.")
    audit.record(session, turn, "contact_asked", ("contact", row.id))
    _ask(session, row, turn)
    return row


def remove_contact(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, turn: Turn) -> None:
    """Remove a contact; its address is forgotten. Raises NotFound, Conflict for the last way to reach anybody."""
    row = contact_of(session, staff_id, contact_id, turn.by)
    if is_usable(row) and not reaching.other_ways(session, row):
        raise Conflict("This is the only way left to reach anybody of this clinic: add another one first.")
    before = _told(row)
    row.address = f"removed {row.id}"
    row.disabled_at, row.disabled_why = turn.now, REMOVED
    session.add(row)
    audit.record(session, turn, "contact_removed", ("contact", row.id), before=before)


def show_contact(row: ContactRow) -> dict[str, Any]:
    """Return a contact as it may be shown: of an Apprise URL only which service it is."""
    names = ("id", "staff_id", "channel", "position", "verified_at", "disabled_at", "disabled_why")
    shown = {name: getattr(row, name) for name in names}
    return shown | {"address": address_shown(row), "urgency_from": Urgency(row.urgency_from).name}


def address_shown(row: ContactRow) -> str:
    """Return what may be shown of a contact's address."""
    return row.address if row.channel == "email" else mask_url(row.address)


def reach_of(row: ContactRow) -> str:
    """Return what a notification notes as its contact: the address itself only where it is no secret."""
    return row.address if row.channel == "email" else f"{mask_url(row.address)} {row.id}"


def fault_of_contact(session: Session, row: NotificationRow) -> str | None:
    """Return why a message to a member of staff cannot be sent to its contact any more; None where it can."""
    staff = session.get(StaffRow, (row.clinic_id, row.staff_id)) if row.staff_id else None
    if row.staff_id is not None and (staff is None or staff.left_at is not None):
        return "they do not work here any more"
    if row.kind == "notice" and row.contact_id is None:
        return None  # to the address that they sign in with, whatever is told there besides
    contact = _contact_behind(session, row)
    if contact is None or (row.kind == "contact_check" and contact.disabled_why != REMOVED):
        return None
    if contact.disabled_at is not None:
        return f"this contact is switched off: {contact.disabled_why}"
    return "this contact is not verified" if contact.verified_at is None else None


def disable_refused(session: Session, row: NotificationRow, detail: str, clock: ClockTurn) -> str:
    """Switch a contact off that refused a message for good, and tell the person and the leads by other ways.

    Returns in words why it was left on; empty where it was not.
    """
    contact = _contact_behind(session, row)
    owner = session.get(StaffRow, (row.clinic_id, contact.staff_id)) if contact else None
    if contact is None or contact.disabled_at is not None or owner is None or owner.left_at is not None:
        return ""
    if is_usable(contact) and not reaching.other_ways(session, contact):
        return LAST_ONE
    turn = clock.at(row.clinic_id)
    contact.disabled_at, contact.disabled_why = turn.now, detail[:300]
    session.add(contact)
    session.flush()
    after = _told(contact) | {"why": contact.disabled_why}
    audit.record(session, turn, "contact_disabled", ("contact", contact.id), after=after)
    people = {person.id: person for person in (owner, *lookups.staff_of(session, row.clinic_id, ("lead",)))}
    for person in people.values():
        notify_staff(session, person, "contact_disabled", turn)
    return ""


def notify_staff(session: Session, person: StaffRow, about: str, turn: Turn) -> bool:
    """Queue a notice to somebody by the first of their contacts that can be used; False where they have none."""
    contact = next(filter(is_usable, reaching.contacts_of(session, person.clinic_id, person.id)), None)
    if contact is None:
        return False
    session.add(_message(contact, "notice", turn, about=about))
    return True


def _ask(session: Session, row: ContactRow, turn: Turn) -> None:
    """Queue the message with the link that verifies a contact; the links before it work no more."""
    for former in reaching.tokens_of_contact(session, row):
        former.expires_at = min(former.expires_at, turn.now)
        session.add(former)
    message = _message(row, "contact_check", turn)
    token = derive(turn.terms.secret, CONTACT_MARK, row.clinic_id, message.id)
    expires_at = turn.now + LINK_LASTS
    session.add_all(
        [
            message,
            ContactTokenRow(
                clinic_id=row.clinic_id, contact_id=row.id, token_hash=hash_of(token), expires_at=expires_at
            ),
        ]
    )


def _message(row: ContactRow, kind: str, turn: Turn, about: str | None = None) -> NotificationRow:
    return NotificationRow(
        clinic_id=row.clinic_id,
        id=new_id(),
        staff_id=row.staff_id,
        contact_id=row.id,
        kind=kind,
        about=about,
        channel=row.channel,
        contact=reach_of(row),
        not_before=turn.now,
        created_at=turn.now,
    )


def _contact_behind(session: Session, row: NotificationRow) -> ContactRow | None:
    """Return the contact of a notification; where none is noted, the one with its address."""
    if row.contact_id is not None:
        return session.get(ContactRow, (row.clinic_id, row.contact_id))
    if row.staff_id is None:
        return None
    return reaching.contact_at(session, row.clinic_id, row.staff_id, row.channel, row.contact)


def is_usable(row: ContactRow) -> bool:
    return row.verified_at is not None and row.disabled_at is None


def contact_of(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, by: Actor) -> ContactRow:
    _staff(session, staff_id, by)
    row = reaching.contact_for_update(session, by.clinic_id, contact_id)
    if row is None or row.staff_id != staff_id or row.disabled_why == REMOVED:
        raise NotFound("There is no such contact.")
    return row


def _staff(session: Session, staff_id: uuid.UUID, by: Actor) -> StaffRow:
    """Return whose contacts they are. Raises NotAllowed for anybody but that person and the leads, NotFound."""
    if by.staff_id != staff_id:
        by.require("lead")
    elif by.role == "auditor":
        raise NotAllowed("An auditor's key changes nothing.")
    row = session.get(StaffRow, (by.clinic_id, staff_id))
    if row is None or row.left_at is not None:
        raise NotFound("There is no such member of staff in this clinic.")
    return row


def _check(channel: str, address: str, turn: Turn) -> None:
    if channel not in turn.terms.channels or channel not in ("email", "apprise"):
        raise Invalid([Fault("channel", f"{channel!r} is not switched on", "use email, or set TRIAGE_APPRISE")])
    if channel == "email" and not is_address(address):
        raise Invalid([Fault("address", "is no mail address", "give one plain address")])
    fault = name_url_fault(address, private_targets=turn.terms.allow_private_targets) if channel == "apprise" else None
    if fault:
        raise Invalid([Fault("address", fault, "give an Apprise URL like tgram://bot-token/chat-id")])


def _told(row: ContactRow) -> dict[str, Any]:
    """Return what the audit keeps of a contact: nothing secret."""
    return {"staff_id": row.staff_id, "channel": row.channel, "address": address_shown(row)}
