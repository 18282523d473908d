"""/office/log: every change in words, filtered by person, thing and day; paged; and whether the chain is whole."""

from datetime import timedelta
from functools import partial

from tests.web.conftest import House
from tests.web.office.conftest import events
from tests.web.signing_in import Desk
from triage.actions import audit
from triage.actions.audit import seal
from triage.records import AuditEventRow, Session


def write(session: Session, house: House, count: int) -> None:
    """Write events of the office, a minute apart from each other."""
    for number in range(count):
        turn = house.turn._replace(now=house.turn.now + timedelta(minutes=number))
        audit.record(session, turn, "staff_changed", ("staff", house.staff[0].id), after={"name": f"Name {number:03}"})


def test_a_change_is_told_with_before_and_after_and_by_whom(lead: Desk, house: House) -> None:
    lead.post(f"/office/staff/{house.staff[0].id}", name="Ada", role="lead")
    shown = lead.get("/office/log?what=staff").text
    first = shown.partition('<li class="card">')[2].partition("</li>")[0]
    for words in (
        "<b>Leo</b> changed somebody's name or role".replace("'", "&#39;"),
        "Dr. Ada Berg",
        "Ada",
        "before: ",
    ):
        assert words in first


def test_the_log_is_filtered_by_person_thing_and_day(lead: Desk, house: House) -> None:
    lead.post("/office/staff", name="Pat", email="pat@north.example", role="auditor")
    leo = house.staff[1].id
    mine = lead.get(f"/office/log?who={leo}").text
    assert mine.count('<li class="card">') == 2, "somebody was added, and invited"
    assert "added somebody" in mine
    assert "Nothing was done that fits." in lead.get(f"/office/log?who={leo}&what=rota").text
    assert "Nothing was done that fits." in lead.get("/office/log?day=2026-03-01").text
    assert "added somebody" in lead.get("/office/log?day=2026-03-02&what=staff").text
    assert "changed" not in lead.get("/office/log?who=service").text.partition('<ol class="log">')[2]


def test_what_patients_do_is_shown_of_one_day(lead: Desk, house: House) -> None:
    assert "patient enrolled" not in lead.get("/office/log").text
    shown = lead.get("/office/log?what=patients").text
    assert "patient enrolled" in shown
    assert 'value="2026-03-02"' in shown


def test_pages_of_the_log_follow_each_other_without_a_gap(lead: Desk, house: House) -> None:
    house.wiring.do(partial(write, house=house, count=120))
    path, seen = "/office/log?what=staff", []
    for _ in range(9):
        shown = lead.get(path).text
        seen += [part[:3] for part in shown.split("after: </span>Name ")[1:]]
        older = [part for part in shown.split('href="') if part.startswith("/office/log?") and "before=" in part]
        if not older:
            break
        path = older[0].partition('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03}" for number in reversed(range(120))]


def test_a_seal_that_was_broken_is_told(lead: Desk, house: House) -> None:
    house.wiring.do(partial(seal, clinic_id=house.clinic.id))
    whole = lead.get("/office/log").text
    assert "The log is whole" in whole
    assert "entries are sealed, up to Mon 2 Mar 2026, 18:04" in whole
    (event,) = [one for one in events(house, "staff_added") if (one.after or {}).get("name") == "Leo"]
    table = AuditEventRow.metadata.tables["audit_event"]
    with house.wiring.store.connect() as connection:
        connection.execute(table.update().where(table.c.id == event.id).values(actor_id="somebody else"))
    broken = lead.get("/office/log").text
    assert "The log is not whole" in broken
    assert f"entry {event.seq} was changed after it was sealed" in broken
    with house.wiring.store.connect() as connection:
        connection.execute(table.delete().where(table.c.id == event.id))
    assert f"entry {event.seq} is missing" in lead.get("/office/log").text


def test_auditors_read_the_log_and_nothing_else(lead: Desk, house: House) -> None:
    lead.post(f"/office/staff/{house.staff[0].id}", name="Ada", role="auditor")
    auditor = Desk(house.app.test_client(), house.wiring, house.staff[0])
    assert auditor.get("/office/log").status_code == 200
    assert auditor.get("/office").status_code == 403
    assert auditor.post("/office/staff", name="x", email="x@y.example", role="lead").status_code == 403


def test_addresses_that_were_made_up_do_no_harm(lead: Desk) -> None:
    for query in (
        "before=x",
        "before=2026-03-02T00:00:00",
        "day=31",
        "day=9999-12-31",
        "day=0001-01-01",
        "who=0",
        "what=%27",
    ):
        assert lead.get(f"/office/log?{query}").status_code == 200
