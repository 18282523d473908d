"""/account: where one is signed in, which devices are trusted, password and codes; and what a lead ends for others."""

import uuid
from datetime import datetime
from typing import NamedTuple

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.devices import end_device, live_devices
from triage.actions.recovery_codes import codes_left
from triage.actions.sessions import end_one, end_sessions, live_sessions
from triage.actions.terms import zone_of
from triage.actions.totp import end_codes, has_codes
from triage.actions.turn import Turn
from triage.records import Session, StaffRow, StaffSessionRow, TrustedDeviceRow, lookups
from triage.web.door.agents import agent_words
from triage.web.door.confirm import confirmed
from triage.web.door.paths import own_path
from triage.web.staff_page import DESK, OFFICE, StaffPage, for_staff
from triage.web.times import moment_words

HERE = "/account"
SAID = {
    "ended": "That browser is signed out.",
    "others": "You are signed out everywhere but here.",
    "device": "That device is asked for a code again.",
    "password": "Your password is changed, and you are signed out everywhere but here.",
    "codes": "You are asked for codes from now on.",
    "no-codes": "You are asked for no codes any more.",
    "colleague": "They are signed out everywhere.",
    "colleague-codes": "They are asked for no code until they set up codes again.",
}


class Account(NamedTuple):
    """What the page shows."""

    sessions: list[StaffSessionRow]
    devices: list[TrustedDeviceRow]
    codes_left: int
    colleagues: list[tuple[StaffRow, int]]  # with the number of browsers in which they are signed in; for a lead


@for_staff(*DESK)
def show_account(page: StaffPage) -> ResponseReturnValue:
    """Show one's own account."""
    account = page.read(lambda session, turn: _account(session, page, turn))
    zone = zone_of(page.clinic)

    def when(at: datetime) -> str:
        return moment_words(at, page.turn.now, zone, "en")

    said = SAID.get(request.args.get("done", ""), "")
    return page.show(
        "account.html", said=said, account=account, when=when, agent_words=agent_words, has_codes=has_codes
    )


@for_staff(*DESK)
def take_session_end(page: StaffPage, session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's sessions."""
    page.do(lambda session, turn: end_one(session, session_id, turn))
    return redirect(f"{HERE}?done=ended", 303)


@for_staff(*DESK)
def take_others_end(page: StaffPage) -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    row = page.signed_in.row
    page.do(lambda session, turn: end_sessions(session, row.staff_id, "revoked", turn, but=row.id))
    return redirect(f"{HERE}?done=others", 303)


@for_staff(*DESK)
def take_device_end(page: StaffPage, device_id: uuid.UUID) -> ResponseReturnValue:
    """Ask one of one's devices for codes again."""
    page.do(lambda session, turn: end_device(session, device_id, turn))
    return redirect(f"{HERE}?done=device", 303)


@for_staff(*OFFICE)
def take_colleague_out(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """End all sessions of somebody of the clinic."""
    page.do(lambda session, turn: end_sessions(session, staff_id, "revoked", turn))
    return redirect(own_path(request.form.get("back") or f"{HERE}?done=colleague"), 303)


@for_staff(*OFFICE)
@confirmed
def take_colleague_codes(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Ask somebody of the clinic for no codes any more, since their phone is lost."""
    page.do(lambda session, turn: end_codes(session, staff_id, turn))
    return redirect(own_path(request.form.get("back") or f"{HERE}?done=colleague-codes"), 303)


def _account(session: Session, page: StaffPage, turn: Turn) -> Account:
    me, colleagues = page.staff, []
    if page.may(*OFFICE):
        people = lookups.staff_of(session, me.clinic_id, ("practitioner", "lead", "auditor", "admin"))
        counted = [(row, len(live_sessions(session, row, turn.now))) for row in people if row.id != me.id]
        colleagues = [(row, count) for row, count in counted if count or has_codes(row)]
    return Account(
        sessions=live_sessions(session, me, turn.now),
        devices=live_devices(session, me, turn),
        codes_left=codes_left(session, me),
        colleagues=colleagues,
    )
