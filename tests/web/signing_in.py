"""Staff signed in without the door: a session opened as the door would, and its cookie given to a client."""

from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from triage.actions.sessions import Browser, actor_of, open_session
from triage.actions.tokens import derive, hash_of
from triage.actions.turn import Turn
from triage.records import StaffRow, sign_in_lookups
from triage.web.staff_page import COOKIE, FORM_MARK
from triage.wiring import Wiring

BROWSER = Browser("tests", "127.0.0.1")


def signed_in(wiring: Wiring, staff: StaffRow) -> str:
    """Return the token of a new session of somebody."""
    turn = Turn(actor_of(staff), wiring.now(), wiring.terms)
    return wiring.do(lambda session: open_session(session, staff, BROWSER, turn))


class Desk:
    """A client that is signed in; its forms carry the key that ours do."""

    def __init__(self, client: FlaskClient, wiring: Wiring, staff: StaffRow) -> None:
        self.client = client
        token = signed_in(wiring, staff)
        row = wiring.look(lambda session: sign_in_lookups.session_by_hash(session, hash_of(token)))
        assert row is not None
        self.form_key = derive(wiring.terms.secret, FORM_MARK, row.id)
        client.set_cookie(COOKIE, token)

    def get(self, path: str, **how: Any) -> Any:
        return self.client.get(path, **how)

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, data={"form_key": self.form_key, **fields})


def let_in(context: BrowserContext, address: str, token: str) -> None:
    """Give a browser the cookie of a session."""
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
