"""What is pressed at the desk, without scripts: what it does, what it says, and how it is taken back."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.web.browsing import store
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.alerts import raise_alert
from triage.actions.reply_templates import templates_for
from triage.records import AlertRow, AuditEventRow, CallRow, NotificationRow, ReplyRow, StaffRow, UndoRow
from triage.rules import Urgency
from triage.words import languages

__all__ = ["store"]  # a fixture: one engine is enough to look at pages


class Floor:
    """Two practitioners at their desks, and one alert."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ada, self.leo = (Desk(house.app.test_client(), house.wiring, staff) for staff in house.staff)

    def report(self, **said: str) -> None:
        assert self.house.send(**(said or {"sign": "fever"})).status_code == 200

    @property
    def alert(self) -> AlertRow:
        row: AlertRow = max(self.house.rows(AlertRow), key=lambda row: row.id)
        return row

    def press(self, verb: str, by: Desk | None = None, seen: AlertRow | None = None, **fields: Any) -> Any:
        seen = seen or self.alert
        stood = {"epoch": seen.epoch, "version": seen.version, "back": "/desk?lane=now"}
        return (by or self.ada).post(f"/desk/alerts/{seen.id}/{verb}", **(stood | fields))

    def undo(self, answer: Any, by: Desk | None = None) -> Any:
        undo_id = answer.headers["Location"].rpartition("undo=")[2]
        return (by or self.ada).post(f"/desk/alerts/{self.alert.id}/undo", undo=undo_id, back="/desk?lane=now")

    def shown(self, verb: str) -> str:
        row = self.alert
        page = self.ada.get(f"/desk/alerts/{row.id}/{verb}?epoch={row.epoch}&version={row.version}&back=/desk")
        assert page.status_code == 200
        return str(page.text)

    def stands(self) -> tuple[str, str | None]:
        names = {row.id: row.name for row in self.house.rows(StaffRow)}
        return self.alert.state, names.get(self.alert.owner_id)


@pytest.fixture
def floor(house: House) -> Floor:
    return Floor(house)


def told(floor: Floor, answer: Any) -> str:
    """Return what the page says that an answer leads to."""
    where = answer.headers["Location"].replace("/desk?", f"/desk/alerts/{floor.alert.id}/reply?")
    page = floor.ada.get(where).text
    return re.sub(r"<[^>]+>", "", page[page.index('id="told"') :].split("</p>")[0])


def test_taking_it_leads_back_to_where_one_was_and_says_until_when(floor: Floor) -> None:
    floor.report()
    answer = floor.press("take")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk?lane=now&undo=")
    assert floor.stands() == ("acked", "Dr. Ada Berg")
    assert "You have it until tomorrow at 06:04; then it opens again" in told(floor, answer)


def test_an_undo_puts_it_back_once_and_only_by_the_same_person(floor: Floor) -> None:
    floor.report()
    before = floor.alert
    answer = floor.press("take")
    assert floor.undo(answer, by=floor.leo).status_code == 403
    assert floor.undo(answer).status_code == 303
    after = floor.alert
    assert (after.state, after.owner_id, after.next_action_at) == ("open", None, before.next_action_at)
    again = floor.undo(answer)
    assert (again.status_code, "taken back already" in again.text) == (409, True)


def test_after_the_seconds_it_is_too_late_and_the_answer_stands(floor: Floor) -> None:
    floor.report()
    answer = floor.press("take")
    floor.house.wiring.time += timedelta(seconds=16)
    late = floor.undo(answer)
    assert (late.status_code, "Too late" in late.text) == (409, True)
    assert floor.stands() == ("acked", "Dr. Ada Berg")


def test_a_stale_button_does_nothing_and_says_who_was_first_with_fresh_buttons(floor: Floor) -> None:
    floor.report()
    seen = floor.alert
    floor.press("take", by=floor.leo)
    before = floor.house.counts()
    stale = floor.press("take", seen=seen)
    assert stale.status_code == 409
    assert "Leo has taken it." in stale.text
    assert f'name="version" value="{floor.alert.version}"' in stale.text
    assert floor.stands() == ("acked", "Leo")
    assert floor.house.counts() == before


def test_a_stale_button_says_that_it_got_worse_or_was_closed(floor: Floor) -> None:
    floor.report()
    seen = floor.alert
    floor.house.wiring.time += timedelta(seconds=1)
    floor.report(key="k-2", sign="breathing_trouble")
    stale = floor.press("close", seen=seen, outcome="irritation", seriousness="nothing")
    assert (stale.status_code, "a new report makes it emergency" in stale.text) == (409, True)
    floor.press("close", by=floor.leo, outcome="expected_healing")
    closed = floor.press("take", seen=seen)
    assert (closed.status_code, "Leo has closed it." in closed.text) == (409, True)


def test_a_report_that_is_not_worse_spoils_closing_and_not_taking(floor: Floor) -> None:
    floor.report()
    seen = floor.alert
    floor.house.wiring.time += timedelta(seconds=1)
    floor.report(key="k-2", sign="fever")
    stale = floor.press("close", seen=seen, outcome="expected_healing")
    assert (stale.status_code, "A new report has come in." in stale.text) == (409, True)
    assert floor.press("take", seen=seen).status_code == 303


