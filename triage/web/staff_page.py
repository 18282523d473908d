"""What every page for staff begins with: who is signed in, what they may do here, and proof that a form is ours."""

import hmac
import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Conflict, Invalid, NotAllowed, NotFound, NotIdentified
from triage.actions.look import Look, look_of
from triage.actions.sessions import SignedIn, is_long_unseen, note_seen, session_behind
from triage.actions.terms import Terms, zone_of
from triage.actions.tokens import derive
from triage.actions.totp import must_set_up
from triage.actions.troubles import ServiceTrouble, troubles
from triage.actions.turn import Turn
from triage.reading import note_look, thing_of
from triage.records import ClinicRow, Session, StaffRow, Trouble
from triage.rules import Fault
from triage.web.answered import TOLD, Told, told_of
from triage.web.banner import banner_lines
from triage.web.links import wiring_here
from triage.web.moments import Moments

LOGGER = logging.getLogger(__name__)
COOKIE = "triage_session"
SET_UP_CODES = "/account/codes"
WITHOUT_CODES = (SET_UP_CODES, "/confirm", "/sign-out")  # all that is open to who must set up codes first
OF_PATIENTS = ("/desk", "/chair/", "/audit/")  # pages that show things of patients
FORM_MARK = "form"
DESK, CHAIR, OFFICE, LOG = (
    ("practitioner", "lead", "auditor"),
    ("practitioner", "lead"),
    ("lead",),
    ("lead", "auditor"),
)
NAVIGATION = (  # address, its name, who sees it
    ("/desk", "Worklist", DESK),
    ("/desk/patients", "Patients", DESK),
    ("/chair", "Enrol", CHAIR),
    ("/office", "Clinic", OFFICE),
    ("/audit", "Audit", LOG),
    ("/office/log", "Log", LOG),
)
STALE_FORM = "This page is out of date, so nothing was changed. Go back, load it again, and try once more."

Result = TypeVar("Result")
Rest = ParamSpec("Rest")


class StaffPage(NamedTuple):
    """One call of a page by somebody who is signed in; the rows are read, and belong to no transaction any more."""

    turn: Turn
    signed_in: SignedIn
    look: Look

    @property
    def staff(self) -> StaffRow:
        """Return who is signed in."""
        return self.signed_in.staff

    @property
    def clinic(self) -> ClinicRow:
        """Return whose clinic it is."""
        return self.signed_in.clinic

    @property
    def form_key(self) -> str:
        """Return what each form carries in the field form_key, so that no other site can send one."""
        if "form_key" not in g:
            g.form_key = derive(self.turn.terms.secret, FORM_MARK, self.signed_in.row.id)
        return str(g.form_key)

    @property
    def navigation(self) -> list[tuple[str, str, bool]]:
        """Return address and name of the rooms that this role may enter, and whether it is where we are."""
        if must_set_up(self.staff, self.clinic):
            return []  # each would lead back to the codes
        seen = [(path, name) for path, name, roles in NAVIGATION if self.may(*roles)]
        here = max((path for path, _ in seen if f"{request.path}/".startswith(f"{path}/")), key=len, default="")
        return [(path, name, path == here) for path, name in seen]

    @property
    def back(self) -> str:
        """Return where a form of this page leads back to: the page that somebody is on, without what was told there."""
        if "back" not in g:  # each form of a long list asks it
            g.back = self._back()
        return str(g.back)

    def _back(self) -> str:
        if request.method == "POST" or "back" in request.args:
            return request.values.get("back", "")
        asked = {name: value for name, value in request.args.items(multi=True) if name != TOLD}
        path = request.path.removesuffix("/rows")  # a part of the worklist that a script fetched
        return path + (f"?{urlencode(asked)}" if asked else "")

    @property
    def told(self) -> Told | None:
        """Return what the answer that brought somebody here has done; None where none did."""
        return (
            self.read(lambda session, turn: told_of(session, request.args[TOLD], turn))
            if TOLD in request.args
            else None
        )

    @property
    def times(self) -> Moments:
        """Return how moments are said here."""
        return Moments(self.turn.now, zone_of(self.clinic))

    @property
    def troubles(self) -> list[ServiceTrouble]:
        """Return what is wrong with the service now; the frame of a whole page asks it once, a fragment never."""
        ask = partial(self.read, lambda session, turn: troubles(session, self.clinic, turn))
        return banner_lines(self.clinic.id, self.turn.now, ask)

    def may(self, *roles: str) -> bool:
        """Tell whether the person has one of the roles."""
        try:
            self.turn.by.require(*roles)
        except NotAllowed:
            return False
        return True

    def read(self, work: Callable[[Session, Turn], Result]) -> Result:
        """Run work that only reads and return its result."""
        return wiring_here().look(lambda session: work(session, self.turn), self.turn.by.clinic_id)

    def do(self, work: Callable[[Session, Turn], Result]) -> Result:
        """Run work in one transaction and return its result after the commit. Raises what the work raises."""
        return wiring_here().do(lambda session: work(session, self.turn), self.turn.by.clinic_id)

    def show(self, template: str, status: int = 200, **more: object) -> tuple[str, int]:
        """Return a page of templates/desk with what all of them need."""
        return render_template(f"desk/{template}", page=self, **more), status

    def refuse(self, said: str, status: int, faults: tuple[Fault, ...] = ()) -> tuple[str, int]:
        """Return the page that says why nothing was done."""
        return self.show("refused.html", status, said=said, faults=faults, is_change=request.method == "POST")


