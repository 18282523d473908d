"""A forgotten password and an invitation: links that work once, and answers that give nobody away."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.web.conftest import House
from tests.web.door.conftest import OTHER, Visitor, later, sessions, staff_of
from triage.actions.invitations import invite
from triage.actions.sessions import actor_of
from triage.actions.staff_links import link_address
from triage.actions.turn import Turn
from triage.records import AuditEventRow, FailedTryRow, NotificationRow, StaffLinkRow, StaffRow
from triage.web.staff_page import COOKIE

NEW = "quite another password"


def mailed(house: House) -> Iterator[str]:
    """Yield the path of each link that was queued for the mail."""
    for row in house.rows(NotificationRow):
        if row.kind == "notice":
            kind, _, link_id = row.about.partition(" ")
            whole = link_address(house.wiring.terms, kind, row.clinic_id, link_id)
            yield whole.removeprefix(house.wiring.terms.base_url)


def leave_password(house: House, number: int) -> None:
    with house.wiring.store.connect() as connection:
        table = StaffRow.metadata.tables["staff"]
        key = house.staff[number].id
        connection.execute(table.update().where(table.c.id == key).values(password_hash=None))


def test_the_answer_is_the_same_whether_somebody_has_the_address(house: House, visitor: Visitor) -> None:
    known = visitor.post("/password", email=" Ada@north.example")
    unknown = visitor.post("/password", email="nobody@north.example")
    assert (known.status_code, known.headers["Location"]) == (303, "/password?sent=1")
    assert (known.data, dict(known.headers)) == (unknown.data, dict(unknown.headers))
    assert len(list(mailed(house))) == 1
    assert house.rows(NotificationRow)[0].contact == "ada@north.example"


def test_nothing_is_looked_up_before_the_answer_has_gone_out(house: House, visitor: Visitor) -> None:
    answer = visitor.client.post("/password", data={"email": "ada@north.example"}, buffered=False)
    assert answer.status_code == 303
    assert house.rows(FailedTryRow) == []
    answer.close()
    assert len(list(mailed(house))) == 1


def test_a_network_that_asks_for_everybody_is_sent_no_more(house: House, visitor: Visitor) -> None:
    for number in range(30):
        visitor.post("/password", email=f"p{number}@north.example")
    assert visitor.post("/password", email="ada@north.example").status_code == 303
    assert list(mailed(house)) == []
    Visitor(house, OTHER).post("/password", email="ada@north.example")
    assert len(list(mailed(house))) == 1


def test_the_link_sets_a_password_once_and_ends_every_session(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.post("/password", email="ada@north.example")
    [path] = mailed(house)
    fresh = Visitor(house, OTHER)
    assert "ada@north.example" in fresh.get(path).text
    assert fresh.get(path).status_code == 200
    assert "12" in fresh.post(path, password="short", again="short").text
    assert fresh.post(path, password=NEW, again=NEW + "x").status_code == 422
    assert fresh.post(path, password=NEW, again=NEW).headers["Location"] == "/sign-in?after=password"
    assert sessions(house) == 0
    assert fresh.get(path).status_code == 410
    assert fresh.post(path, password="yet another one now", again="yet another one now").status_code == 410
    assert fresh.sign_in().status_code == 403
    assert fresh.sign_in(password=NEW).status_code == 303


def test_the_link_works_for_an_hour_and_the_latest_only(house: House, visitor: Visitor) -> None:
    visitor.post("/password", email="ada@north.example")
    visitor.post("/password", email="ada@north.example")
    assert len(list(mailed(house))) == 1  # nobody's mailbox is filled
    later(house, minutes=6)
    visitor.post("/password", email="ada@north.example")
    first, second = mailed(house)
    assert visitor.get(first).status_code == 410
    assert visitor.get(second).status_code == 200
    later(house, minutes=60)
    assert visitor.post(second, password=NEW, again=NEW).status_code == 410
    assert visitor.get("/password/unknown").status_code == 404


def test_the_mail_lets_somebody_in_whom_strangers_hold_up(house: House, visitor: Visitor) -> None:
    stranger = Visitor(house)
    while stranger.sign_in(password="guessed").status_code == 403:
        pass
    mine = Visitor(house, OTHER)
    refused = mine.sign_in()
    assert refused.status_code == 429
    assert 'href="/password"' in refused.text
    mine.post("/password", email="ada@north.example")
    [path] = mailed(house)
    mine.post(path, password=NEW, again=NEW)
    assert mine.sign_in(password=NEW).status_code == 303


def test_a_link_for_a_password_opens_no_invitation(house: House, visitor: Visitor) -> None:
    visitor.post("/password", email="ada@north.example")
    [path] = mailed(house)
    assert visitor.get(path.replace("/password/", "/invitation/")).status_code == 404


def test_an_invitation_sets_the_first_password_within_seven_days(house: House, visitor: Visitor) -> None:
    leave_password(house, 0)
    lead = Turn(actor_of(house.staff[1]), house.wiring.time, house.wiring.terms)
    house.wiring.do(partial(invite, staff=staff_of(house), turn=lead))
    [path] = mailed(house)
    assert path.startswith("/invitation/")
    visitor.post("/password", email="ada@north.example")
    assert len(list(mailed(house))) == 1  # who was never in has nothing to forget
    later(house, days=6, hours=23)
    assert "Welcome, Dr. Ada Berg" in visitor.get(path).text
    assert visitor.post(path, password=NEW, again=NEW).status_code == 303
    assert visitor.client.get_cookie(COOKIE) is None
    assert visitor.sign_in(password=NEW).status_code == 303
    assert visitor.get(path).status_code == 410


def test_an_invitation_runs_out(house: House, visitor: Visitor) -> None:
    leave_password(house, 0)
    lead = Turn(actor_of(house.staff[1]), house.wiring.time, house.wiring.terms)
    house.wiring.do(partial(invite, staff=staff_of(house), turn=lead))
    [path] = mailed(house)
    later(house, days=7)
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, password=NEW, again=NEW).status_code == 410


@pytest.mark.parametrize("path", ["/sign-in", "/password"])
def test_looking_at_the_door_changes_nothing(house: House, visitor: Visitor, path: str) -> None:
    before = [len(house.rows(table)) for table in (AuditEventRow, FailedTryRow, StaffLinkRow)]
    assert visitor.get(path).status_code == 200
    assert [len(house.rows(table)) for table in (AuditEventRow, FailedTryRow, StaffLinkRow)] == before
