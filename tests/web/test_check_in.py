"""The patient's page over the real path: form, intake, rules, answer."""

import re
from datetime import datetime

import pytest

from triage.records import AlertRow, AuditEventRow, CheckInRow, ExpectationRow
from triage.web.files import DIGEST
from triage.web.files import FILES as FILES_OF_PAGES

from .conftest import Build, House

SEEN = f'<script type="module" src="/static/web/{DIGEST}/opened.js"></script>'
FINE = {"today": "fine", "none": "list", "send": "form"}


def test_form_shows_danger_signs_before_symptoms(house: House) -> None:
    page = house.client.get(house.page)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "North Clinic" in text
    assert "Day 3 after your session" in text
    assert text.index("Trouble breathing or swallowing") < text.index("Swelling of the scalp")
    assert 'href="tel:+49301234567"' in text


def test_opening_the_form_changes_nothing(house: House) -> None:
    before = house.counts()
    house.client.get(house.page)
    house.client.head(house.page)
    assert house.counts() == before


def test_second_session_is_counted(house: House) -> None:
    house.wiring.do(lambda session: house.treat(session, house.wiring.time))
    assert "Day 0 after session 2" in house.client.get(house.page).get_data(as_text=True)


def test_all_fine_sends_every_symptom_as_none(house: House) -> None:
    page = house.send(**FINE)
    assert page.status_code == 200
    assert set(house.last()["symptoms"].values()) == {0}
    assert len(house.last()["symptoms"]) == 10
    assert len(house.last()["denied"]) == 27
    assert not house.rows(AlertRow)
    assert "verdict self_care" in page.get_data(as_text=True)


def test_all_fine_does_not_speak_against_what_was_ticked(house: House) -> None:
    house.send(**FINE, severity__redness="2")
    assert house.last()["symptoms"] == {"redness": 2}


def test_danger_sign_gives_the_emergency_card_and_an_alert(house: House) -> None:
    text = house.send(sign="breathing_trouble").get_data(as_text=True)
    assert "verdict emergency" in text
    assert 'href="tel:112"' in text
    assert "The clinic has been told." in text
    assert [row.urgency for row in house.rows(AlertRow)] == [4]


def test_sign_wins_over_none_of_these(house: House) -> None:
    house.send(**FINE, sign="fever")
    assert house.last()["signs"] == ["fever"]
    assert "denied" not in house.last()
    assert "symptoms" not in house.last()


def test_untouched_symptoms_are_not_sent(house: House) -> None:
    house.send(severity__itching="1", course__itching="same", where__itching=["top", "crown"])
    assert house.last()["symptoms"] == {"itching": 1}
    assert house.last()["course"] == {"itching": "same"}
    assert house.last()["where"] == {"itching": ["top", "crown"]}
    assert "denied" not in house.last()


def test_same_form_twice_is_one_report(house: House) -> None:
    first = house.send(severity__redness="1").get_data(as_text=True)
    house.wiring.time = house.wiring.time.replace(minute=30)
    again = house.send(severity__redness="1").get_data(as_text=True)
    assert len(house.rows(CheckInRow)) == 1
    assert re.findall("reference .*", first) == re.findall("reference .*", again)


def test_changed_form_after_going_back_is_another_report(house: House) -> None:
    house.send(severity__redness="1")
    house.wiring.time = house.wiring.time.replace(minute=30)
    assert house.send(severity__redness="1", sign="pus").status_code == 200
    assert len(house.rows(CheckInRow)) == 2


@pytest.mark.parametrize("typed", [{}, {"none": "list"}, {"note": "  "}, {"treatment": "painkiller"}])
def test_form_that_says_nothing_is_shown_again(house: House, typed: dict[str, str]) -> None:
    page = house.send(**typed)
    assert page.status_code == 422
    assert 'role="alert"' in page.get_data(as_text=True)
    assert not house.rows(CheckInRow)


def test_shown_again_nothing_typed_is_lost(house: House) -> None:
    typed = {"course.pain": "worse", "where.pain": "left", "treatment": "steroid", "key": "k-7", "unit": "F"}
    text = house.client.post(house.page, data=typed).get_data(as_text=True)
    for name, value in typed.items():
        field = re.search(f'<input [^>]*name="{re.escape(name)}" value="{value}"[^>]*>', text)
        assert field is not None
        assert name == "key" or "checked" in field[0]


def test_note_alone_is_a_report_that_a_person_reads(house: House) -> None:
    text = house.send(note="<b>It is\r\nfine</b>").get_data(as_text=True)
    assert house.last()["note"] == "<b>It is\nfine</b>"
    assert "A person at your clinic" in text


@pytest.mark.parametrize("typed", ["38,1", "38.1", " 38.1 ", "38.1 °C", "38.1C", "38.1 degrees", "100.58", "100.58 F"])
def test_temperature_is_read_as_people_write_it(house: House, typed: str) -> None:
    house.send(temperature=typed, unit="C")
    assert house.last()["temperature"] == {"value": 38.1, "unit": "C"}


def test_temperature_that_cannot_be_read_is_kept_and_named(house: House) -> None:
    page = house.send(temperature="hot <i>", unit="C", severity__redness="1")
    row = house.rows(CheckInRow)[0]
    assert page.status_code == 200
    assert "your temperature (“hot &lt;i&gt;”)" in page.get_data(as_text=True)
    assert (row.problems[0]["path"], row.review) == ("temperature.value", ["note", "problem"])
    assert "hot <i>" in row.raw
    assert "usual at this stage" not in page.get_data(as_text=True)


