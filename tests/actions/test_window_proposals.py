"""A window is proposed with its evidence, its draft and what it would have done; it is taken as a draft or left."""

from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlmodel import select

from tests.web.conftest import Build, House, build
from tests.web.desk.stories import tell
from tests.web.signing_in import Desk
from triage.actions.errors import Conflict
from triage.actions.lifecycle import publish
from triage.actions.turn import Turn
from triage.actions.window_proposals import propose_windows, take_proposal
from triage.records import AuditEventRow, ProtocolRow, Session, WindowProposalRow

__all__ = ["build"]  # a fixture
on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Moved(NamedTuple):
    """As outcomes/ finds it."""

    symptom: str
    high_days_now: float
    high_days_new: float
    evidence: Any


REDNESS = Moved("redness", 4.0, 5.5, {"episodes": 212, "p90": 5.2, "p90_interval": (4.9, 5.5), "spread": float("nan")})


@pytest.fixture
def house(build: Build) -> House:
    found = build()
    tell(found)
    return found


def propose(house: House, *moved: Moved) -> list[WindowProposalRow]:
    turn = Turn(house.turn.by, house.wiring.time, house.turn.terms)
    found = house.wiring.do(lambda session: propose_windows(session, moved, turn), house.clinic.id)
    assert [row.state for row in found] == ["open"] * len(found)
    return house.rows(WindowProposalRow)


def desk_of(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


def test_a_proposal_has_evidence_draft_and_effect(house: House) -> None:
    (row,) = propose(house, REDNESS)

    assert row.evidence["found"] == {"episodes": 212, "p90": 5.2, "p90_interval": [4.9, 5.5], "spread": None}
    because = "S1 S2 S3 S4 S5; judgement: own outcomes, 2026-03-02: 90 of 100 courses end by day 5.5 at the latest"
    assert f'high_days = 5.5, source = "{because}"' in row.draft["protocol.toml"]
    assert row.draft["cases.toml"]
    assert row.effect["reports"] == 7
    assert (row.effect["changed"], row.effect["danger_lost"]) == (0, [])
    assert row.effect["urgency"]["before"] == row.effect["urgency"]["after"]
    events = [event for event in house.rows(AuditEventRow) if event.did == "window_proposed"]
    assert [event.after["to"] for event in events] == [5.5]


@on_one_engine
def test_the_same_again_changes_nothing_and_another_end_supersedes(house: House) -> None:
    propose(house, REDNESS)
    assert len(propose(house, REDNESS)) == 1
    rows = propose(house, REDNESS._replace(high_days_new=6.0))
    assert sorted((row.state, row.evidence["high_days_new"]) for row in rows) == [("open", 6.0), ("superseded", 5.5)]
    assert [row.state for row in propose(house)] == ["superseded", "superseded"]


@on_one_engine
def test_a_window_never_goes_beyond_where_none_is_expected(house: House) -> None:
    rows = propose(house, REDNESS._replace(high_days_new=11.0), Moved("pain", 3.0, 9.0, "long"))
    redness, pain = sorted(rows, key=lambda row: row.symptom == "pain")

    assert "high_days = 8, source" in redness.draft["protocol.toml"]
    assert "point to day 11, but the protocol expects none of it from day 8 on" in redness.effect["limits"][0]
    assert "high_days = 4, source" in pain.draft["protocol.toml"]
    (other,) = [row for row in propose(house, Moved("bleeding", 1.0, 3.0, "long")) if row.symptom == "bleeding"]
    assert other.draft == {}
    assert "from day 1 on" in other.effect["cannot"][0]


@on_one_engine
def test_taken_it_is_a_draft_and_judges_nobody(house: House) -> None:
    (row,) = propose(house, REDNESS)
    desk = desk_of(house)
    page = desk.get("/audit/windows").text
    assert "from day 4 to day 5.5" in page
    assert "4.9 to 5.5" in page
    assert desk.post(f"/audit/windows/{row.id}/take").status_code == 303

    drafted = [one for one in house.rows(ProtocolRow) if one.state == "draft"]
    assert [(one.version, one.reviewer) for one in drafted] == [("4-redness", None)]
    assert [one.state for one in house.rows(WindowProposalRow)] == ["taken"]
    assert desk.post(f"/audit/windows/{row.id}/take").status_code == 409
    assert propose(house, REDNESS)[0].state == "taken"  # and it is not proposed again


@on_one_engine
def test_left_with_a_reason_it_is_not_proposed_again(house: House) -> None:
    (row,) = propose(house, REDNESS)
    desk = desk_of(house)
    assert desk.post(f"/audit/windows/{row.id}/dismiss", why=" ").status_code == 422
    assert desk.post(f"/audit/windows/{row.id}/dismiss", why="Too few with dark skin").status_code == 303

    (left,) = propose(house, REDNESS)
    assert (left.state, left.why) == ("dismissed", "Too few with dark skin")
    assert "Too few with dark skin" in desk.get("/audit/windows").text


@on_one_engine
def test_made_for_another_version_it_is_not_taken(house: House) -> None:
    (row,) = propose(house, REDNESS)
    text = row.draft["protocol.toml"].replace('version = "4-redness"', 'version = "9"')
    later = Turn(house.turn.by, house.wiring.time + timedelta(minutes=1), house.turn.terms)
    house.wiring.do(lambda session: publish(session, {**row.draft, "protocol.toml": text}, later), house.clinic.id)

    def take(session: Session) -> WindowProposalRow:
        return take_proposal(session, row.id, later)

    with pytest.raises(Conflict, match="Another version judges now"):
        house.wiring.do(take, house.clinic.id)


@on_one_engine
def test_a_practitioner_has_nothing_to_decide(house: House) -> None:
    (row,) = propose(house, REDNESS)
    desk = Desk(house.app.test_client(), house.wiring, house.staff[0])  # a practitioner
    assert desk.get("/audit/windows").status_code == 403
    assert desk.post(f"/audit/windows/{row.id}/take").status_code == 403
    assert house.rows(WindowProposalRow)[0].state == "open"
    found = house.wiring.look(lambda session: session.exec(select(ProtocolRow)).all())
    assert len(found) == 1
