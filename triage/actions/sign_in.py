"""Somebody comes in by their password, and a code where they have set that up; and what is noted when they may not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.devices import trust_device, trusted_device
from triage.actions.identify import service
from triage.actions.known_browsers import known_as
from triage.actions.passwords import is_password
from triage.actions.sessions import Browser, SignedIn, actor_of, open_session
from triage.actions.terms import Terms
from triage.actions.throttling import (
    FREE_FOR_NETWORK,
    Begun,
    Count,
    TooMany,
    begin_try,
    count_of,
    is_first_in,
    network_of,
    take_back,
)
from triage.actions.totp import has_codes, take_code
from triage.actions.turn import ClockTurn, Turn
from triage.records import Session, StaffRow, StaffSessionRow

TOLD_EVERY = timedelta(minutes=1)


class Entry(NamedTuple):
    """What the browser of somebody who came in keeps: the session, and the trusted device where it is one now."""

    session: str
    device: str | None = None


def counts_of(terms: Terms, browser: Browser, kind: str, account: object) -> list[Count]:
    """Return what a try at an account is held against. `kind`: password, code."""
    name = known_as(terms, browser.known, account)
    if name is not None:
        return [count_of(terms, kind, "browser", name, account)]
    counts = [count_of(terms, kind, "account", account)]
    network = network_of(browser.address)
    return [*counts, count_of(terms, "network", network, free=FREE_FOR_NETWORK)] if network else counts


def account_of(email: str) -> str:
    """Return an address as it is looked up, tries are counted by it and browsers known for it."""
    return "".join(sign for sign in email.strip().lower() if sign.isprintable())


def note_failed(
    session: Session, account: object, people: Sequence[StaffRow], browser: Browser, clock: ClockTurn
) -> None:
    """Write to the log that somebody failed to come in as one of these; once a minute at most for an account.

    Something is stored whether or not anybody has it, so that the time of an answer tells nobody.
    """
    if not is_first_in(session, count_of(clock.terms, "told", account), TOLD_EVERY, clock.now):
        return
    for row in people:
        turn = Turn(service(row.clinic_id, "door"), clock.now, clock.terms)
        after = {"address": browser.address, "agent": browser.agent[:60]}
        audit.record(session, turn, "sign_in_failed", ("staff", row.id), after=after)


def needs_code(session: Session, staff: StaffRow, devices: list[str], clock: ClockTurn) -> bool:
    """Tell whether a code is asked for besides the password: codes are set up, and no trusted device stands in."""
    return has_codes(staff) and trusted_device(session, staff, devices, _turn_of(staff, clock)) is None


def come_in(session: Session, staff: StaffRow, browser: Browser, devices: list[str], clock: ClockTurn) -> Entry:
    """Open a session for somebody whose password was right, and who needs no code."""
    turn = _turn_of(staff, clock)
    device = trusted_device(session, staff, devices, turn) if has_codes(staff) else None
    return Entry(open_session(session, staff, browser, turn, device))


def come_in_by_code(
    session: Session, staff: StaffRow, typed: str, browser: Browser, clock: ClockTurn, *, trust: bool
) -> Entry | None:
    """Open a session for somebody whose password was right, by their code; None: the code was wrong.

    `trust`: this device is asked for no code for 30 days.
    """
    turn = _turn_of(staff, clock)
    if not take_code(session, staff.id, typed, turn):
        return None
    device = trust_device(session, staff, browser.agent, turn) if trust else None
    return Entry(open_session(session, staff, browser, turn), device)


def renew_hash(session: Session, staff: StaffRow, hashed: str, clock: ClockTurn) -> None:
    """Store a password as it is hashed today; the password is the same."""
    row = session.get(StaffRow, (staff.clinic_id, staff.id))
    if row is not None and row.password_hash == staff.password_hash:
        row.password_hash = hashed
        session.add(row)
        audit.record(session, _turn_of(staff, clock), "password_hashed_anew", ("staff", row.id))


def begin_confirming(session: Session, signed_in: SignedIn, turn: Turn) -> Begun | TooMany:
    """Count a try to prove again who one is, against this session alone."""
    return begin_try(session, [count_of(turn.terms, "confirm", signed_in.row.id)], turn.now)


def confirm(session: Session, signed_in: SignedIn, code: str, begun: Begun, turn: Turn) -> bool:
    """Note that somebody whose password was right has proved again who they are; False: their code was wrong."""
    if has_codes(signed_in.staff) and not take_code(session, signed_in.staff.id, code, turn):
        return False
    row = session.get(StaffSessionRow, (signed_in.row.clinic_id, signed_in.row.id))
    if row is None:
        return False
    row.confirmed_at = turn.now
    session.add(row)
    take_back(session, begun)
    audit.record(session, turn, "confirmed", ("staff", row.staff_id), after={"session": row.id})
    return True


def knows_password(signed_in: SignedIn, password: str) -> bool:
    """Tell whether this is the password of who is signed in."""
    return is_password(signed_in.staff.password_hash, password)


def _turn_of(staff: StaffRow, clock: ClockTurn) -> Turn:
    return Turn(actor_of(staff), clock.now, clock.terms)
