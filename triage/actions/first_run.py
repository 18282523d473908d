"""The first clinic, opened in a browser by whoever can read what the server prints: it prints a code."""

import base64
import hmac
from collections.abc import Mapping
from typing import NamedTuple

from triage.actions.clinics import Person, create_clinic
from triage.actions.errors import Conflict, Invalid
from triage.actions.identify import operator
from triage.actions.lifecycle import Release, publish
from triage.actions.passwords import faults_of
from triage.actions.sessions import Browser, actor_of, open_session
from triage.actions.sign_in import Entry
from triage.actions.terms import Terms
from triage.actions.tokens import derive_bytes
from triage.actions.turn import ClockTurn, Turn
from triage.records import Session, StaffRow, sign_in_lookups
from triage.rules import digest_of

MARK = "first run"
LENGTH, PART = 12, 4  # letters and digits, 60 bits: nobody tries that many


class FirstClinic(NamedTuple):
    """What the page asks for: the clinic, and who leads it."""

    clinic: str
    time_zone: str
    name: str
    email: str
    password: str


def first_run_code_of(terms: Terms) -> str:
    """Return the code that the server prints while there is no clinic; it opens nothing once there is one."""
    code = base64.b32encode(derive_bytes(terms.secret, MARK))[:LENGTH].decode()
    return "-".join(code[place : place + PART] for place in range(0, LENGTH, PART))


def is_first_run_code(terms: Terms, typed: str) -> bool:
    """Tell whether somebody can read what the server prints, whatever the case and the dashes."""
    plain = typed.upper().replace("-", "").replace(" ", "")
    return hmac.compare_digest(plain.encode("utf-8", "replace"), first_run_code_of(terms).replace("-", "").encode())


def open_first_clinic(
    session: Session, asked: FirstClinic, files: Mapping[str, str], browser: Browser, clock: ClockTurn
) -> tuple[StaffRow, Entry]:
    """Open the first clinic with its lead, who is signed in, and the shipped protocol.

    Patients are written to once emergency line and hours are set. Raises Conflict where there is a clinic already,
    Invalid with all faults.
    """
    sign_in_lookups.lock_clinics(session)
    if sign_in_lookups.has_clinic(session):
        raise Conflict("There is a clinic here already.")
    faults = faults_of(asked.password, asked.name, asked.email)
    values = {"name": asked.clinic, "time_zone": asked.time_zone, "ready_at": None}
    lead = Person(asked.name, asked.email, "lead", None if faults else asked.password)
    try:
        clinic, people = create_clinic(session, values, [lead], asked.name, clock.now, clock.terms)
    except Invalid as error:
        raise Invalid([*error.faults, *faults]) from error
    if faults:
        raise Invalid(faults)
    session.flush()
    set_up = Turn(operator(clinic.id, asked.name), clock.now, clock.terms)
    publish(session, files, set_up, Release(shipped=digest_of(files)))
    turn = Turn(actor_of(people[0]), clock.now, clock.terms)
    return people[0], Entry(open_session(session, people[0], browser, turn))
