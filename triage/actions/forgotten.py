"""A forgotten password: a link goes to the address, where somebody has it; nobody else learns whether anybody does."""

from datetime import timedelta

from triage.actions.errors import Invalid, NotFound
from triage.actions.identify import service
from triage.actions.passwords import is_password, store_password
from triage.actions.sessions import Browser, SignedIn, end_sessions
from triage.actions.sign_in import account_of
from triage.actions.staff_links import make_link, note_link_made
from triage.actions.throttling import FREE_FOR_NETWORK, TooMany, begin_try, count_of, is_first_in, network_of
from triage.actions.turn import ClockTurn, Turn
from triage.records import Session, StaffRow, sign_in_lookups
from triage.rules import Fault

APART = timedelta(minutes=5)  # nobody's mailbox is filled by a stranger
WRONG = Fault("old", "this is not your password", "type the one that you signed in with")


def send_links(session: Session, email: str, browser: Browser, clock: ClockTurn) -> int:
    """Send a link to each member of staff who has this address, and return to how many; once in five minutes.

    None is sent to who never had a password, and needs an invitation, nor for a network that asks for ever more.
    """
    network = network_of(browser.address)
    counts = [count_of(clock.terms, "forgotten in", network, free=FREE_FOR_NETWORK)] if network else []
    if isinstance(begin_try(session, counts, clock.now), TooMany):
        return 0
    if not is_first_in(session, count_of(clock.terms, "forgotten", account_of(email)), APART, clock.now):
        return 0
    people = [row for row in sign_in_lookups.staff_by_email(session, account_of(email)) if row.password_hash]
    for staff in people:
        turn = Turn(service(staff.clinic_id, "door"), clock.now, clock.terms)
        note_link_made(session, make_link(session, staff, "password_reset", turn), "password_link_sent", turn)
    return len(people)


def check_old(staff: StaffRow, typed: str) -> None:
    """Raise Invalid unless this is somebody's password of now."""
    if not is_password(staff.password_hash, typed):
        raise Invalid([WRONG])


def change_password(session: Session, hashed: str, signed_in: SignedIn, turn: Turn) -> None:
    """Set one's own password, hashed already; every session of one's own but this one ends. Raises NotFound."""
    staff = sign_in_lookups.staff_for_update(session, turn.by.clinic_id, signed_in.staff.id)
    if staff is None:
        raise NotFound("There is nobody with this id at this clinic.")
    store_password(session, staff, hashed, "changed", turn)
    end_sessions(session, staff.id, "password_changed", turn, but=signed_in.row.id)