def test_what_no_form_would_send_is_kept_too(house: House) -> None:
    fields = {"severity__redness": "9", "severity__horns": "1", "sign": "wings", "course__": "x", "where__pain": "moon"}
    page = house.send(**fields)
    assert page.status_code == 200
    assert "We could not read" in page.get_data(as_text=True)
    assert len(house.rows(CheckInRow)[0].problems) >= 4


def test_answer_shows_what_is_usual_and_what_comes_next(house: House) -> None:
    text = house.send(severity__redness="1", severity__itching="0").get_data(as_text=True)
    assert "Usually gone after 1 to 4 days. You are on day 3." in text
    assert text.count('class="usual"') == 1
    assert "Washing" in text
    assert "Report again tomorrow at 18:00, or earlier at any time. We send you no messages." in text
    assert "We got it at 18:04. Reference" in text


def test_whoever_agreed_to_messages_is_told_when_we_ask_again(build: Build, now: datetime) -> None:
    agreed = {"text": "Messages", "version": "1", "at": now, "by": "P-1"}
    house = build(email="sam@home.example", consent=agreed)
    assert "We ask you again tomorrow at 18:00." in house.send(severity__redness="1").text


def test_answer_says_when_the_clinic_is_there_whatever_the_verdict(house: House) -> None:
    for sent, heading in (({"severity__redness": "1"}, "North Clinic"), ({"sign": "pus"}, "Who looks at your report")):
        text = house.send(**sent).text
        card = text[text.index('class="card cover"') :].split("</section>")[0]
        assert heading in card
        assert "closed now and opens again tomorrow at 09:00" in card
        assert 'href="tel:+49301234567"' in card


def test_a_sign_that_is_an_emergency_only_at_first_is_marked_so_only_then(house: House) -> None:
    marked = re.compile('value="(\\w+)" data-emergency')
    later = set(marked.findall(house.client.get(house.page).text))
    house.wiring.do(lambda session: house.treat(session, house.wiring.time))
    first = set(marked.findall(house.client.get(house.page).text))
    assert "breathing_trouble" in later
    assert later < first


def test_answer_shows_no_rule_and_no_name(house: House) -> None:
    text = house.send(severity__pain="3", wants_call="yes").get_data(as_text=True)
    assert "verdict urgent" in text
    assert "Sam Secret" not in text
    assert "symptom.pain" not in text
    assert "pain.severe" not in text


def test_clinic_without_protocol_still_takes_reports(build: Build) -> None:
    house = build(protocol=None)
    assert house.client.get(house.page).status_code == 200
    text = house.send(severity__redness="1").get_data(as_text=True)
    assert "verdict same_day" in text
    assert "We could not judge this report" in text


def test_page_is_in_the_patients_language_and_direction(build: Build) -> None:
    house = build(language="ar")
    form = house.client.get(house.page).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in form
    assert "إرسال" in form
    assert "أخبرنا مرة أخرى" in house.send(severity__redness="1").get_data(as_text=True)


def test_country_decides_which_number_to_call(build: Build) -> None:
    house = build(country="US")
    assert 'href="tel:112"' not in (text := house.send(sign="faint").get_data(as_text=True))
    assert 'href="tel:911"' in text
    assert re.search('value="F" checked', house.client.get(house.page).get_data(as_text=True))


def test_unknown_link_says_whom_to_call(house: House) -> None:
    for token in ("tap_unknown", "tak_unknown", "x" * 300, "%00"):
        page = house.client.get(f"/c/{token}")
        assert page.status_code == 404
        assert "call your clinic" in page.get_data(as_text=True)
        assert 'href="tel:112"' in page.get_data(as_text=True)


def test_revoked_link_takes_nothing(house: House) -> None:
    house.revoke()
    assert house.send(severity__redness="1").status_code == 404
    assert not house.rows(CheckInRow)


def test_pages_keep_to_themselves(house: House) -> None:
    for page in (house.client.get(house.page), house.send(sign="pus"), house.client.get("/c/unknown")):
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in page.headers
        text = re.sub(r'<script type="module" src="/static/web/\w+/\w+.js"></script>', "", page.get_data(as_text=True))
        assert not re.search(r"<script|<style| style=| on\w+=", text)


def test_a_script_tells_that_somebody_sees_the_form_and_looking_alone_changes_nothing(house: House) -> None:
    page = house.client.get(house.page)
    assert page.get_data(as_text=True).count(SEEN) == 1
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self';" in policy
    with house.client.get(f"/static/web/{DIGEST}/opened.js") as script:
        assert script.status_code == 200
        assert "javascript" in script.headers["Content-Type"]
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [None]

    for _ in range(2):
        assert house.client.post(f"{house.page}/opened").status_code == 204
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [house.wiring.time]
    assert [row.did for row in house.rows(AuditEventRow)].count("check_in_opened") == 1


def test_an_unknown_link_opens_nothing(house: House) -> None:
    assert house.client.post("/c/unknown/opened").status_code == 404


def test_page_with_its_style_is_at_most_60_kb(house: House) -> None:
    size = 0
    for path in (house.page, *(f"/static/web/{DIGEST}/{name}" for name in FILES_OF_PAGES if not name.endswith(".png"))):
        with house.client.get(path, headers={"Accept-Encoding": "br"}) as part:
            assert part.status_code == 200
            assert part.headers.get("Content-Encoding") == "br" or len(part.data) < 500
            size += len(part.data)
    assert size <= 60_000
