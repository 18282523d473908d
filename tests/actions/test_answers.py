"""What people do about an alert, over HTTP, on both engines: and whom that tells."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House
from triage.actions.answers import resolve_alert
from triage.actions.errors import Conflict
from triage.actions.identify import Actor
from triage.actions.turn import Turn
from triage.records import AlertNoteRow, AuditEventRow, NotificationRow, invariants

FEVER = {"signs": ["fever"]}
BREATH = {"signs": ["breathing_trouble"]}


def raise_one(house: House, **said: Any) -> dict[str, Any]:
    house.report(house.patient(), **(said or FEVER))
    (alert,) = house.alerts()
    return alert


def act(house: House, alert: dict[str, Any], verb: str, role: str = "practitioner", **values: Any) -> Any:
    body = {"epoch": alert["epoch"], **values}
    return house.post(f"/alerts/{alert['id']}/{verb}", body, house.keys[role])


def queued(house: House, kind: str) -> list[str]:
    found = house.look(lambda session: list(session.exec(select(NotificationRow).where(NotificationRow.kind == kind))))
    return sorted(f"{row.contact} {row.state}" for row in found)


def broken_of(house: House) -> list[str]:
    return [breach.words for breach in house.look(lambda session: list(invariants.broken(session, now=house.now)))]


def staff_id(house: House, name: str) -> str:
    people = house.call("GET", "/staff", key=house.keys["admin"]).json["items"]
    return next(person["id"] for person in people if person["name"] == name)


def test_put_off_it_tells_nobody_until_its_time_and_then_everybody(house: House) -> None:
    alert = raise_one(house)
    until = house.now + timedelta(minutes=90)
    put_off = act(house, alert, "snooze", until=until.isoformat(), reason="called, sees a doctor at noon")
    assert (put_off.json["state"], put_off.json["next_action"]) == ("snoozed", "snooze_end")
    house.later(minutes=89)
    house.tick()
    assert house.mails("lead@") == []
    house.later(minutes=1)
    house.tick()
    (again,) = house.alerts()
    assert (again["state"], again["epoch"], again["step"]) == ("open", 2, 0)
    assert len(house.mails("pat@")) == 1, "the first message was cancelled with the snooze"
    notes = house.look(lambda session: [row.text for row in session.exec(select(AlertNoteRow))])
    assert ["noon" in note for note in notes] == [True]


@pytest.mark.parametrize(
    ("said", "hours", "reason", "path"),
    [(FEVER, 3, "x", "until"), (FEVER, -1, "x", "until"), (BREATH, 0.1, "x", "until"), (FEVER, 1, " ", "reason")],
    ids=["longer than urgent may wait", "the past", "an emergency", "no reason"],
)
def test_what_may_not_be_put_off_is_refused(house: House, said: Any, hours: float, reason: str, path: str) -> None:
    alert = raise_one(house, **said)
    until = (house.now + timedelta(hours=hours)).isoformat()
    answer = act(house, alert, "snooze", until=until, reason=reason)
    assert (answer.status_code, [fault["path"] for fault in answer.json["errors"]]) == (422, [path])
    assert house.alerts()[0]["state"] == "open"


def test_a_worse_report_wakes_what_was_put_off(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    (alert,) = house.alerts()
    act(house, alert, "snooze", until=(house.now + timedelta(hours=1)).isoformat(), reason="called")
    house.later(minutes=5)
    house.report(patient, **BREATH)
    (worse,) = house.alerts()
    assert (worse["state"], worse["urgency"], worse["epoch"], worse["snooze_until"]) == ("open", "emergency", 2, None)


def test_the_next_people_are_told_at_once_and_a_second_press_tells_nobody(house: House) -> None:
    alert = raise_one(house)
    house.tick()
    first = act(house, alert, "escalate", step=0)
    second = act(house, alert, "escalate", step=0)
    assert (first.json["step"], second.json["step"], second.status_code) == (1, 1, 200)
    house.tick()
    assert len(house.mails("lead@")) == 1


def test_what_somebody_has_can_be_given_to_somebody_else_who_says_yes(house: House) -> None:
    alert = raise_one(house)
    house.tick()
    act(house, alert, "acknowledge")
    house.later(minutes=1)
    lee = staff_id(house, "Lee")
    assigned = act(house, alert, "assign", staff_id=lee).json
    assert (assigned["state"], assigned["owner_id"]) == ("acked", staff_id(house, "Pat"))
    assert assigned["assigned_to_id"] == lee
    house.later(minutes=1)
    house.tick()
    assert len(house.mails("lead@")) == 1, "whoever is asked is told, although somebody has it"
    assert broken_of(house) == []
    accepted = act(house, alert, "acknowledge", role="admin").json  # the admin's key is Lee's
    assert (accepted["state"], accepted["owner_id"], accepted["assigned_to_id"]) == ("acked", lee, None)
    assert "lead@north.example" in " ".join(queued(house, "alert"))


def test_nobody_who_cannot_answer_is_asked_to(house: House) -> None:
    alert = raise_one(house)
    answer = act(house, alert, "assign", staff_id=str(alert["id"]))
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (422, "staff_id")


def test_what_is_given_back_climbs_again_and_tells_who_had_it(house: House) -> None:
    alert = raise_one(house)
    act(house, alert, "acknowledge", role="admin")
    released = act(house, alert, "release").json
    assert (released["state"], released["epoch"], released["step"], released["owner_id"]) == ("open", 2, 0, None)
    house.tick()
    assert [len(house.mails(who)) for who in ("pat@", "lead@")] == [1, 1]


def test_a_note_gives_new_time_a_few_times(house: House) -> None:
    alert = raise_one(house)
    due = act(house, alert, "acknowledge").json["next_action_at"]
    seen = [due]
    for _ in range(4):
        house.later(hours=1)
        seen.append(act(house, alert, "note", note="Tried to call, nobody there.").json["next_action_at"])
    assert seen == sorted(seen)
    assert len(set(seen)) == 4, "three times, and then no more"


def test_whoever_was_told_hears_who_has_it_and_nobody_else(house: House) -> None:
    alert = raise_one(house)
    house.tick()
    house.later(minutes=15)
    house.tick()  # now the lead knows too
    (alert,) = house.alerts()
    act(house, alert, "acknowledge")
    assert queued(house, "taken") == ["lead@north.example pending"]


def test_closed_from_the_list_it_tells_who_was_told(house: House) -> None:
    alert = raise_one(house)
    house.tick()
    act(house, alert, "resolve", role="admin", outcome="other")
    assert queued(house, "closed") == ["pat@north.example pending"]


def test_a_late_timer_says_by_how_much(house: House) -> None:
    raise_one(house)
    house.later(hours=2)
    house.tick()
    events = house.look(lambda session: list(session.exec(select(AuditEventRow))))
    (moved,) = [event.after for event in events if event.did == "alert_escalated"]
    assert (moved["step"], moved["late_by_s"]) == (1, 105 * 60)


def test_the_patient_is_told_when_the_promised_time_passes(house: House) -> None:
    patient = house.patient(email="p@home.example")
    answer = house.report(patient, **FEVER)
    by = answer["alert"]["answer_by"]
    assert by == (house.now + timedelta(minutes=60)).isoformat()
    page = f"/c/{patient.token}"
    assert "has answered the report" not in house.client.get(page).text
    house.later(minutes=60)
    house.tick()
    (alert,) = house.alerts()
    assert alert["promise"] == "broken"
    assert [row.split()[0] for row in queued(house, "unanswered")] == ["p@home.example"]
    assert "Nobody at your clinic has answered the report that you sent today" in house.client.get(page).text
    act(house, alert, "acknowledge")
    assert "has answered the report" not in house.client.get(page).text


def test_a_promise_is_kept_by_whoever_takes_it_in_time(house: House) -> None:
    alert = raise_one(house)
    assert act(house, alert, "acknowledge").json["promise"] == "kept"
    house.later(minutes=90)
    house.tick()
    assert queued(house, "unanswered") == []


def test_a_new_alert_names_the_closed_one_before_it(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    (first,) = house.alerts()
    act(house, first, "resolve", outcome="other")
    house.later(hours=1)
    house.report(patient, **FEVER)
    assert house.alerts()[0]["reopened_from_id"] == first["id"]


def test_a_report_that_comes_while_somebody_closes_is_not_closed_unseen(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    (alert,) = house.alerts()
    pat = uuid.UUID(staff_id(house, "Pat"))
    pressed = Turn(Actor("staff", str(pat), house.clinic_id, "practitioner", pat), house.now, house.wiring.terms)
    house.later(seconds=2)
    house.report(patient, **FEVER)
    closing = {"epoch": 1, "outcome": "other"}
    with pytest.raises(Conflict, match="Another report"):
        house.do(lambda session: resolve_alert(session, uuid.UUID(alert["id"]), closing, pressed))
    assert [one["state"] for one in house.alerts()] == ["open"]
    assert act(house, alert, "resolve", outcome="other").status_code == 200


def test_what_came_of_it_is_kept_in_the_log_and_shown(house: House) -> None:
    alert = raise_one(house)
    for outcome, came in (("expected_healing", ["hospital"]), ("allergy", ["death"])):
        refused = act(house, alert, "resolve", outcome=outcome, seriousness=came)
        assert refused.status_code == 422
    closed = act(house, alert, "resolve", outcome="allergy", seriousness=["antibiotic", "care_sought"]).json
    assert closed["seriousness"] == ["care_sought", "antibiotic"]
    assert house.alerts("resolved")[0]["seriousness"] == ["care_sought", "antibiotic"]
    events = house.look(lambda session: list(session.exec(select(AuditEventRow))))
    noted = [event.after for event in events if event.did == "alert_seriousness_noted"]
    assert noted == [{"seriousness": ["care_sought", "antibiotic"]}]


def test_where_nobody_asked_what_came_of_it_nothing_is_said_of_it(house: House) -> None:
    alert = raise_one(house)
    assert act(house, alert, "resolve", outcome="irritation").json["seriousness"] is None
