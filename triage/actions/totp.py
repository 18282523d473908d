"""One-time codes of staff (RFC 6238). The secret is derived from the service's own, so that no table holds it."""

import base64
import hmac
import uuid
from datetime import datetime
from typing import NamedTuple

import pyotp

from triage.actions import audit
from triage.actions.devices import end_devices
from triage.actions.errors import Conflict, NotFound
from triage.actions.recovery_codes import forget_recovery_codes, new_recovery_codes, use_recovery_code
from triage.actions.second_factor import digits_in
from triage.actions.terms import Terms
from triage.actions.tokens import derive_bytes
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session, StaffRow, sign_in_lookups

MARK = "tat_"
SECRET_BYTES, DIGITS, STEP_SECONDS = 20, 6, 30  # what every authenticator program takes
DRIFT = (0, -1, 1)  # a phone's clock may be one step off


class SetUp(NamedTuple):
    """What a phone is told to make codes from now on: a link for its camera, the same as a text to type."""

    link: str
    key: str


def set_up_of(staff: StaffRow, clinic: ClinicRow, terms: Terms) -> SetUp:
    """Return what the next secret of somebody is; it counts once a code of it was shown."""
    key = _key(staff, staff.totp_generation + 1, terms)
    link = pyotp.TOTP(key).provisioning_uri(name=staff.email, issuer_name=clinic.name)
    return SetUp(link, " ".join(key[place : place + 4] for place in range(0, len(key), 4)))


def has_codes(staff: StaffRow) -> bool:
    """Tell whether a code is asked for besides the password."""
    return staff.totp_at is not None


def must_set_up(staff: StaffRow, clinic: ClinicRow) -> bool:
    """Tell whether nothing else may be done before codes are set up: the clinic asks for them, and there are none."""
    return clinic.asks_code and not has_codes(staff)


def set_up_codes(session: Session, staff_id: uuid.UUID, typed: str, turn: Turn) -> list[str] | None:
    """Ask for codes of the next secret from now on, since one of them was shown; None: it was not one.

    Returns new recovery codes, to be shown once. A secret of before, its recovery codes and the devices that stood in
    for a code count no more. Raises NotFound.
    """
    staff = _staff(session, staff_id, turn)
    step = _step_of(typed, _key(staff, staff.totp_generation + 1, turn.terms), turn.now)
    if step is None:
        return None
    staff.totp_generation, staff.totp_at, staff.totp_step = staff.totp_generation + 1, turn.now, step
    session.add(staff)
    end_devices(session, staff, turn)
    audit.record(session, turn, "codes_set_up", ("staff", staff.id), after={"generation": staff.totp_generation})
    return new_recovery_codes(session, staff, turn)


def end_codes(session: Session, staff_id: uuid.UUID, turn: Turn) -> None:
    """Ask somebody for no codes any more: their phone is lost, or they do not want them.

    Raises NotAllowed for another one's unless a lead does it, NotFound, Conflict where there are none.
    """
    if staff_id != turn.by.staff_id:
        turn.by.require("lead")
    staff = _staff(session, staff_id, turn)
    if staff.totp_at is None:
        raise Conflict("No one-time codes are set up.")
    staff.totp_at = None
    session.add(staff)
    forget_recovery_codes(session, staff)
    end_devices(session, staff, turn)
    audit.record(session, turn, "codes_ended", ("staff", staff.id), before={"generation": staff.totp_generation})


def take_code(session: Session, staff_id: uuid.UUID, typed: str, turn: Turn) -> bool:
    """Tell whether a code is right, and take it: none is right twice. A recovery code stands in for one, once.

    What the code was shown for is written to the log by whoever asked for it. Raises NotFound.
    """
    staff = _staff(session, staff_id, turn)
    if len(digits_in(typed)) != DIGITS or any(sign.isalpha() for sign in typed):
        return use_recovery_code(session, staff, typed, turn)
    step = _step_of(typed, _key(staff, staff.totp_generation, turn.terms), turn.now)
    if staff.totp_at is None or step is None or step <= staff.totp_step:
        return False
    staff.totp_step = step
    session.add(staff)
    return True


def _staff(session: Session, staff_id: uuid.UUID, turn: Turn) -> StaffRow:
    staff = sign_in_lookups.staff_for_update(session, turn.by.clinic_id, staff_id)
    if staff is None:
        raise NotFound("There is nobody with this id at this clinic.")
    return staff


def _key(staff: StaffRow, generation: int, terms: Terms) -> str:
    made = derive_bytes(terms.secret, MARK, staff.clinic_id, staff.id, generation)
    return base64.b32encode(made[:SECRET_BYTES]).decode()


def _step_of(typed: str, key: str, now: datetime) -> int | None:
    """Return the step whose code this is; None: it is no code of now."""
    codes, here = pyotp.TOTP(key), int(now.timestamp()) // STEP_SECONDS
    said = digits_in(typed)
    fits = [here + off for off in DRIFT if hmac.compare_digest(codes.generate_otp(here + off), said)]
    return max(fits, default=None)
