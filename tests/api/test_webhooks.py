"""Webhooks over HTTP: who may, what is refused in words, and that a clinic's walls hold."""

from typing import Any

import pytest

from tests.houses import OPTIONS, House


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """None of this hangs on the engine; tests/actions/test_webhook_outbox.py runs on both."""
    return sqlite_url


URL = {"url": "https://hooks.example.org/triage"}


def made(house: House, **values: Any) -> dict[str, Any]:
    answer = house.post("/webhooks", URL | values, house.keys["admin"])
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def calls(webhook_id: str) -> list[tuple[str, str, Any]]:
    path = f"/webhooks/{webhook_id}"
    return [
        ("GET", path, None),
        ("PATCH", path, {"enabled": False}),
        ("POST", f"{path}/rotate", None),
        ("POST", f"{path}/test", None),
        ("GET", f"{path}/deliveries", None),
        ("POST", f"{path}/resend", {"since": "2026-03-01T00:00:00Z"}),
        ("DELETE", path, None),
    ]


WRONG = [
    ({"url": "http://hooks.example.org/"}, "url"),
    ({"url": "https://localhost/x"}, "url"),
    ({"url": "https://vault.internal/x"}, "url"),
    ({"url": "https://169.254.169.254/x"}, "url"),
    ({"url": "https://[::ffff:10.0.0.1]/x"}, "url"),
    ({"url": "https://2130706433/x"}, "url"),
    ({"url": 7}, "url"),
    ({}, "url"),
    (URL | {"events": ["alert.eaten"]}, "events.0"),
    (URL | {"events": []}, "events"),
    (URL | {"secret": "mine"}, "secret"),
]


def test_what_is_wrong_with_a_webhook_is_named(house: House, subtests: pytest.Subtests) -> None:
    for body, path in WRONG:
        with subtests.test(body=body):
            answer = house.post("/webhooks", body, house.keys["admin"])

            assert answer.status_code == 422
            assert path in [fault["path"] for fault in answer.json["errors"]]
            assert all(fault["said"] and fault["expected"] for fault in answer.json["errors"])
    assert house.call("GET", "/webhooks", None, house.keys["admin"]).json["items"] == []


def test_a_webhook_is_added_changed_and_removed(house: House) -> None:
    webhook = made(house, events=["alert.opened"])
    assert webhook["secret"].startswith("whsec_")
    path, key = f"/webhooks/{webhook['id']}", house.keys["admin"]

    changed = house.call("PATCH", path, {"url": "https://hooks.example.org/2", "events": None}, key).json
    assert (changed["url"], changed["events"]) == ("https://hooks.example.org/2", None)
    assert house.call("PATCH", path, {"url": "https://10.0.0.1/"}, key).status_code == 422
    off = house.call("PATCH", path, {"enabled": False}, key).json
    assert (off["disabled_why"], off["disabled_at"]) == ("by_hand", house.now.isoformat())
    assert house.call("POST", f"{path}/test", None, key).status_code == 409
    assert house.call("PATCH", path, {"enabled": True}, key).json["disabled_at"] is None
    assert [item["url"] for item in house.call("GET", "/webhooks", None, key).json["items"]] == [changed["url"]]
    assert house.call("DELETE", path, None, key).status_code == 204
    assert house.call("GET", path, None, key).status_code == 404


def test_deliveries_come_in_pages(house: House) -> None:
    webhook, key = made(house), house.keys["admin"]
    path = f"/webhooks/{webhook['id']}"
    tests = [house.call("POST", f"{path}/test", None, key) for _ in range(3)]
    assert [answer.status_code for answer in tests] == [202] * 3

    first = house.call("GET", f"{path}/deliveries?limit=2", None, key).json
    second = house.call("GET", f"{path}/deliveries?limit=2&cursor={first['next']}", None, key).json

    listed = [item["id"] for item in first["items"] + second["items"]]
    assert listed == [answer.json["delivery_id"] for answer in reversed(tests)]
    assert (second["next"], first["items"][0]["type"]) == (None, "webhook.test")
    assert house.call("GET", f"{path}/deliveries?state=failed", None, key).json["items"] == []
    assert house.call("GET", f"{path}/deliveries?state=eaten", None, key).status_code == 422


def test_a_resend_is_of_one_or_of_a_span(house: House) -> None:
    webhook, key = made(house), house.keys["admin"]
    path = f"/webhooks/{webhook['id']}/resend"
    nobody, day = "00000000-0000-7000-8000-000000000000", "2026-03-01T00:00:00Z"
    for body in (
        {},
        {"until": day},
        {"delivery_id": nobody, "since": day},
        {"delivery_id": nobody, "only_failed": True},
    ):
        assert house.call("POST", path, body, key).status_code == 422, body
    assert house.call("POST", path, {"since": day, "until": day}, key).json["errors"][0]["path"] == "since"
    assert house.call("POST", path, {"delivery_id": nobody}, key).status_code == 404
    assert house.call("POST", path, {"since": day}, key).json == {"count": 0}


def test_only_leads_and_admins_may(house: House) -> None:
    webhook = made(house)
    patient = house.patient()
    keys = [house.keys[role] for role in ("practitioner", "intake", "auditor")] + [patient.token]
    for method, path, body in [("GET", "/webhooks", None), ("POST", "/webhooks", URL), *calls(webhook["id"])]:
        assert {house.call(method, path, body, key).status_code for key in keys} == {403}, path
        assert house.call(method, path, body).status_code == 401


def test_another_clinics_webhook_is_not_there(house: House) -> None:
    webhook = made(house)
    other = house.open({**OPTIONS, "name": "South Clinic"})["keys"]["admin"]

    for method, path, body in calls(webhook["id"]):
        assert house.call(method, path, body, other).status_code == 404, path
    assert house.call("GET", "/webhooks", None, other).json["items"] == []
    assert house.call("GET", f"/webhooks/{webhook['id']}", None, house.keys["admin"]).json["disabled_at"] is None


def test_a_clinic_has_so_many_webhooks_and_no_more(house: House) -> None:
    for _ in range(20):
        made(house)
    assert house.post("/webhooks", URL, house.keys["admin"]).status_code == 409