def test_who_is_not_reached_is_called_again_and_it_comes_back(floor: Floor) -> None:
    floor.report()
    assert "In 15 minutes" in floor.shown("not-reached")
    answer = floor.press("not-reached", again="quarter")
    assert floor.alert.state == "snoozed"
    assert floor.alert.snooze_until == floor.house.wiring.time + timedelta(minutes=15)
    assert "Call again today at 18:19. Nobody is told until today at 18:19" in told(floor, answer)
    floor.undo(answer)
    (call,) = floor.house.rows(CallRow)
    assert (call.reached, call.taken_back_at) == (False, floor.house.wiring.time)
    assert floor.stands() == ("open", None)


def test_an_emergency_is_never_put_off_and_calling_takes_it(floor: Floor) -> None:
    floor.report(sign="breathing_trouble")
    assert "cannot be put off" in floor.shown("watch")
    refused = floor.press("watch", until="2026-03-02T19:00", reason="busy")
    assert (refused.status_code, floor.alert.state) == (422, "open")
    assert "opening" not in re.findall(r'name="again" value="(\w+)"', floor.shown("not-reached"))
    assert floor.press("not-reached", again="opening").status_code == 422
    assert floor.press("not-reached", again="quarter").status_code == 303
    assert floor.stands() == ("acked", "Dr. Ada Berg")


def test_reached_takes_it_and_keeps_the_note(floor: Floor) -> None:
    floor.report()
    floor.press("reached", note="Sees a doctor now.")
    assert floor.stands() == ("acked", "Dr. Ada Berg")
    (call,) = floor.house.rows(CallRow)
    assert (call.reached, call.again_at) == (True, None)


def test_who_was_reached_wants_no_call_any_more_until_that_is_taken_back(floor: Floor) -> None:
    floor.report(wants_call="yes")
    assert floor.alert.wants_call
    answer = floor.press("reached")
    assert not floor.alert.wants_call
    assert floor.undo(answer).status_code == 303
    assert floor.alert.wants_call


def test_a_reply_in_the_patients_language_waits_for_the_seconds_and_is_taken_back(floor: Floor) -> None:
    floor.report()
    page = floor.shown("reply")
    assert "This is not enough for an urgent alert: call." in page
    assert "Seen, all as expected" not in page, "nothing that calms is offered for what is urgent"
    answer = floor.press("reply", text="Please call us.", key="one")
    assert floor.alert.state == "acked"
    assert "Please call us." in floor.house.client.get(floor.house.page).text
    floor.undo(answer)
    assert "Please call us." not in floor.house.client.get(floor.house.page).text
    (reply,) = floor.house.rows(ReplyRow)
    assert (reply.text, reply.taken_back_at) == ("Please call us.", floor.house.wiring.time)
    assert floor.stands() == ("open", None)


def test_a_reply_that_was_read_cannot_be_taken_back(floor: Floor) -> None:
    floor.report()
    answer = floor.press("reply", text="Please call us.")
    reply_id = str(floor.house.rows(ReplyRow)[0].id)
    floor.house.client.post(f"{floor.house.page}/opened", data={"reply": reply_id})
    late = floor.undo(answer)
    assert (late.status_code, "has read your message" in late.text) == (409, True)


def test_templates_are_in_the_patients_language_with_the_english_beside(build: Any) -> None:
    floor = Floor(build(language="es"))
    floor.report()
    page = floor.shown("reply")
    assert "Please send a photo" in page
    assert "Por favor, envíenos en esta página una foto" in page
    assert "Please send us a photo of the area in daylight" in page


def test_closing_asks_what_came_of_it_unless_it_heals_as_expected(floor: Floor) -> None:
    floor.report()
    unasked = floor.press("close", outcome="allergy", note="Hives on the arm")
    assert unasked.status_code == 422
    assert "none of these" in unasked.text
    assert "Hives on the arm" in unasked.text, "what was typed stays"
    both = floor.press("close", outcome="allergy", seriousness=["antibiotic", "nothing"])
    assert both.status_code == 422
    floor.press("close", outcome="allergy", seriousness=["care_sought", "antibiotic"], useful="useful")
    row = floor.alert
    assert (row.state, row.outcome, row.useful) == ("resolved", "allergy", "useful")
    assert row.seriousness == ["care_sought", "antibiotic"]
    noted = [event.after for event in floor.house.rows(AuditEventRow) if event.did == "alert_seriousness_noted"]
    assert noted == [{"seriousness": ["care_sought", "antibiotic"]}]


def test_closing_with_one_tap_and_back(floor: Floor) -> None:
    floor.report()
    answer = floor.press("close", outcome="expected_healing", useful="not_needed")
    assert (floor.alert.outcome, floor.alert.seriousness) == ("expected_healing", None)
    floor.undo(answer)
    row = floor.alert
    assert (row.state, row.outcome, row.useful, row.resolved_by) == ("open", None, None, None)


