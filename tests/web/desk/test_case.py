"""The case: why somebody must look comes first, all that was said and done is there, and looking changes nothing."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from tests.web.browsing import store
from tests.web.conftest import FILES, House
from tests.web.desk.stories import LOT, say, tell, treat_before
from tests.web.signing_in import Desk
from tests.web.test_scanners import everything
from triage.actions.answers import acknowledge_alert, resolve_alert
from triage.actions.clinics import Person, create_clinic
from triage.actions.intake import Report
from triage.actions.kept import keep_refused
from triage.records import (
    AlertNoteRow,
    AlertRow,
    AppointmentRow,
    CheckInRow,
    ExpectationRow,
    ExposureRow,
    PhotoRow,
    ReplyRow,
    Session,
    StaffRow,
)
from triage.records.audit import READ

__all__ = ["store"]  # a fixture: one engine is enough to look at pages


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build(phone="+49 170 1112233", email="sam@example.org", risk_factors=["diabetes"])


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[0])


def case(house: House, query: str = "") -> str:
    return f"/desk/patients/{house.patient.id}{query}"


def text_of(page: Any) -> str:
    """Return what stands on a page, without its tags, in one line."""
    assert page.status_code == 200, page.text
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).replace("&#34;", '"').replace("&#39;", "'").split())


def alert_of(house: House) -> AlertRow:
    return max((row for row in house.rows(AlertRow) if row.kind == "report"), key=lambda row: row.id)


def add(house: House, row: Any) -> Any:
    """Keep a row that another piece of the service would write."""
    with house.wiring.store.connect() as connection:
        connection.execute(type(row).metadata.tables[row.__tablename__].insert().values(**row.model_dump()))
    return row


def photo(house: House, days_ago: float, data: bytes) -> PhotoRow:
    digest = house.wiring.shelf.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    report = house.rows(CheckInRow)[0]
    return add(
        house,
        PhotoRow(
            clinic_id=house.clinic.id, patient_id=house.patient.id, episode_id=report.episode_id, pose="top",
            digest=digest, size=len(data), width=6, height=4, source="patient",
            received_at=house.wiring.time - timedelta(days=days_ago),
        ),
    )  # fmt: skip


def test_the_reason_stands_first_in_words_with_its_rule_its_version_and_what_would_have_been_calmer(
    house: House, desk: Desk
) -> None:
    tell(house)
    said = text_of(desk.get(case(house)))
    order = [
        "day 3 after session 2",
        "Why somebody must look",
        "Danger sign: Fever or chills",
        "The same as a table",
        "Log of this",
    ]
    assert sorted(order, key=said.index) == order
    assert "What would have made it calmer: A danger sign is never expected" in said
    assert re.search(r"Rule redness\.very_severe of scalp-micropigmentation \S+ [0-9a-f]{12}", said)
    assert "told next: " in said
    assert "On duty now Dr. Ada Berg, Leo" in said
    assert "Risk factors Diabetes" in said


def test_the_patient_can_be_called_and_written_to_with_one_tap(house: House, desk: Desk) -> None:
    page = desk.get(case(house)).text
    assert 'href="tel:+491701112233"' in page
    assert 'href="mailto:sam@example.org"' in page


def test_nothing_of_a_patient_is_in_the_title_or_the_address(house: House, desk: Desk) -> None:
    tell(house)
    page = desk.get(case(house)).text
    assert re.findall(r"<title>(.*?)</title>", page) == [f"Case – {house.clinic.name}"]
    own = re.findall(r'(?:href|src|srcset|action)="(/[^"]*)"', page)
    assert not [path for path in own if re.search(r"redness|fever|Sam|24-117|urgent", path.split("&amp;rule=")[0])]


def test_looking_at_anything_of_a_case_changes_nothing(house: House, desk: Desk) -> None:
    treat_before(house, 31)
    answer = say(house, 0.1, symptoms={"redness": 4}, signs=["fever"], note="hot")
    assert answer["alert"] is not None
    shot = photo(house, 0.1, b"a picture")
    used = next(row for row in house.rows(ExposureRow) if row.lot)
    pages = [
        case(house),
        case(house, "/course.svg"),
        f"/desk/alerts/{alert_of(house).id}",
        f"/desk/photos/{shot.id}.jpg",
    ]
    before = everything_but_sessions(house)
    for path in [*pages, f"/desk/lots/{used.id}"]:
        for method in ("GET", "HEAD"):
            assert desk.client.open(path, method=method).status_code in (200, 303), path
    assert everything_but_sessions(house) == before


def everything_but_sessions(house: Any) -> dict[str, Any]:
    """Return all rows but what says that somebody is here and has looked."""
    found = everything(house)
    found["audit_event"] = [row for row in found["audit_event"] if READ not in row]
    return {name: rows for name, rows in found.items() if name != "staff_session"}


def test_what_the_patient_was_told_is_shown_in_their_language_word_by_word(build: Callable[..., House]) -> None:
    spoken = re.sub(r"(?m)^languages = .*$", 'languages = ["en", "es"]', FILES["protocol.toml"])
    house = build(protocol={**FILES, "protocol.toml": spoken}, language="es")
    answer = say(house, 0.1, symptoms={"redness": 4}, device={"urgency": "same_day"})
    page = Desk(house.app.test_client(), house.wiring, house.staff[0]).get(case(house))
    said = text_of(page)
    assert 'lang="es"' in page.text
    assert answer["advice_texts"]
    assert all(" ".join(text.split()) in said for text in answer["advice_texts"].values())
    assert "Before it was sent the phone said by itself: same day" in said


def test_corrected_and_recorded_reports_say_so(house: House, desk: Desk) -> None:
    first = say(house, 1, symptoms={"redness": 1})
    say(house, 1, amends=UUID(first["id"]), symptoms={"redness": 2})
    report = house.rows(CheckInRow)[0]
    told = CheckInRow(
        clinic_id=house.clinic.id, patient_id=house.patient.id, episode_id=report.episode_id, at=house.wiring.time,
        received_at=house.wiring.time, source="staff", content={"symptoms": {"pain": 1}}, recorded_by=house.staff[0].id,
        by_way="telephone",
        problems=[{"path": "signs", "said": "is no list", "expected": "send a list"}], raw='{"a": 1}',
    )  # fmt: skip
    add(house, told)
    said = text_of(desk.get(case(house)))
    assert "Corrected since." in said
    assert f'href="#report-{first["id"]}"' in desk.get(case(house)).text
    assert "Sent told by telephone, recorded by Dr. Ada Berg" in said
    assert "Could not be read: signs: is no list: send a list" in said
    assert '{"a": 1}' in said


def test_a_report_that_never_came_and_an_alert_stand_in_the_table(house: House, desk: Desk) -> None:
    say(house, 1, symptoms={"redness": 4})
    waiting = house.rows(ExpectationRow)[0]
    with house.wiring.store.connect() as connection:
        table = ExpectationRow.metadata.tables["expectation"]
        gone = {"state": "missed", "settled_at": house.wiring.time, "answered_at": None, "answered_by": None}
        connection.execute(table.update().where(table.c.id == waiting.id).values(**gone))
    said = text_of(desk.get(case(house)))
    assert "No report came." in said
    assert "An alert was opened." in said
    assert "4 very severe (beyond)" in said


def test_the_chart_is_a_picture_of_its_own(house: House, desk: Desk) -> None:
    tell(house)
    page = desk.get(case(house)).text
    for look in ("wide-light", "wide-dark", "narrow-light", "narrow-dark"):
        assert f"/course.svg?look={look}" in page
        drawn = desk.get(case(house, f"/course.svg?look={look}"))
        assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
        assert drawn.headers["Cache-Control"] == "no-store"
        assert "Scabs or flaking" in drawn.text
    assert desk.get(case(house, "/course.svg?look=huge")).status_code == 404


def test_first_photo_stands_beside_the_latest(house: House, desk: Desk) -> None:
    say(house, 2, symptoms={"redness": 1})
    shots = [photo(house, days, f"picture {days}".encode()) for days in (2, 1, 0.5)]
    said = text_of(desk.get(case(house)))
    assert re.search(r"First: day 1, .* not seen yet Latest: day 2,", said)
    page = desk.get(case(house)).text
    assert [f"/desk/photos/{shot.id}.jpg" in page for shot in shots] == [True, False, True]
    picture = desk.get(f"/desk/photos/{shots[0].id}.jpg")
    assert (picture.data, picture.mimetype, picture.headers["Cache-Control"]) == (
        b"picture 2",
        "image/jpeg",
        "no-store",
    )
    assert all(row.seen_at is None for row in house.rows(PhotoRow))


def test_a_photo_is_for_those_who_treat(house: House, desk: Desk) -> None:
    say(house, 2, symptoms={"redness": 4})
    shot = photo(house, 1, b"a picture")
    auditor = add(
        house,
        StaffRow(
            clinic_id=house.clinic.id, name="Au", email="au@x.example", role="auditor", created_at=house.wiring.time
        ),
    )
    theirs = Desk(house.app.test_client(), house.wiring, auditor)
    page = theirs.get(case(house))
    assert page.status_code == 200
    assert "/desk/photos/" not in page.text
    assert "Write a note" not in page.text
    assert theirs.get(f"/desk/photos/{shot.id}.jpg").status_code == 403
    assert theirs.post(f"/desk/alerts/{alert_of(house).id}/note", epoch="1", text="x").status_code == 403


def test_another_clinics_case_is_none_of_ours(house: House) -> None:
    tell(house)
    used = next(row for row in house.rows(ExposureRow) if row.lot)

    def found(session: Session) -> StaffRow:
        person = Person("Ola", "ola@south.example", "lead")
        _, staff = create_clinic(
            session, {"name": "South", "time_zone": "UTC"}, [person], "tests", house.wiring.time, house.wiring.terms
        )
        return staff[0]

    other = Desk(house.app.test_client(), house.wiring, house.wiring.do(found))
    shot = photo(house, 1, b"a picture")
    for path in (
        case(house), case(house, "/course.svg"), f"/desk/alerts/{alert_of(house).id}", f"/desk/lots/{used.id}",
        f"/desk/photos/{shot.id}.jpg",
    ):  # fmt: skip
        assert other.get(path).status_code == 404, path
    assert other.post(f"/desk/alerts/{alert_of(house).id}/note", epoch="1", text="x").status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_door(house: House) -> None:
    answer = house.client.get(case(house))
    assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in")


@pytest.mark.parametrize("query", ["?course=x", "?before=1", f"?course={uuid.UUID(int=9)}", f"?log={uuid.UUID(int=9)}"])
def test_what_is_not_of_this_case_is_not_found(house: House, desk: Desk, query: str) -> None:
    say(house, 1, symptoms={"redness": 1})
    assert desk.get(case(house, query)).status_code == 404


def test_an_alert_leads_to_its_case_and_is_marked_there(house: House, desk: Desk) -> None:
    say(house, 1, symptoms={"redness": 4})
    alert = alert_of(house)
    answer = desk.get(f"/desk/alerts/{alert.id}")
    assert answer.headers["Location"] == case(house, f"?alert={alert.id}")
    assert f'marked" id="alert-{alert.id}"' in desk.get(answer.headers["Location"]).text


def test_who_disagrees_says_so_in_a_note(house: House, desk: Desk) -> None:
    say(house, 1, symptoms={"redness": 4})
    alert = alert_of(house)
    page = desk.get(case(house, f"?alert={alert.id}&rule=redness.very_severe"))
    assert "I disagree with the rule redness.very_severe: </textarea>" in page.text
    answer = desk.post(f"/desk/alerts/{alert.id}/note", epoch=str(alert.epoch), text="The light was red.")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/alerts/{alert.id}")
    assert [note.text for note in house.rows(AlertNoteRow)] == ["The light was red."]
    assert "Note by Dr. Ada Berg The light was red." in text_of(desk.get(case(house)))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"epoch": "1", "text": " "}, 422),
        ({"epoch": "1", "text": "x" * 4001}, 422),
        ({"epoch": "one", "text": "x"}, 422),
        ({"epoch": "7", "text": "x"}, 409),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused(house: House, desk: Desk, fields: dict[str, str], status: int) -> None:
    say(house, 1, symptoms={"redness": 4})
    assert desk.post(f"/desk/alerts/{alert_of(house).id}/note", **fields).status_code == status
    assert house.rows(AlertNoteRow) == []


def test_a_closed_alert_shows_what_came_of_it_and_counts_for_later_ones(house: House, desk: Desk) -> None:
    say(house, 0.5, symptoms={"redness": 4})
    closed = alert_of(house)

    def close(session: Session) -> None:
        acknowledge_alert(session, closed.id, closed.epoch, house.turn)
        how = {"epoch": closed.epoch, "outcome": "irritation", "useful": "could_have_waited", "note": "cooled"}
        resolve_alert(session, closed.id, how, house.turn)

    house.wiring.do(close, house.clinic.id)
    said = text_of(desk.get(case(house)))
    assert "Nobody has to answer anything" in said
    assert "irritation · could have waited · Dr. Ada Berg" in said
    say(house, 0.1, symptoms={"redness": 4})
    assert "In 1 of the last 1 alerts that were closed here: 0 useful, 1 could have waited" in text_of(
        desk.get(case(house))
    )


def test_what_waits_to_be_read_and_the_next_session_are_shown(house: House, desk: Desk) -> None:
    say(house, 2, symptoms={"redness": 1}, note="one")
    now = house.wiring.time
    ids = {"clinic_id": house.clinic.id, "patient_id": house.patient.id}
    ahead = {"at": now + timedelta(days=1), "made_at": now, "made_by": "x", "look_at": now, "looked_at": now}
    decided = {"decision": "postpone", "decided_at": now, "decided_by": house.staff[0].id, "reason": "still red"}
    add(house, AppointmentRow(**ids, **ahead, **decided, why_not=["Redness is still moderate"]))
    page = desk.get(case(house))
    said = text_of(page)
    assert re.search(r"To read: note of \w+ \d+ \w+ 18:04 \(overdue\)", said)
    assert f'action="{case(house, "/read")}"' in page.text
    assert "The last session is not over: Redness is still moderate" in said
    assert re.search(r"Dr. Ada Berg postponed it .*: still red", said)


def test_others_with_the_same_lot_are_found_with_how_they_are(house: House, desk: Desk) -> None:
    tell(house)
    page = desk.get(case(house)).text
    path = re.findall(r'href="(/desk/lots/[^"]+)"', page)[0]
    assert LOT not in path
    said = text_of(desk.get(path))
    assert f"Lot {LOT}" in said
    assert re.search(r"Sam Secret P-1 .* 31 urgent", said)
    assert desk.get(f"/desk/lots/{uuid.uuid4()}").status_code == 404


def test_the_log_says_who_did_what_and_can_be_read_to_its_first_page(house: House, desk: Desk) -> None:
    tell(house)
    alert = alert_of(house)
    for number in range(30):
        desk.post(f"/desk/alerts/{alert.id}/note", epoch="1", text=f"note {number}")
    pages = [desk.get(case(house))]
    while older := re.findall(r'href="([^"]+\?log=[^"]+)#log"', pages[-1].text):
        pages.append(desk.get(older[0]))
    said = [text_of(page) for page in pages]
    assert sum(page.count("Dr. Ada Berg alert note written") for page in said) == 30
    assert "Dr. Ada Berg procedure added" in said[-1]
    assert "Dr. Ada Berg procedure added" not in said[0]


def test_a_refused_report_that_names_a_danger_is_the_reason_and_not_the_calmer_one_before_it(
    house: House, desk: Desk
) -> None:
    say(house, 0.5, symptoms={"redness": 3})
    body = {"patient_id": str(house.patient.id), "signs": ["breathing_trouble"], "at": "never"}
    refused = Report(body, json.dumps(body))
    house.wiring.do(lambda session: keep_refused(session, refused, [], house.turn), house.clinic.id)
    page = desk.get(case(house))
    assert "<h3>A report was refused and names a danger sign: breathing_trouble. Read it as it came.</h3>" in page.text
    assert "Found besides" in page.text
    assert '"signs": ["breathing_trouble"]' in text_of(page)


def test_a_reply_shows_whether_it_was_seen(house: House, desk: Desk) -> None:
    say(house, 1, symptoms={"redness": 4})
    alert = alert_of(house)
    words = {
        "clinic_id": house.clinic.id,
        "patient_id": house.patient.id,
        "alert_id": alert.id,
        "staff_id": house.staff[0].id,
    }
    add(house, ReplyRow(**words, text="Cool it.", at=house.wiring.time))
    add(house, ReplyRow(**words, text="Better?", at=house.wiring.time, read_at=house.wiring.time))
    said = text_of(desk.get(case(house)))
    assert "Reply by Dr. Ada Berg: not seen yet Cool it." in said
    assert "Reply by Dr. Ada Berg: seen by the patient Better?" in said


def test_an_older_page_of_many_reports_can_be_asked_for_and_knows_what_was_corrected_since(
    house: House, desk: Desk
) -> None:
    say(house, 1, symptoms={"redness": 1})
    report = house.rows(CheckInRow)[0]
    for number in range(101):
        at = report.at - timedelta(minutes=number + 1)
        older = add(house, CheckInRow(**{**report.model_dump(), "id": uuid.uuid4(), "at": at}))
    add(house, CheckInRow(**{**report.model_dump(), "id": uuid.uuid4(), "amends": older.id}))
    page = desk.get(case(house)).text
    assert page.count('<tr class="of-report">') == 100
    assert page.count("corrected since</small>") == 0
    whole = re.findall(r'href="([^"]+\?before=[^"]+)#course"', page)
    before = desk.get(whole[0]).text
    assert before.count('<tr class="of-report">') == 3
    assert before.count("corrected since</small>") == 1
    told = re.findall(r'href="([^"]+\?before=[^"]+)#reports"', page)
    assert desk.get(told[0]).text.count('<tr class="of-report">') == 83


def test_what_is_gone_or_about_nobody_is_answered_in_words(house: House, desk: Desk) -> None:
    say(house, 2, symptoms={"redness": 4})
    shot = photo(house, 1, b"a picture")
    house.wiring.shelf.path(shot.digest).unlink()
    assert desk.get(f"/desk/photos/{shot.id}.jpg").status_code == 404
    row = alert_of(house).model_dump()
    nobody = {"id": uuid.uuid4(), "kind": "service", "patient_id": None, "episode_id": None, "dedup_key": "service:x"}
    add(house, AlertRow(**(row | nobody)))
    assert desk.get(f"/desk/alerts/{nobody['id']}").headers["Location"] == "/desk"


def test_a_case_asks_the_database_as_often_for_few_reports_as_for_many(house: House, desk: Desk) -> None:
    tell(house)
    statements(house, desk)  # what is wrong with the service is looked up once for some seconds
    few = statements(house, desk)
    report = house.rows(CheckInRow)[-1]
    for number in range(40):
        at = report.at - timedelta(minutes=number + 1)
        add(house, CheckInRow(**{**report.model_dump(), "id": uuid.uuid4(), "at": at}))
    assert statements(house, desk) == few
    assert few <= 60


def statements(house: House, desk: Desk) -> int:
    """Return how many statements one look at the case takes, the session's own with them."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert desk.get(case(house)).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)
