"""What only looks changes nothing: every page that a link leads to, with every kind of token that there is."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.test_texting import open_one
from tests.houses import House, open_house
from triage.actions.stop_links import stop_token
from triage.actions.telling import ack_token
from triage.actions.tokens import CONTACT_MARK, derive
from triage.records import NotificationRow, PhotoRow, Store
from triage.records.base import Row

LINKED = ("/c/", "/a/", "/o/", "/v/", "/in/", "/t/", "/look/")
SCANNERS = ("GET", "HEAD", "OPTIONS")


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(sqlite_store, tmp_path, now) as opened:
        yield opened


def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as it is stored."""
    with house.wiring.store.connect() as connection:
        tables = Row.metadata.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(table.select()).all())) for table in tables}


def tokens(house: House) -> list[str]:
    """Return one token of every kind that works, and one that does not."""
    patient, held = house.patient(birth_year=1984), house.patient()
    house.tick()
    house.report(patient, signs=["fever"])
    house.client.post(f"/c/{held.token}/who", data={"not": "me"})
    staff = house.call("GET", "/staff", key=house.keys["admin"]).json["items"]
    path = f"/staff/{staff[0]['id']}/contacts"
    house.call("POST", path, {"channel": "email", "address": "more@north.example"}, house.keys["admin"])
    house.tick()
    terms, sent = house.wiring.terms, select(NotificationRow)
    rows = house.look(lambda session: list(session.exec(sent)))
    alerts = [ack_token(terms, row.clinic_id, row.id) for row in rows if row.kind == "alert"]
    checks = [derive(terms.secret, CONTACT_MARK, row.clinic_id, row.id) for row in rows if row.kind == "contact_check"]
    assert alerts
    assert checks
    stops = stop_token(terms, house.clinic_id, patient.uuid)
    inbound = open_one(house).rpartition("/")[2]
    return [patient.token, held.token, alerts[0], checks[0], stops, inbound, "unknown"]


def others(house: House) -> list[str]:
    """Return what may stand in a path beside the token: ids and digests of what there is."""
    photos = house.look(lambda session: list(session.exec(select(PhotoRow))))
    return [str(uuid.uuid4()), "0" * 64, str(house.clinic_id), *(str(row.id) for row in photos)]


def paths(house: House) -> Iterator[str]:
    """Yield every address below the links, with every token in every place."""
    adapter = house.app.url_map.bind("triage.test")
    known, beside = tokens(house), others(house)
    for rule in house.app.url_map.iter_rules():
        if not rule.rule.startswith(LINKED):
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(known if name in ("token", "secret") else beside for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)), method=None, append_unknown=False)


def test_a_mail_scanner_changes_nothing_on_any_link(house: House) -> None:
    seen, before = list(dict.fromkeys(paths(house))), everything(house)
    assert len(seen) > 50
    house.later(minutes=5)
    for path in seen:
        for method in SCANNERS:
            with house.client.open(path, method=method) as answer:
                assert answer.status_code < 500, path

    after = everything(house)
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert after == before
