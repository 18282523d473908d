"""Staff signed in without the door: a session opened as the door would, and its cookie given to a client."""

from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from triage.actions.sessions import Browser, actor_of, open_session
from triage.actions.tokens import derive, hash_of
from triage.actions.turn import Turn
from triage.records import Session, StaffRow, sign_in_lookups
from triage.web.staff_page import COOKIE, FORM_MARK
from triage.wiring import Wiring

BROWSER = Browser("tests", "127.0.0.1")


def signed_in(wiring: Wiring, staff: StaffRow, *, has_codes: bool = True) -> str:
    """Return the token of a new session of somebody; who has codes set up need not do that first."""
    turn = Turn(actor_of(staff), wiring.now(), wiring.terms)

    def enter(session: Session) -> str:
        row = session.get(StaffRow, (staff.clinic_id, staff.id))
        assert row is not None
        if has_codes and row.totp_at is None:
            row.totp_at, row.totp_generation = turn.now, 1
            session.add(row)
        return open_session(session, row, BROWSER, turn)

    return wiring.do(enter)


class Desk:
    """A client that is signed in; its forms carry the key that ours do."""

    def __init__(self, client: FlaskClient, wiring: Wiring, staff: StaffRow, *, has_codes: bool = True) -> None:
        self.client = client
        token = signed_in(wiring, staff, has_codes=has_codes)
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