def test_watching_needs_a_reason_and_keeps_to_the_policy(floor: Floor) -> None:
    floor.report()
    page = floor.shown("watch")
    assert "At most until today at 20:04" in page
    assert "reason" in floor.press("watch", until="2026-03-02T19:00").text
    assert floor.press("watch", until="2026-03-03T19:00", reason="asleep").status_code == 422
    assert floor.press("watch", until="2026-03-02T19:00", reason="asleep").status_code == 303
    assert floor.alert.state == "snoozed"
    assert floor.alert.snooze_until.isoformat() == "2026-03-02T18:00:00+00:00"


def test_asking_a_colleague_giving_back_and_telling_the_next(floor: Floor) -> None:
    floor.report()
    leo = floor.house.staff[1]
    assert floor.press("assign", staff_id=str(leo.id)).status_code == 303
    assert floor.alert.assigned_to_id == leo.id
    floor.press("take")
    floor.press("release")
    assert (floor.stands(), floor.alert.epoch) == (("open", None), 2)
    answer = floor.press("escalate")
    assert "cannot be taken back" in told(floor, answer)
    assert floor.alert.step == 1
    assert floor.undo(answer).status_code == 409


def test_what_a_colleague_has_stays_with_them(floor: Floor) -> None:
    floor.report()
    floor.press("take", by=floor.leo)
    for verb, fields in (("take", {}), ("watch", {"until": "2026-03-02T19:00", "reason": "x"})):
        refused = floor.press(verb, **fields)
        assert (refused.status_code, "Leo has it." in refused.text) == (409, True)
    floor.press("not-reached", again="hour")
    assert floor.stands() == ("acked", "Leo")
    assert len(floor.house.rows(CallRow)) == 1


def test_a_script_gets_the_row_alone(floor: Floor) -> None:
    floor.report()
    row = floor.alert
    fields = {"form_key": floor.ada.form_key, "epoch": row.epoch, "version": row.version, "back": "/desk"}
    part = floor.ada.client.post(f"/desk/alerts/{row.id}/take", data=fields, headers={"X-Part": "answer"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "data-told" in part.text
    assert f'data-answers="{row.id}"' in part.text


def test_looking_at_forms_changes_nothing(floor: Floor) -> None:
    floor.report()
    before = floor.house.counts()
    for verb in ("reached", "not-reached", "reply", "watch", "close", "assign", "release", "escalate"):
        floor.shown(verb)
    assert floor.house.counts() == before
    assert floor.house.rows(UndoRow) == []
    assert floor.ada.get(f"/desk/alerts/{floor.alert.id}/nonsense").status_code == 404


def test_a_form_leads_back_to_a_page_of_ours_only(floor: Floor) -> None:
    floor.report()
    answer = floor.press("take", back="//elsewhere.example/desk")
    assert answer.headers["Location"].startswith("/desk?undo=")


def test_nobody_hears_that_it_is_taken_before_it_stands(floor: Floor) -> None:
    floor.report()
    with floor.house.wiring.store.connect() as connection:
        table = NotificationRow.metadata.tables["notification"]
        connection.execute(table.update().values(state="sent", sent_at=floor.house.wiring.time))
    floor.press("take", by=floor.leo)
    (taken,) = [row for row in floor.house.rows(NotificationRow) if row.kind == "taken"]
    assert taken.not_before == floor.house.wiring.time + timedelta(seconds=15)


def test_an_alert_about_no_patient_asks_nothing_about_one(floor: Floor) -> None:
    about = partial(raise_alert, kind="service", urgency=Urgency.same_day, turn=floor.house.turn, of="made for a test")
    floor.house.wiring.do(about)
    page = floor.shown("close")
    assert "What came of it?" not in page
    stale = floor.press(
        "close", seen=AlertRow(id=floor.alert.id, epoch=9, version=9), outcome="other", seriousness="nothing"
    )
    assert (stale.status_code, "Called?" in stale.text) == (409, False)
    floor.press("close", outcome="other", seriousness="nothing")
    assert (floor.alert.state, floor.alert.seriousness) == ("resolved", None)


def test_the_same_message_twice_is_written_once(floor: Floor) -> None:
    floor.report()
    floor.press("take")
    seen = floor.alert
    for _ in range(2):
        assert floor.press("reply", seen=seen, text="Please call us.", key="one").status_code == 303
    assert len(floor.house.rows(ReplyRow)) == 1


@pytest.mark.parametrize("urgency", [urgency for urgency in Urgency if urgency])
@pytest.mark.parametrize("language", [*languages(), "es-MX", "fr", None])
def test_there_are_texts_to_begin_with_for_everybody(language: str | None, urgency: Urgency) -> None:
    found = templates_for(language, urgency)
    assert len(found) >= 6
    assert all(one.name and one.text for one in found)
    assert [bool(one.english) for one in found] == [(language or "en")[:2] in ("es", "ar")] * len(found)
    assert ("expected" in {one.id for one in found}) is (urgency < Urgency.urgent)
