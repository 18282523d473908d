"""What the patient knows besides having the link: guards the name, photos and earlier courses behind it."""

import hmac
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.terms import Terms
from triage.actions.tokens import derive
from triage.actions.turn import Turn
from triage.records import PatientRow, PatientTokenRow, Session, phone_lookups
from triage.rules import Urgency

MARK = "tau_"
UNLOCKED_FOR = timedelta(minutes=30)
IN_A_ROW, WAIT = 5, timedelta(hours=1)  # wrong tries, then an hour's wait: at most five in any hour
MOST, FORGOTTEN_AFTER = 10, timedelta(hours=24)  # then a human is told and it takes a day: a year of birth is guessed
END_OF_PHONE = 3  # digits


class Tried(NamedTuple):
    """How a try ended; `until`: when the next one is looked at, None: at once."""

    is_right: bool
    until: datetime | None = None


def answers_of(patient: PatientRow) -> list[str]:
    """Return what opens a patient's own data: year of birth, end of the telephone; empty: the clinic knows neither."""
    phone = digits_in(patient.phone or "")
    year = [str(patient.birth_year)] if patient.birth_year else []
    return year + ([phone[-END_OF_PHONE:]] if len(phone) >= END_OF_PHONE else [])


def digits_in(typed: str) -> str:
    """Return the digits of what was typed or pasted, of any script, as 0 to 9."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def waits_until(token: PatientTokenRow, now: datetime) -> datetime | None:
    """Return until when no try is looked at; None: one may be made."""
    if token.tries_since is None or token.tries == 0 or token.tries % IN_A_ROW:
        return None
    until = token.tries_since + (WAIT if token.tries < MOST else FORGOTTEN_AFTER)
    return until if until > now else None


def try_factor(session: Session, patient: PatientRow, typed: str, turn: Turn) -> Tried:
    """Look at a second factor: five wrong ones in a row take an hour's wait, ten a day's, and a human is told of ten.

    What has no digit in it is no try.
    """
    token = phone_lookups.token_for_update(session, patient)
    said = digits_in(typed)
    if token is None or not said:
        return Tried(False)
    until = waits_until(token, turn.now)
    if until is not None:
        return Tried(False, until)
    is_right = any([hmac.compare_digest(said, answer) for answer in answers_of(patient)])
    if is_right:
        token.tries, token.tries_since = 0, None
    else:
        token.tries, token.tries_since = (0 if _is_forgotten(token, turn.now) else token.tries) + 1, turn.now
    session.add(token)
    did = "second_factor_passed" if is_right else "second_factor_wrong"
    audit.record(session, turn, did, ("patient", patient.id), after={"tries": token.tries})
    if token.tries >= MOST:
        _tell(session, patient, turn)
    return Tried(is_right, waits_until(token, turn.now))


def _is_forgotten(token: PatientTokenRow, now: datetime) -> bool:
    """Tell whether a day has made a few slips forgotten, or the wait after so many that a human was told of them.

    What lies between counts on: who tries nine a day would be heard of by nobody.
    """
    is_old = token.tries_since is not None and now - token.tries_since >= FORGOTTEN_AFTER
    return is_old and not IN_A_ROW <= token.tries < MOST


def seal_of(terms: Terms, token: PatientTokenRow, until: int) -> str:
    """Return what a browser keeps to show that this link is unlocked until a time (Unix, seconds); ours alone."""
    return f"{until}.{derive(terms.secret, MARK, token.clinic_id, token.id, until).removeprefix(MARK)}"


def is_sealed(terms: Terms, token: PatientTokenRow, kept: str, now: datetime) -> bool:
    """Tell whether what a browser has kept unlocks this link now."""
    until = kept.partition(".")[0]
    if not (until.isascii() and until.isdecimal() and len(until) <= len("9999999999")):
        return False
    is_ours = hmac.compare_digest(seal_of(terms, token, int(until)).encode(), kept.encode("utf-8", "replace"))
    return is_ours and now.timestamp() < int(until)


def _tell(session: Session, patient: PatientRow, turn: Turn) -> None:
    alert = raise_alert(session, "service", Urgency.routine, turn, of=f"second factor {patient.id}")
    alert.about, alert.patient_id = "second_factor", patient.id
