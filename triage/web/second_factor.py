"""The second factor of a link: asked where name, photos and earlier courses are shown, kept in a sealed cookie.

No puzzle: a year of birth or the end of a telephone number, which may be pasted.
"""

from datetime import timedelta

from flask import Request, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from triage.actions.second_factor import UNLOCKED_FOR, Tried, answers_of, is_sealed, seal_of, try_factor, waits_until
from triage.records import PatientTokenRow
from triage.web.links import Page, wiring_here
from triage.web.own_page import OwnPage
from triage.web.visit import patient_row

COOKIE = "unlocked"
SECONDS = timedelta(seconds=1)


def is_unlocked(token_row: PatientTokenRow, request: Request) -> bool:
    """Tell whether whoever sends this request has shown the second factor of this link within 30 minutes."""
    wiring = wiring_here()
    return is_sealed(wiring.terms, token_row, request.cookies.get(COOKIE, ""), wiring.now())


def show_lock(own: OwnPage, status: int = 200, tried: Tried | None = None) -> Page:
    """Show the question; how long to wait where too many answers were wrong, and whom to ask where there is none."""
    until = tried.until if tried else waits_until(own.held, own.turn.now)
    minutes = -(-(until - own.turn.now) // timedelta(minutes=1)) if until else 0
    return own.show(
        "locked.html",
        429 if until else status,
        has_factor=bool(answers_of(own.patient)),
        is_wrong=tried is not None and until is None,
        minutes=minutes,
    )


def take_factor(own: OwnPage) -> Page | Answer:
    """Take an answer: the right one leads back to the page, now open for 30 minutes."""
    by, typed = own.turn.by, request.form.get("factor", "")[:40]
    tried: Tried = wiring_here().do(
        lambda session: try_factor(session, patient_row(session, by), typed, own.turn), by.clinic_id
    )
    if not tried.is_right:
        return show_lock(own, 422, tried)
    answer = make_response(redirect(request.path, 303))
    unlock(answer, own)
    return answer


def unlock(answer: Response, own: OwnPage) -> None:
    """Give the browser what unlocks this link, and no other, for 30 minutes."""
    terms = own.turn.terms
    until = int((own.turn.now + UNLOCKED_FOR).timestamp())
    answer.set_cookie(
        COOKIE,
        seal_of(terms, own.held, until),
        max_age=UNLOCKED_FOR // SECONDS,
        path=own.link,
        secure=terms.base_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )
