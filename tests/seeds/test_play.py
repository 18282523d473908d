"""The stories of the demo are judged like any patient's reports: by the protocol, none by the safety net."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from seeds.play import play_all
from tests.houses import House, open_house
from triage.records import AssessmentRow, Store, lookups

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def house(store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(store, tmp_path, now) as opened:
        yield opened


def test_every_report_of_a_story_is_judged_by_the_protocol(house: House) -> None:
    clinic = house.look(lambda session: lookups.clinics(session)[0])
    house.do(partial(play_all, clinic=clinic, now=house.now, terms=house.wiring.terms))
    digests = house.look(lambda session: list(session.exec(select(AssessmentRow.protocol_digest))))
    assert len(digests) > 20
    assert set(digests) == {house.opened["protocol"]["digest"]}
