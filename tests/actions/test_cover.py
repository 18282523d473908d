"""Who answers: the clinic's own policy, rota, absences; and that a dry run is what really happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.test_answers import FEVER, act, staff_id
from tests.houses import House
from triage.records import NotificationRow

# When a ladder begins, and when the clocks change: summer time ends in Berlin, begins in New York.
NIGHTS = {
    "Europe/Berlin": (datetime(2026, 10, 24, 19, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "America/New_York": (datetime(2027, 3, 14, 1, 30, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)),
}
TELLING = {
    "steps": [
        {"targets": ["on_call"], "repeats": 1},
        {"targets": ["role:practitioner", "on_call"]},
        {"targets": ["role:lead"]},
    ],
    "quiet": {"from": "21:00", "to": "07:30", "below": "urgent"},
    "rounds": 2,
}


def put(house: House, path: str, body: Any, role: str = "admin") -> Any:
    return house.call("PUT", path, body, house.keys[role])


def add(house: House, name: str, role: str = "practitioner") -> str:
    person = {"name": name, "email": f"{name.lower()}@north.example", "role": role}
    answer = house.post("/staff", person, house.keys["admin"])
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def sent(house: House, alert: dict[str, Any]) -> list[tuple[str, datetime, int]]:
    """Every message about an alert: to whom, from when it may go out, on which step."""
    rows = house.look(lambda session: list(session.exec(select(NotificationRow).order_by(NotificationRow.id))))
    told = [row for row in rows if str(row.alert_id) == alert["id"] and row.kind == "alert"]
    return [(row.contact, row.not_before, row.step) for row in told]


def of_report(house: House) -> list[dict[str, Any]]:
    return [one for one in house.alerts() if one["kind"] == "report"]


@pytest.mark.parametrize("urgency", ["same_day", "urgent"])
@pytest.mark.parametrize("zone", NIGHTS)
def test_a_dry_run_is_what_happens(house: House, zone: str, urgency: str) -> None:
    """The clock of the test goes from timer to timer, over the night in which the clocks of the zone change."""
    begins, clocks_change = NIGHTS[zone]
    house.wiring.moment = begins - timedelta(days=5)
    hours = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    house.call("PATCH", "/clinic", {"time_zone": zone, "opening_hours": hours}, house.keys["admin"])
    ada, ben = add(house, "Ada"), add(house, "Ben")
    rota = {"people": [ada, ben], "starts_on": "2026-10-01", "hands_over": "02:30", "turn_days": 1}
    assert put(house, "/on-call/rota", rota).status_code == 200
    absence = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=20)).isoformat()}
    stands_in = {"staff_id": ben, "deputy_id": staff_id(house, "Pat"), **absence}
    assert house.post("/absences", stands_in, house.keys["admin"]).status_code == 201
    assert put(house, "/escalation-policy", {"document": TELLING}).json["version"] == 1

    patient = house.patient(gets_mail=False)
    house.wiring.moment = begins
    said = FEVER if urgency == "urgent" else {"wants_call": True}
    question = {"urgency": urgency, "at": house.now.isoformat(), "steps": 14}
    played = house.post("/escalation-policy/dry-run", question, house.keys["practitioner"]).json
    house.procedure(patient.id, 30)
    house.report(patient, **said)
    (alert,) = of_report(house)
    assert alert["urgency"] == urgency
    for _ in range(13):
        house.wiring.moment = datetime.fromisoformat(alert["next_action_at"])
        house.tick()
        (alert,) = of_report(house)

    expected = [
        (told["address"], datetime.fromisoformat(call["delivered_at"]), call["step"])
        for call in played["calls"]
        for told in call["told"]
    ]
    assert sent(house, alert) == expected
    assert len({address for address, _, _ in expected}) >= 3
    assert begins < clocks_change < expected[-1][1]


def test_running_alerts_keep_their_policy_until_it_is_applied_again(house: House) -> None:
    house.report(house.patient(), **FEVER)
    new = {"steps": [{"targets": ["role:lead"]}]}
    assert put(house, "/escalation-policy", {"document": new}).status_code == 200
    (alert,) = house.alerts()
    assert (alert["policy_id"], alert["told_next"]) == (None, ["Lee"])
    house.tick()
    assert [len(house.mails(who)) for who in ("pat@", "lead@")] == [1, 0]
    again = act(house, alert, "reapply-policy", role="admin").json
    assert (again["epoch"], again["policy_id"] is not None) == (2, True)
    house.tick()
    assert len(house.mails("lead@")) == 1


def test_a_policy_with_faults_changes_nothing(house: House) -> None:
    answer = put(house, "/escalation-policy", {"document": {"steps": [{"targets": ["person:" + "0" * 36]}]}})
    assert answer.status_code == 422
    shown = house.call("GET", "/escalation-policy", key=house.keys["practitioner"]).json
    assert (shown["version"], shown["document"]["steps"][0]["targets"]) == (0, ["role:practitioner"])
    assert put(house, "/escalation-policy", {"document": {}}, role="practitioner").status_code == 403


def test_somebody_who_leaves_is_told_nothing_more(house: House) -> None:
    house.report(house.patient(), **FEVER)
    assert house.post(f"/staff/{staff_id(house, 'Pat')}/leave", {}, house.keys["admin"]).status_code == 200
    house.later(minutes=15)
    house.tick()
    assert len(house.mails("lead@")) == 1
    assert house.call("GET", "/alerts", key=house.keys["practitioner"]).status_code == 401


def test_a_clinic_of_one_names_a_deputy_or_tells_its_patients(house: House) -> None:
    house.post(f"/staff/{staff_id(house, 'Pat')}/leave", {}, house.keys["admin"])
    span = {"starts_at": house.now.isoformat(), "ends_at": (house.now + timedelta(days=7)).isoformat()}
    away = {"staff_id": staff_id(house, "Lee"), **span}
    refused = house.post("/absences", away, house.keys["admin"])
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "deputy_id")

    notice = "We are away until Monday. Dr Byron in Hill Street sees you meanwhile."
    assert house.post("/absences", {**away, "notice": notice}, house.keys["admin"]).status_code == 201
    patient = house.patient()
    assert notice in house.client.get(f"/c/{patient.token}").text, "before sending"
    house.report(patient, **FEVER)
    house.tick()
    assert len(house.mails("lead@")) == 1, "rather somebody who is away than nobody"


def test_outside_opening_hours_the_patient_knows_who_looks_when(house: House) -> None:
    patient = house.patient()
    page = f"/c/{patient.token}"
    assert "closed now" not in house.client.get(page).text, "a Monday morning"
    elsewhere = "At night the practice at the station sees you."
    house.call("PATCH", "/clinic", {"out_of_hours": elsewhere}, house.keys["admin"])
    house.later(hours=10)
    shown = house.client.get(page).text
    assert "Your clinic is closed now and opens again tomorrow at 09:00." in shown
    assert elsewhere in shown


def test_a_holiday_is_no_working_day(house: House) -> None:
    changed = house.call("PATCH", "/clinic", {"holidays": {"closed": ["2026-03-03"]}}, house.keys["admin"])
    assert changed.status_code == 200, changed.json
    house.later(hours=7, minutes=30)  # 17:30; the clinic closes at 18:00
    house.report(house.patient(), wants_call=True)
    (alert,) = house.alerts()
    assert alert["next_action_at"].startswith("2026-03-04T09:30")


@pytest.mark.parametrize(
    ("holidays", "path"),
    [({"country": "XX"}, "holidays.country"), ({"country": "DE", "subdivision": "ZZ"}, "holidays.subdivision"),
     ({"closed": "2026-01-01"}, "holidays.closed"), ({"shut": []}, "holidays.shut")],
)  # fmt: skip
def test_holidays_that_cannot_be_read_are_refused(house: House, holidays: Any, path: str) -> None:
    answer = house.call("PATCH", "/clinic", {"holidays": holidays}, house.keys["admin"])
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (422, path)


def test_on_call_is_who_the_rota_or_an_exception_says(house: House) -> None:
    pat, lee = staff_id(house, "Pat"), staff_id(house, "Lee")
    rota = {"people": [pat], "starts_on": "2026-03-01", "hands_over": "09:00"}
    assert put(house, "/on-call/rota", rota).json["turn_days"] == 7
    shown = house.call("GET", "/on-call", key=house.keys["practitioner"]).json
    assert shown["on_call"]["name"] == "Pat"
    span = {"starts_at": house.now.isoformat(), "ends_at": (house.now + timedelta(hours=3)).isoformat()}
    added = house.post("/on-call/overrides", {"staff_id": lee, **span}, house.keys["practitioner"])
    assert house.call("GET", "/on-call", key=house.keys["practitioner"]).json["on_call"]["name"] == "Lee"
    gone = house.call("DELETE", f"/on-call/overrides/{added.json['id']}", key=house.keys["practitioner"])
    assert gone.status_code == 204
    assert house.call("GET", "/on-call", key=house.keys["practitioner"]).json["on_call"]["name"] == "Pat"
    backwards = {"staff_id": lee, "starts_at": span["ends_at"], "ends_at": span["starts_at"]}
    assert house.post("/on-call/overrides", backwards, house.keys["practitioner"]).status_code == 422
    assert put(house, "/on-call/rota", {**rota, "people": [], "hands_over": "9"}).status_code == 422
