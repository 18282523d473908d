"""Numbers 43, 44 and 46: links that scanners open, links of others, and everything of another clinic."""

import re
import uuid
from typing import Any

from sqlalchemy import select

from tests.faults.scene import DANGER
from tests.houses import OPTIONS, House
from triage.records import Row
from triage.records.audit import READ

LINK = re.compile(r"http://triage\.test(/\S+)")
# Read by whoever may, and changed by it: none. Written by reading: a key's last use is all that may be.
UNREAD = {"heartbeat"}


def rows_of(house: House) -> dict[str, list[str]]:
    tables = [table for table in Row.metadata.sorted_tables if table.name not in UNREAD]
    with house.wiring.store.connect() as connection:
        found = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
    found["audit_event"] = [row for row in found["audit_event"] if READ not in row]  # a look changes nothing
    return found


def test_43_a_scanner_that_opens_every_link_in_every_mail_changes_nothing(house: House) -> None:
    house.report(house.patient(hours_ago=2), **DANGER)
    house.tick()
    house.later(hours=20)
    house.tick()
    links = {link for mail in house.mailbox.messages for link in LINK.findall(mail.text)}
    assert {link.split("/")[1] for link in links} >= {"a", "c"}
    before = rows_of(house)
    for link in sorted(links):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert house.client.open(link, method=method).status_code in (200, 204)
    assert rows_of(house) == before


def test_44_a_link_that_was_made_up_or_changed_opens_nothing(house: House) -> None:
    house.report(house.patient(hours_ago=2), **DANGER)
    house.tick()
    before = rows_of(house)
    for link in sorted({link for mail in house.mailbox.messages for link in LINK.findall(mail.text)}):
        changed = link[:-1] + ("A" if link[-1] != "A" else "B")
        assert house.client.get(changed).status_code in (404, 410)
        assert house.client.post(changed, data={}).status_code in (404, 410)
    assert rows_of(house) == before


def test_46_no_call_reads_or_changes_anything_of_another_clinic(house: House) -> None:
    """Every call that names a thing, with every key of another clinic: not found, and nothing is written."""
    patient = house.patient()
    report = house.report(patient, **DANGER)
    known = [patient.id, report["id"], report["alert"]["id"], house.opened["clinic"]["id"], *ids_of(house)]
    people = {f"{role}_email": f"{role}@south.example" for role in ("lead", "practitioner")}
    strangers = house.open(OPTIONS | people | {"name": "South"})["keys"]
    before = rows_of(house)
    tried = 0
    for rule in house.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or not rule.arguments or "filename" in rule.arguments:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for key in strangers.values():
                for found in known:
                    path = re.sub(r"<[^>]+>", found, rule.rule)
                    answer = house.client.open(path, method=method, json=body_of(known), headers=bearer(key))
                    nobody = (
                        rule.rule.endswith("/lots/<lot>") and answer.status_code == 200 and not answer.json["items"]
                    )
                    assert nobody or answer.status_code in (403, 404, 405, 409, 422), (method, path, answer.status_code)
                    tried += 1
    assert tried >= 50
    after = rows_of(house)
    assert [name for name in before if before[name] != after[name]] == []


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def body_of(known: list[str]) -> dict[str, Any]:
    return {"epoch": 1, "outcome": "irritation", "patient_id": known[0]}


def ids_of(house: House) -> list[str]:
    """One thing of each kind that the clinic has."""
    with house.wiring.store.connect() as connection:
        named = [table for table in Row.metadata.sorted_tables if "id" in table.c]
        firsts = [connection.execute(select(table.c.id).limit(1)).scalar() for table in named]
    return sorted({str(found) for found in firsts if isinstance(found, uuid.UUID)})
