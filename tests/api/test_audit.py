"""The audit log over HTTP: pages in the order of the chain, files, filters, the chain's state; for reading alone."""

import csv
import json
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest

from tests.houses import House
from triage import clock, daily


@pytest.fixture
def log(house: House) -> House:
    """A house whose log is sealed and told outside."""
    house.report(house.patient(hours_ago=120), symptoms={"redness": 3}, signs=["fever"])
    house.later(days=1)
    house.run(clock.seal)
    house.run(daily.anchor)
    return house


def get(house: House, path: str, key: str = "auditor", **asked: str) -> Any:
    return house.client.get(
        f"/api/v1{path}", query_string=asked, headers={"Authorization": f"Bearer {house.keys[key]}"}
    )


def test_pages_follow_the_chain_from_its_first_entry(log: House) -> None:
    seen, cursor = [], "0"
    while cursor:
        page = get(log, "/audit/events", limit="3", cursor=cursor).json
        seen += page["items"]
        cursor = page["next"]
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert {"clinic_created", "patient_enrolled", "alert_opened"} <= {event["did"] for event in seen}
    assert all(after["prev_hash"] == before["hash"] for before, after in pairwise(seen))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_the_file_has_every_entry_as_the_pages_have_it(log: House, kind: str) -> None:
    items = get(log, "/audit/events", limit="200").json["items"]
    answer = get(log, "/audit/events", format=kind)
    assert f'filename="log.{kind}"' in answer.headers["Content-Disposition"]
    if kind == "jsonl":
        assert [json.loads(line) for line in answer.text.splitlines()] == items
        return
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["hash"] for row in rows] == [item["hash"] for item in items]
    assert [json.loads(row["after"]) if row["after"] else None for row in rows] == [item["after"] for item in items]


def test_the_log_is_asked_for_by_thing_actor_deed_and_time(log: House) -> None:
    everything = get(log, "/audit/events", limit="200").json["items"]
    some = next(event for event in everything if event["did"] == "alert_opened")
    for name, wanted in (("thing", some["thing_id"]), ("did", some["did"]), ("actor", some["actor_id"])):
        field = {"thing": "thing_id", "did": "did", "actor": "actor_id"}[name]
        found = get(log, "/audit/events", limit="200", **{name: wanted}).json["items"]
        assert found == [event for event in everything if event[field] == wanted]
    assert get(log, "/audit/events", until="2020-01-01T00:00:00Z").json["items"] == []
    assert len(get(log, "/audit/events", limit="200", since="2020-01-01T00:00:00Z").json["items"]) == len(everything)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/audit/events", {"since": "yesterday"}),
        ("/audit/events", {"cursor": "x"}),
        ("/audit/events", {"limit": "0"}),
        ("/audit/events", {"format": "xml"}),
        ("/audit/chain", {"anchor": "12:short"}),
    ],
)
def test_what_cannot_be_asked_for_is_named(log: House, path: str, asked: dict[str, str]) -> None:
    answer = get(log, path, **asked)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["path"] in asked


def test_the_chain_and_an_anchor_are_checked(log: House) -> None:
    found = get(log, "/audit/chain").json
    assert (found["is_whole"], found["agreeing"], found["faults"]) == (True, 1, [])
    told = f"{found['anchors'][0]['seq']}:{found['anchors'][0]['hash']}"
    assert get(log, "/audit/chain", anchor=told).json["is_whole"]
    assert not get(log, "/audit/chain", anchor=f"1:{'0' * 64}").json["is_whole"]


@pytest.mark.parametrize("key", ["practitioner", "intake"])
def test_others_do_not_read_the_log(log: House, key: str) -> None:
    assert [get(log, path, key).status_code for path in ("/audit/events", "/audit/chain")] == [403, 403]


def test_a_clinic_reads_its_own_log_only(log: House) -> None:
    before = get(log, "/audit/events", limit="200").json["items"]
    log.open({"name": "South", "lead_email": "l@s.example", "practitioner_email": "p@s.example"} | {"time_zone": "UTC"})
    log.run(clock.seal)
    assert get(log, "/audit/events", limit="200").json["items"] == before
