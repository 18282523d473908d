"""What a browser keeps at the door: its session, that it is known, that it is trusted, and how far it has come.

And what is asked of whoever sends a form from before the door, where no session can vouch for it.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.half_way import LASTS, seal_half_way
from triage.actions.known_browsers import mark_known
from triage.actions.sessions import TRUSTED_FOR, Browser
from triage.actions.sign_in import Entry, account_of
from triage.actions.terms import Terms
from triage.actions.turn import ClockTurn
from triage.records import StaffRow
from triage.web.door.paths import own_path
from triage.web.links import wiring_here
from triage.web.staff_page import COOKIE, cookie_options

KNOWN, TRUSTED, HALF_WAY = "triage_browser", "triage_device", "triage_half_way"
KNOWN_FOR = timedelta(days=180)
MOST_DEVICES = 6  # people who share one desk device
FOREIGN = "This form was sent from another site, so nothing was done."

Rest = ParamSpec("Rest")
View = Callable[Rest, ResponseReturnValue]


def own_form_only(view: View[Rest]) -> View[Rest]:
    """Return a view that takes no form of another site: a browser says where one comes from."""

    @wraps(view)
    def check(*arguments: Rest.args, **named: Rest.kwargs) -> ResponseReturnValue:
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return FOREIGN, 403
        return view(*arguments, **named)

    return check


def clock_here() -> ClockTurn:
    """Return the turn of somebody at the door, whose clinic is not known yet."""
    wiring = wiring_here()
    return ClockTurn("door", wiring.now(), wiring.terms)


def browser_here() -> Browser:
    """Return from where this request comes."""
    return Browser(request.user_agent.string, request.remote_addr or "", request.cookies.get(KNOWN, ""))


def devices_here() -> list[str]:
    """Return the trusted devices that this browser says it is, one for each of the people who share it."""
    return [token for token in request.cookies.get(TRUSTED, "").split(".")[:MOST_DEVICES] if token]


def let_in(entry: Entry, staff: StaffRow, to: str, terms: Terms) -> Response:
    """Return the way in: to the page that was asked for, with what the browser keeps."""
    answer = make_response(redirect(own_path(to), 303))
    answer.set_cookie(COOKIE, entry.session, **cookie_options(terms))  # type: ignore[arg-type]
    answer.delete_cookie(HALF_WAY, path="/")
    if entry.device is not None:
        kept = ".".join([entry.device, *devices_here()][:MOST_DEVICES])
        _keep(answer, TRUSTED, kept, TRUSTED_FOR, terms)
    return keep_known(answer, staff, terms)


def keep_known(answer: Response, staff: StaffRow, terms: Terms) -> Response:
    """Let the browser be counted by itself from now on when somebody tries this account."""
    kept = mark_known(terms, request.cookies.get(KNOWN, ""), account_of(staff.email), staff.id)
    _keep(answer, KNOWN, kept, KNOWN_FOR, terms)
    return answer


def send_on(path: str, people: Sequence[StaffRow], clock: ClockTurn) -> Response:
    """Return the way to the next question for somebody whose password was right."""
    answer = make_response(redirect(path, 303))
    _keep(answer, HALF_WAY, seal_half_way(clock.terms, people, clock.now), LASTS, clock.terms)
    return answer


def _keep(answer: Response, name: str, value: str, span: timedelta, terms: Terms) -> None:
    seconds = span // timedelta(seconds=1)
    answer.set_cookie(name, value, max_age=seconds, **cookie_options(terms))  # type: ignore[arg-type]
