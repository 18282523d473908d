"""The audit's pages: what matters first, each figure with what it rests on, and the cases behind a number."""

from collections.abc import Callable
from datetime import UTC
from functools import partial
from typing import Any

import pytest

from tests.web.audit.conftest import counting
from tests.web.conftest import House
from tests.web.desk.stories import say, treat_before
from tests.web.desk.test_case import text_of
from tests.web.signing_in import Desk
from triage.actions.clinic_report import month_before
from triage.actions.report_pages import compose_report
from triage.actions.staff import change_staff
from triage.outcomes.behind import KINDS, Case
from triage.outcomes.catalogue import FIGURES
from triage.records import AlertRow, FigureRow

LOOKS = ("wide-light", "wide-dark", "narrow-light", "narrow-dark")


def role(house: House, name: str) -> Desk:
    """Return the practitioner signed in under another role."""
    ada = house.staff[0]
    values = {"name": ada.name, "role": name}
    house.wiring.do(lambda session: change_staff(session, ada.id, values, house.turn))
    return Desk(house.app.test_client(), house.wiring, ada)


def test_the_first_page_answers_what_matters_and_leads_to_the_cases(lead: Desk) -> None:
    page = lead.get("/audit")
    said = text_of(page)
    for words in (
        "Were alerts answered in time?",
        "What was missed?",
        "alerts &lt;nearly&gt; all.",
        "scalp-micropigmentation",
    ):
        assert words in said
    for link in ("/audit/figures/answered", "/audit/cases?of=late", "/audit/figures/response", "/audit/months"):
        assert f'href="{link}"' in page.text
    assert 'aria-current="page">Audit' in page.text


def test_a_figure_bears_all_that_it_rests_on(lead: Desk) -> None:
    said = text_of(lead.get("/audit/figures/answered?since=2026-01-01&until=2026-03-01&by=session"))
    for words in (
        "Window 1 Jan 2026 to 1 Mar 2026",
        "As of 2 Mar 2026, 18:04",
        "Computed 2 Mar 2026, 18:04",
        "Protocol scalp-micropigmentation",
        "92.0 % (89.0 to 95.0)",
        "session",
        "stands for too few people to be shown",
        "alerts of the window",
        "Counted by hand (Nobody 1900).",
    ):
        assert words in said, words


def test_without_a_protocol_it_says_that_nothing_can_be_told(
    build: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIGURES, "answered", counting("answered", "Were alerts answered in time?"))
    house = build(protocol=None)
    lead = Desk(house.app.test_client(), house.wiring, house.staff[1])
    assert "no protocol is in effect" in text_of(lead.get("/audit"))
    assert "no protocol is in effect" in text_of(lead.get("/audit/figures/answered"))
    assert lead.get("/audit/cases?of=late").status_code == 404
    month = month_before(house.wiring.time, UTC)
    compose = partial(compose_report, clinic_id=house.clinic.id, month=month, turn=house.turn)
    assert house.wiring.look(compose).pdf.startswith(b"%PDF")


@pytest.mark.parametrize("query", ["since=yesterday&by=weather", "since=&until=&by="])
def test_what_cannot_be_read_is_not_asked(lead: Desk, query: str) -> None:
    assert "all that is on record" in text_of(lead.get(f"/audit/figures/answered?{query}"))


def test_a_window_that_ends_before_it_begins_is_refused_in_words(lead: Desk) -> None:
    page = lead.get("/audit/figures/answered?since=2026-02-01&until=2026-01-01")
    assert page.status_code == 422
    assert "last day of the window" in page.text


def test_pictures_come_for_every_screen(lead: Desk) -> None:
    page = lead.get("/audit/figures/answered?by=area").text
    for number in (0, 1):
        for look in LOOKS:
            path = f"/audit/figures/answered/{number}.svg?by=area&amp;look={look}"
            assert path in page
            answer = lead.get(path.replace("&amp;", "&"))
            assert answer.mimetype == "image/svg+xml"
            assert answer.text.startswith("<svg")
    for path in ("answered/2.svg", "answered/0.svg?look=huge", "answered/0.svg?look=paper&by=x", "unheard-of"):
        assert lead.get(f"/audit/figures/{path}").status_code == (200 if "paper" in path else 404), path


def test_a_figure_is_taken_away_as_the_api_tells_it(lead: Desk) -> None:
    page = lead.get("/audit/figures/answered?by=area").text
    for kind in ("csv", "json"):
        assert f'href="/audit/figures/answered.{kind}?by=area"' in page
    told = lead.get("/audit/figures/answered.json?by=area").json
    assert (told["id"], told["frame"]["by"], told["rows"][0]["kept"]) == ("answered", "area", 0.92)
    answer = lead.get("/audit/figures/answered.csv?by=area")
    assert answer.mimetype == "text/csv"
    assert "group,n,kept,kept_low,kept_high\r\n" in answer.text
    assert lead.get("/audit/figures/unheard-of.csv").status_code == 404


def test_what_was_computed_is_kept_for_its_pictures(told: House, lead: Desk) -> None:
    for _ in range(2):
        lead.get("/audit/figures/answered")
        lead.get("/audit/figures/answered/0.svg")
    assert [(row.name, row.asked) for row in told.rows(FigureRow)] == [("answered", "{}")]


def test_the_late_cases_lead_to_the_patient(told: House, lead: Desk) -> None:
    """Of the last report nobody has taken the alert, hours after it should have been answered."""
    alert = max(told.rows(AlertRow), key=lambda row: row.urgency)
    page = lead.get("/audit/cases?of=late")
    said = text_of(page)
    assert f'href="/desk/patients/{told.patient.id}?alert={alert.id}"' in page.text
    assert "1 case, all that is on record" in said
    assert "Sam Secret" in said
    assert "Urgent . Still waits, beyond the promised time." in said
    assert "There is none." in text_of(lead.get("/audit/cases?of=late&until=2026-01-01"))


def test_the_slow_sessions_are_listed_by_what_was_reported(told: House, lead: Desk) -> None:
    treat_before(told, 90)
    say(told, 60, symptoms={"redness": 2, "swelling": 0})
    said = text_of(lead.get("/audit/cases?of=slow&until=2026-01-01"))
    assert "1 case, up to 1 Jan 2026" in said
    assert "Later than expected: redness." in said


def test_a_list_that_there_is_not_is_not_found(lead: Desk) -> None:
    assert lead.get("/audit/cases?of=secrets").status_code == 404
    assert lead.get("/audit/cases").status_code == 404


def test_long_lists_come_in_pages(lead: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [Case("", 1_000_000 * number, "", 0, f"Case {number:03}") for number in range(120)]
    monkeypatch.setitem(KINDS, "late", KINDS["late"]._replace(find=lambda facts, question: cases))
    path, seen = "/audit/cases?of=late", []
    for _ in range(5):
        page = lead.get(path).text
        seen += [part[:3] for part in page.split("Case ")[1:]]
        onward = [part for part in page.split('href="') if "start=" in part]
        if not onward:
            break
        path = onward[-1].partition('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03}" for number in range(120)]
    assert "To the first page" in page


@pytest.mark.parametrize("path", ["/audit", "/audit/figures/answered", "/audit/cases?of=late", "/audit/months"])
def test_auditors_see_it_and_practitioners_do_not(told: House, path: str) -> None:
    ask: Any = partial(role, told)
    assert ask("auditor").get(path).status_code == 200
    assert ask("practitioner").get(path).status_code == 403
    assert told.app.test_client().get(path).status_code == 303
