"""The watcher is watched: the outside is called while all is well, and hears nothing when anything is wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.houses import House
from triage import clock
from triage.actions.rules_trouble import note_lack
from triage.actions.turn import ClockTurn
from triage.records import invariants, migrate

LOOPS = (clock.silence, clock.desk, clock.escalate, clock.deliver, clock.seal, clock.upkeep, clock.webhooks)
DANGER = {"signs": ["spreading_redness"]}


class Switch(HTTPServer):
    """What waits for the calls: it counts them, and answers with a status that the test chooses."""

    calls = 0
    status = 200


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.calls += self.path == "/ping/secret?from=clinic"
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(server: HTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def switch(house: House) -> Iterator[Switch]:
    server = Switch(("127.0.0.1", 0), Answer)
    url = f"http://127.0.0.1:{server.server_port}/ping/secret?from=clinic"
    house.wiring.settings = replace(house.wiring.settings, deadman_url=url)
    with running(server):
        yield server


def turn(house: House, but: Callable[..., object] | None = None) -> None:
    """Let a minute pass in which all loops turn but one; then the watcher looks."""
    house.later(minutes=1)
    for loop in (*LOOPS, clock.watch):
        if loop is not but:
            clock.Pulse(loop, house.wiring, "w").cycle()


def health(house: House) -> tuple[int, dict]:
    answer = house.client.get("/health/clock")
    return answer.status_code, answer.json


def test_the_outside_is_called_every_minute_while_all_is_well(house: House, switch: Switch) -> None:
    house.report(house.patient(), **DANGER)
    turn(house)
    turn(house)
    assert switch.calls == 2
    assert health(house)[0] == 200


def test_nothing_is_called_while_a_loop_stands_still(house: House, switch: Switch) -> None:
    turn(house)
    turn(house, but=clock.escalate)
    assert switch.calls == 1
    assert health(house)[1]["late"] == ["escalate"]
    turn(house)
    assert switch.calls == 2


def test_a_violation_is_logged_shown_and_stops_the_calls_until_it_is_gone(house, switch, caplog) -> None:
    report = house.report(house.patient(), **DANGER)
    turn(house)
    set_replaced = text("UPDATE assessment SET replaced_at = :at")
    with house.wiring.store.connect() as connection:
        connection.execute(set_replaced, {"at": "2026-03-02 10:00:00+00:00"})
    turn(house)

    assert switch.calls == 1
    status, told = health(house)
    assert (status, told["status"]) == (503, "failing")
    assert told["violations"]["by_name"] == {"unassessed": 1}
    assert report["id"] in told["violations"]["first"][0]
    assert report["id"] in caplog.text
    assert 'triage_violations_by_name{name="unassessed"} 1\n' in house.client.get("/metrics").text

    with house.wiring.store.connect() as connection:
        connection.execute(set_replaced, {"at": None})
    turn(house)
    assert switch.calls == 2
    assert health(house)[1]["violations"]["count"] == 0


def test_nothing_is_called_while_rules_cannot_be_read(house: House, switch: Switch) -> None:
    turn_of_upkeep = ClockTurn("upkeep", house.now, house.wiring.terms).at(house.clinic_id)
    house.do(lambda session: note_lack(session, "0" * 64, turn_of_upkeep))
    turn(house, but=clock.upkeep)  # upkeep would find that nothing runs under it
    assert switch.calls == 0


def test_what_was_written_while_no_clock_looked_is_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[timedelta] = []
    monkeypatch.setattr(invariants, "broken", lambda _session, now, since, most: iter(asked.append(now - since) or ()))
    turn(house)
    turn(house)
    house.later(hours=3)
    turn(house)
    house.later(days=3)
    turn(house)
    assert [round(span / timedelta(minutes=1)) for span in asked] == [24 * 60, 16, 3 * 60 + 16, 24 * 60]


def test_a_switch_that_refuses_is_told_in_the_log_without_its_address(house, switch, caplog) -> None:
    switch.status = 404
    turn(house)
    assert switch.calls == 1
    assert "did not take the call: HTTP 404" in caplog.text
    assert "secret" not in caplog.text
    assert health(house)[0] == 200


def test_a_clock_of_another_version_rests_says_so_and_goes_on_when_they_agree(house: House, caplog) -> None:
    patient = house.patient()
    needed = migrate.head()
    set_revision(house, "0099")

    turn(house)

    assert house.mails() == []
    status, told = health(house)
    assert status == 503
    assert set(told["late"]) == {"deliver", "escalate", "silence", "desk", "seal", "upkeep", "watch", "webhooks"}
    assert "the database is at 0099, this program needs" in told["resting"]["w"]
    assert "rests" in caplog.text
    refused = house.call("POST", "/check-ins", {"at": house.now.isoformat(), **DANGER}, patient.token)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert house.client.get("/health/ready").status_code == 503
    assert house.client.post(f"/c/{patient.token}", data={"severity.redness": "1"}).status_code == 503

    set_revision(house, needed)
    turn(house)
    assert len(house.mails()) == 1  # the patient's link
    assert house.report(patient, **DANGER)["alert"]["state"] == "open"
    assert health(house)[1]["resting"] == {}


def test_a_clock_that_rests_does_not_hide_one_that_turns(house: House) -> None:
    turn(house)
    needed = migrate.head()
    set_revision(house, "0099")
    clock.Pulse(clock.deliver, house.wiring, "old").cycle()
    set_revision(house, needed)
    status, told = health(house)
    assert (status, list(told["resting"])) == (200, ["old"])


def set_revision(house: House, revision: str) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    house.wiring._fits_until = 0.0  # as if 10 seconds had passed


def test_the_figures_tell_how_long_things_took(house: House, tmp_path: Path) -> None:
    house.report(house.patient(), **DANGER)
    house.later(seconds=3)
    turn(house)
    told = house.client.get("/metrics").text
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert figures['triage_attempts_lately{result="sent"}'] == "2"
    assert float(figures["triage_dwell_seconds_lately_max"]) == 63
    assert figures["triage_dwell_seconds_lately_count"] == "2"
    assert figures["triage_alerts_open"] == "1"
    assert figures["triage_alerts_untimed"] == "0"
    assert float(figures['triage_loop_seconds_since{loop="deliver"}']) == 0
    house.later(minutes=20)
    figures = dict(line.rsplit(" ", 1) for line in house.client.get("/metrics").text.splitlines())
    assert float(figures["triage_timer_oldest_overdue_seconds"]) == 20 * 60 + 63 - 15 * 60  # a step takes 15 minutes
