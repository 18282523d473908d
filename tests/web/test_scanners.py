"""What only looks changes nothing: every page that a link leads to, with every kind of token that there is."""

import contextlib
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from werkzeug.routing import BuildError

from tests.actions.test_look import TEAL, change, picture
from tests.actions.test_texting import open_one
from tests.houses import House, open_house
from tests.photos.made import save, scene
from tests.photos.sending import Reporter, agree, send
from triage.actions.stop_links import stop_token
from triage.actions.telling import ack_token
from triage.actions.tokens import CONTACT_MARK, STAFF_LINK_MARK, derive
from triage.records import NotificationRow, PhotoRow, StaffLinkRow, Store
from triage.records.base import Row

LINKED = ("/c/", "/a/", "/o/", "/v/", "/in/", "/t/", "/look/", "/password/", "/invitation/")
QUERIES = ("report=1", "report=1&correct=0", "not=me")
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
    report = house.report(patient, signs=["fever"])["id"]
    agree(house, patient)
    assert send(house, Reporter(patient, report), save(scene(60, 40), "JPEG")).status_code == 200
    assert change(house, colour=TEAL, logo=picture()).status_code == 200
    assert house.client.post(f"/c/{patient.token}/mine", data={"factor": "1984"}).status_code == 303  # from now on open
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
    house.client.post("/password", data={"email": staff[0]["email"]}, buffered=True)
    links = house.look(lambda session: list(session.exec(select(StaffLinkRow))))
    resets = [derive(terms.secret, STAFF_LINK_MARK, row.clinic_id, row.id) for row in links]
    assert resets
    return [patient.token, held.token, alerts[0], checks[0], stops, inbound, resets[0], "unknown"]


def others(house: House) -> list[str]:
    """Return what may stand in a path beside the token: ids and digests of what there is."""
    photos = house.look(lambda session: list(session.exec(select(PhotoRow))))
    page = house.client.get(f"/c/{house.patient().token}").text
    digests = re.findall(r"/(?:t|look)/(?:[0-9a-f-]{36}-)?([0-9a-f]{16,64})\.", page)
    assert (len(photos), len(set(digests))) == (1, 3)  # the tables, the style sheet and the logo
    ids = [str(uuid.uuid4()), str(house.clinic_id), *(str(row.id) for row in photos)]
    return ["0" * 64, *digests, *ids]


def paths(house: House) -> Iterator[str]:
    """Yield every address below the links, with every token in every place."""
    adapter = house.app.url_map.bind("triage.test")
    known, beside = tokens(house), others(house)
    for rule in house.app.url_map.iter_rules():
        if not rule.rule.startswith(LINKED):
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(known if name in ("token", "secret") else beside for name in names)):
            values = dict(zip(names, chosen, strict=True))
            with contextlib.suppress(BuildError, ValueError):  # a digest stands nowhere for an id
                yield adapter.build(rule.endpoint, values, method=None, append_unknown=False)


def test_a_mail_scanner_changes_nothing_on_any_link(house: House) -> None:
    seen = list(dict.fromkeys(paths(house)))
    asked = [f"{path}?{query}" for path in seen if path.count("/") == 2 and path.startswith("/c/") for query in QUERIES]
    before = everything(house)
    assert len(seen) > 50
    house.later(minutes=5)
    shown = set()
    for path in seen + asked:
        for method in SCANNERS:
            with house.client.open(path, method=method) as answer:
                assert answer.status_code < 500, path
                shown |= {answer.mimetype} if answer.status_code == 200 and method == "GET" else set()
    assert shown >= {"image/jpeg", "image/png", "text/css", "application/json", "application/manifest+json"}

    after = everything(house)
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert after == before