View = Callable[Concatenate[StaffPage, Rest], ResponseReturnValue]


def for_staff(*roles: str) -> Callable[[View[Rest]], Callable[Rest, ResponseReturnValue]]:
    """Return a decorator: the view gets the StaffPage first; who is not signed in is sent to do so, and comes back.

    A mistake that the view leaves alone is answered in words: 403, 404, 409, 422.
    """

    def decorate(view: View[Rest]) -> Callable[Rest, ResponseReturnValue]:
        @wraps(view)
        def answer(*arguments: Rest.args, **named: Rest.kwargs) -> ResponseReturnValue:
            try:
                page = open_page()
            except NotIdentified:
                return redirect(sign_in_address(), 303)
            if request.method == "POST" and not is_own_form(page):
                return page.refuse(STALE_FORM, 403)
            if must_set_up(page.staff, page.clinic) and request.path not in WITHOUT_CODES:
                return redirect(_with_next(SET_UP_CODES), 303)
            return _answer(page, roles, lambda: view(page, *arguments, **named))

        return answer

    return decorate


def open_page() -> StaffPage:
    """Return the page of whoever's cookie this is. Raises NotIdentified."""
    wiring = wiring_here()
    now = wiring.now()

    def see(session: Session) -> StaffPage:
        signed_in = session_behind(session, request.cookies.get(COOKIE, ""), now)
        return StaffPage(Turn(signed_in.actor, now, wiring.terms), signed_in, look_of(session, signed_in.clinic))

    page = wiring.look(see)
    if is_long_unseen(page.signed_in.row, now):
        _note_seen(page)
    return page


def _note_seen(page: StaffPage) -> None:
    """Note that the session is in use; the page is shown all the same where that cannot be written now."""
    row = page.signed_in.row
    try:
        wiring_here().do(partial(note_seen, key=(row.clinic_id, row.id), now=page.turn.now), row.clinic_id)
    except Trouble as error:
        LOGGER.warning("a session was not noted as seen: %s", type(error).__name__)


def is_own_form(page: StaffPage) -> bool:
    """Tell whether a form that was sent is one of ours, of this very session."""
    return hmac.compare_digest(request.form.get("form_key", "").encode(), page.form_key.encode())


def sign_in_address() -> str:
    """Return where to sign in, and from there back to the page that was asked for (never to a form)."""
    return _with_next("/sign-in")


def _with_next(path: str) -> str:
    here = request.full_path.rstrip("?")
    return path + (f"?{urlencode({'next': here})}" if request.method == "GET" and here != "/" else "")


def cookie_options(terms: Terms) -> dict[str, bool | str]:
    """Return how cookies of ours are set: unseen by scripts, not sent with other sites' forms."""
    return {"httponly": True, "samesite": "Lax", "secure": terms.base_url.startswith("https://"), "path": "/"}


def _note_look(page: StaffPage) -> None:
    """Note in the log who has looked at which patient's things."""
    if request.method == "GET" and request.path.startswith(OF_PATIENTS):
        thing = thing_of(request.view_args or {}, request.path)
        note_look(wiring_here(), thing, str(request.url_rule), page.turn)


def _answer(page: StaffPage, roles: tuple[str, ...], show: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    try:
        page.turn.by.require(*roles)
        shown = show()
        _note_look(page)
        return shown
    except NotAllowed as error:
        return page.refuse(error.detail, 403)
    except NotFound as error:
        return page.refuse(error.detail, 404)
    except Conflict as error:
        return page.refuse(error.detail, 409)
    except Invalid as error:
        return page.refuse(error.detail, 422, tuple(error.faults))
