"""Who works at the clinic: taken on, given another name or role, shown; a clinic always keeps a lead."""

import uuid
from collections.abc import Mapping
from typing import Any

from triage.actions import audit
from triage.actions.clinics import LEADING, NO_LEAD, Person, add_staff
from triage.actions.cover import current_policy_id, policy_by_id
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.keys import end_keys_beyond
from triage.actions.turn import Turn
from triage.channels import is_address
from triage.records import Session, StaffRow, cover_lookups, lookups
from triage.rules import Fault
from triage.rules.check_in import clean_text
from triage.rules.read_policy import people_named

ROLES = ("practitioner", "lead", "auditor", "admin")
ANSWERING = ("practitioner", "lead")
LONGEST_NAME = 200


def staff_shown(session: Session, turn: Turn) -> list[StaffRow]:
    """Return who works there now, longest-serving first."""
    turn.by.require("practitioner", "lead", "auditor")
    return lookups.staff_of(session, turn.by.clinic_id, ROLES)


def take_on(session: Session, person: Person, turn: Turn) -> StaffRow:
    """Add somebody; who worked here before is taken back, and sets a new password. Alerts reach them from then on.

    Raises Invalid, Conflict where somebody has the address.
    """
    turn.by.require("lead")
    faults = _name_faults(person.name)
    if not is_address(person.email):
        faults.append(Fault("email", "is no mail address", "give one like pat@clinic.example"))
    if person.role not in ROLES:
        faults.append(Fault("role", "is not known", "use one of: " + ", ".join(ROLES)))
    if faults:
        raise Invalid(faults)
    former = lookups.staff_with_address(session, turn.by.clinic_id, person.email)
    if former is None:
        return add_staff(session, person, turn)
    if former.left_at is None:
        raise Conflict("Somebody at this clinic has this address already.")
    before = {"left_at": former.left_at, "name": former.name, "role": former.role}
    former.left_at, former.password_hash = None, None
    former.totp_generation, former.totp_at = former.totp_generation + 1, None  # an old phone opens nothing
    former.name, former.role = person.name, person.role
    session.add(former)
    after = {"name": former.name, "role": former.role, "email": former.email}
    audit.record(session, turn, "staff_returned", ("staff", former.id), before=before, after=after)
    return former


def change_staff(session: Session, staff_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> StaffRow:
    """Change somebody's name or role (`values`); keys that may do more than they themselves now may end.

    Raises NotFound, Invalid, Conflict where no lead would be left."""
    turn.by.require("lead")
    row = member(session, staff_id, turn)
    faults = _name_faults(values.get("name", row.name))
    if values.get("role", row.role) not in ROLES:
        faults.append(Fault("role", "is not known", "use one of: " + ", ".join(ROLES)))
    if faults:
        raise Invalid(faults)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed.get("role", "lead") not in LEADING:
        _keep_a_lead(session, row, turn)
    if changed.get("role", row.role) not in ANSWERING and _is_named(session, row, turn):
        raise Conflict("The escalation policy or the rota names this person: change that first.")
    if not changed:
        return row
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)
    if "role" in changed:
        end_keys_beyond(session, row, turn)
    audit.record(session, turn, "staff_changed", ("staff", row.id), before=before, after=changed)
    return row


def member(session: Session, staff_id: uuid.UUID, turn: Turn) -> StaffRow:
    """Return who has this id and works there. Raises NotFound."""
    row = session.get(StaffRow, (turn.by.clinic_id, staff_id))
    if row is None or row.left_at is not None:
        raise NotFound("There is nobody with this id at this clinic.")
    return row


def _keep_a_lead(session: Session, row: StaffRow, turn: Turn) -> None:
    """Raise Conflict where this is the only one who may change the clinic, and so must stay it."""
    leads = {person.id for person in lookups.staff_of(session, turn.by.clinic_id, LEADING)}
    if leads == {row.id}:
        raise Conflict(NO_LEAD)


def _is_named(session: Session, row: StaffRow, turn: Turn) -> bool:
    rota = cover_lookups.rota(session, turn.by.clinic_id)
    policy = policy_by_id(session, turn.by.clinic_id, current_policy_id(session, turn.by.clinic_id))
    return str(row.id) in people_named(policy) or (rota is not None and str(row.id) in rota.people)


def _name_faults(name: str) -> list[Fault]:
    if (clean_text(name) or "").strip() and "\n" not in name and len(name) <= LONGEST_NAME:
        return []
    return [Fault("name", "is no name", "give one line of text")]
