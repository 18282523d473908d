"""The audit of a clinic with a course that went wrong, seen by its lead; two figures stand for all of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.charts.samples import CURVES, PANELS
from tests.web.conftest import House
from tests.web.desk.stories import tell
from tests.web.signing_in import Desk
from triage.actions.clinics import Person, add_staff
from triage.actions.identify import operator
from triage.actions.staff import take_on
from triage.actions.turn import Turn
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Column, Figure, Picture, Question
from triage.records import AlertRow, StaffRow, Store, lookups

Builder = Callable[[Facts, Question], Figure]
COLUMNS = (
    Column("group", "Group"),
    Column("n", "Alerts", "count", "alerts of the window"),
    Column("kept", "In time", "share", "of all"),
    Column("kept_low", "from", "share"),
    Column("kept_high", "to", "share"),
)


class People(NamedTuple):
    """Somebody of each role."""

    practitioner: Desk
    lead: Desk
    auditor: Desk


def counting(name: str, title: str, *pictures: Picture) -> Builder:
    """Return a figure that counts the alerts, and says what it was asked."""

    def build(facts: Facts, question: Question) -> Figure:
        n = len(facts.alerts.id)
        rows = ((str(question.by), n, 0.92, 0.89, 0.95), ("few", 3, None, None, None))
        answer = f"Of {n} alerts <nearly> all."
        return Figure(name, title, answer, n, "alerts", COLUMNS, rows, ("Counted by hand (Nobody 1900).",), pictures)

    return build


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough to look at pages."""
    return sqlite_store


@pytest.fixture
def told(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setitem(FIGURES, "answered", counting("answered", "Were alerts answered in time?", CURVES, PANELS))
    monkeypatch.setitem(FIGURES, "missed", counting("missed", "What was missed?"))
    monkeypatch.setitem(FIGURES, "response", counting("response", "How many check-ins came?"))
    tell(house)
    return house


@pytest.fixture
def lead(told: House) -> Desk:
    return Desk(told.app.test_client(), told.wiring, told.staff[1])


@pytest.fixture
def auditor(told: House) -> Desk:
    """Somebody who may read all of it and change none."""
    olga = Person("Olga", "olga@elsewhere.example", "auditor")
    told.wiring.do(lambda session: add_staff(session, olga, told.turn))
    (found,) = told.wiring.look(lambda session: lookups.staff_of(session, told.clinic.id, ("auditor",)))
    return Desk(told.app.test_client(), told.wiring, found)


@pytest.fixture
def people(house: House) -> People:
    aud = house.wiring.do(lambda session: take_on_auditor(session, house))
    return People(*(Desk(house.app.test_client(), house.wiring, row) for row in (*house.staff[:2], aud)))


def take_on_auditor(session: Any, house: House) -> StaffRow:
    by = Turn(operator(house.clinic.id, "tests"), house.wiring.time, house.wiring.terms)
    return take_on(session, Person("Aud", "aud@north.example", "auditor"), by)


@pytest.fixture
def alert(house: House, people: People) -> AlertRow:
    """An alert of a patient with pus, closed by the practitioner: antibiotics were given."""
    house.send(sign="pus", note="It hurts near Uncle Ed, says Sam Secret")
    row = house.rows(AlertRow)[0]
    closing = {"outcome": "suspected_infection", "seriousness": "antibiotic", "note": "sent to her doctor"}
    people.practitioner.post(f"/desk/alerts/{row.id}/close", epoch=str(row.epoch), version=str(row.version), **closing)
    (row,) = house.rows(AlertRow)
    assert (row.state, row.seriousness) == ("resolved", ["antibiotic"])
    return row
