"""A clinic with its first people and keys."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.devices import end_devices
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.hours import closed_days
from triage.actions.identify import operator
from triage.actions.passwords import hash_password
from triage.actions.readiness import note_ready
from triage.actions.sessions import end_sessions
from triage.actions.terms import Terms, zone_of
from triage.actions.tokens import hash_of, new_key
from triage.actions.turn import Turn
from triage.channels import is_address
from triage.records import ClinicRow, ContactRow, KeyRow, Session, StaffRow, lookups, new_id
from triage.rules import Fault
from triage.rules.check_in import clean_text
from triage.rules.opening import USUAL, read_opening_hours
from triage.rules.phones import digits_of
from triage.rules.schedule import MORNING, NIGHT

LEADING = ("lead", "admin")
NO_LEAD = "Nobody would be left who may change the clinic: make somebody else a lead first."


class Person(NamedTuple):
    """Somebody who works at the clinic; `password` None: cannot sign in yet."""

    name: str
    email: str
    role: str
    password: str | None = None


def create_clinic(
    session: Session, values: Mapping[str, Any], people: Sequence[Person], by_name: str, now: datetime, terms: Terms
) -> tuple[ClinicRow, list[StaffRow]]:
    """Create a clinic (`values`: name, time_zone, opening_hours?, phone?, ready_at?) with its people.

    Patients are written to from the start, unless `ready_at` is None: then once emergency line and hours are set.

    Raises Invalid when the time zone or the opening hours cannot be read.
    """
    clinic = ClinicRow(**{"id": new_id(), "opening_hours": dict(USUAL), "created_at": now, "ready_at": now, **values})
    _check(clinic, people)
    session.add(clinic)
    turn = Turn(operator(clinic.id, by_name), now, terms)
    audit.record(session, turn, "clinic_created", ("clinic", clinic.id), after={"name": clinic.name})
    return clinic, [add_staff(session, person, turn) for person in people]


def change_clinic(session: Session, values: Mapping[str, Any], turn: Turn) -> ClinicRow:
    """Change what patients and the ladder depend on (opening_hours, holidays, time_zone, phone, out_of_hours,
    emergency_line, languages, ask_hour).

    Alerts that run count their next step by it. Patients may be written to once hours and emergency line are set.
    Raises Invalid.
    """
    turn.by.require("lead")
    clinic = session.get(ClinicRow, turn.by.clinic_id)
    if clinic is None:
        raise NotFound("There is no such clinic.")
    before = {name: getattr(clinic, name) for name in values}
    if before.get("emergency_line") and not values["emergency_line"]:
        expected = "give another number: patients must have one while nobody is there"
        raise Invalid([Fault("emergency_line", "cannot be taken away", expected)])
    for name, value in values.items():
        setattr(clinic, name, value)
    _check(clinic, ())
    closed_days(clinic.holidays or {}, turn.now.year)
    session.add(clinic)
    audit.record(session, turn, "clinic_changed", ("clinic", clinic.id), before=before, after=dict(values))
    note_ready(session, clinic, turn)
    return clinic


def let_go(session: Session, staff_id: uuid.UUID, turn: Turn) -> StaffRow:
    """Note that somebody does not work here any more: their keys and sessions end, and nobody tells them anything.

    Alerts that they have stay theirs until their time is over; then everybody is told. Raises NotFound, and Conflict
    where nobody would be left who may change the clinic.
    """
    turn.by.require("lead")
    row = session.get(StaffRow, (turn.by.clinic_id, staff_id))
    if row is None or row.left_at is not None:
        raise NotFound("There is nobody with this id at this clinic.")
    if {person.id for person in lookups.staff_of(session, turn.by.clinic_id, LEADING)} == {staff_id}:
        raise Conflict(NO_LEAD)
    row.left_at = turn.now
    session.add(row)
    for key in lookups.keys_of_staff(session, turn.by.clinic_id):
        if key.staff_id == staff_id and key.revoked_at is None:
            key.revoked_at = turn.now
            session.add(key)
    end_sessions(session, staff_id, "left", turn)
    end_devices(session, row, turn)
    audit.record(session, turn, "staff_left", ("staff", row.id), before={"name": row.name, "role": row.role})
    return row


def add_staff(session: Session, person: Person, turn: Turn) -> StaffRow:
    """Add a member of staff."""
    row = StaffRow(
        clinic_id=turn.by.clinic_id,
        name=person.name,
        email=person.email,
        role=person.role,
        password_hash=hash_password(person.password) if person.password else None,
        created_at=turn.now,
    )
    session.add(row)
    session.add(_first_contact(row, turn))
    audit.record(
        session, turn, "staff_added", ("staff", row.id), after={"name": row.name, "role": row.role, "email": row.email}
    )
    return row


def _first_contact(person: StaffRow, turn: Turn) -> ContactRow:
    """Return their mail address as a way to reach them; it counts as verified, since who set them up typed it in."""
    return ContactRow(
        clinic_id=person.clinic_id,
        staff_id=person.id,
        channel="email",
        address=person.email,
        made_at=turn.now,
        made_by=turn.by.id,
        verified_at=turn.now,
        verified_by="operator",
    )


def add_key(session: Session, role: str, staff_id: uuid.UUID | None, turn: Turn) -> str:
    """Return a new key, to be shown once: only its hash is stored."""
    token = new_key()
    row = KeyRow(
        clinic_id=turn.by.clinic_id,
        role=role,
        staff_id=staff_id,
        prefix=token[:8],
        token_hash=hash_of(token),
        created_at=turn.now,
    )
    session.add(row)
    audit.record(session, turn, "key_added", ("key", row.id), after={"role": role, "staff_id": staff_id})
    return token


def _check(clinic: ClinicRow, people: Sequence[Person]) -> None:
    names = [("name", clinic.name), *((f"{person.role}_name", person.name) for person in people)]
    faults = [
        Fault(place, f"{name!r} is no name", "give one line of text")
        for place, name in names
        if not (clean_text(name) or "").strip() or "\n" in name
    ]
    emails = [person.email for person in people]
    for person in people:
        if not is_address(person.email) or emails.count(person.email) > 1:
            said = f"{person.email!r} is no mail address, or somebody else's"
            faults.append(Fault(f"{person.role}_email", said, "give each person an address of their own"))
    if faults:
        raise Invalid(faults)
    _check_what_patients_get(clinic)
    if clinic.time_zone != "UTC" and str(zone_of(clinic)) != clinic.time_zone:
        expected = "give a name of the time zone database, like Europe/Berlin"
        raise Invalid([Fault("time_zone", f"{clinic.time_zone!r} is not known", expected)])
    try:
        read_opening_hours(clinic.opening_hours, zone_of(clinic))
    except ValueError as error:
        raise Invalid([Fault("opening_hours", str(error), 'give {"mon": [["09:00", "18:00"]]}')]) from error


def _check_what_patients_get(clinic: ClinicRow) -> None:
    if clinic.emergency_line is not None and not 2 < len(digits_of(clinic.emergency_line)) < 16:
        expected = "give a number that can be dialled, like +49 30 1234567 or 112"
        raise Invalid([Fault("emergency_line", "is no telephone number", expected)])
    if clinic.ask_hour is not None and not MORNING <= clinic.ask_hour < NIGHT:
        expected = f"give a whole hour from {MORNING} to {NIGHT - 1}: nobody is written to at night"
        raise Invalid([Fault("ask_hour", f"{clinic.ask_hour!r} is no hour to be written to", expected)])
