"""The register of serious events: entered from a case, told by a human, read by the auditor."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage import clock
from triage.records import AlertRow, AuditEventRow, EventReportRow, NotificationRow, SeriousEventRow

from .conftest import People

SAID: dict[str, Any] = {
    "seriousness": ["infection", "hospital"],
    "became_aware_at": "2026-03-02T17:00",
    "country": "us",
    "reaction.term": "pus and spreading redness",
    "reaction.onset": "2026-03-01",
    "reaction.outcome": "not_recovered",
    "severity": "3",
    "narrative": "Pus on day 3; the hospital gave antibiotics.",
    "products[0].name": "Graphite 03",
    "products[0].counted": "suspect",
    "products[0].role": "pigment",
    "products[0].lot": "L-2291",
    "reporter.name": "Ada Berg",
}


def enter(house: House, people: People, alert: AlertRow, **more: Any) -> SeriousEventRow:
    answer = people.practitioner.post("/audit/serious/new", alert=str(alert.id), **{**SAID, **more})
    assert answer.status_code == 303, answer.text
    return max(house.rows(SeriousEventRow), key=lambda row: row.id)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_case_offers_the_register_and_the_form_knows_what_the_case_knows(
    house: House, people: People, alert: AlertRow
) -> None:
    case = people.practitioner.get(f"/desk/patients/{house.patient.id}").text
    assert f"/audit/serious/new?alert={alert.id}" in case
    form = people.practitioner.get(f"/audit/serious/new?alert={alert.id}").text
    assert 'value="infection" checked' in form
    assert 'value="hospital" checked' not in form
    assert "sent to her doctor" in form
    assert "Ada Berg" in form


def test_an_event_shows_who_must_be_told_by_when_and_is_entered_once(
    house: House, people: People, alert: AlertRow
) -> None:
    row = enter(house, people, alert)
    assert (row.number, row.version, row.country) == ("2026-001", 1, "US")
    shown = people.auditor.get(f"/audit/serious/{row.id}").text
    assert "MoCRA" in shown
    assert "By Mon 23 Mar 2026" in shown  # 15 working days after Monday the 2nd
    assert "no valid report" not in shown
    register = people.auditor.get("/audit/serious").text
    assert "Tell by Mon 23 Mar 2026" in register
    assert "Sam Secret" not in register
    again = people.practitioner.post("/audit/serious/new", alert=str(alert.id), **SAID)
    assert again.status_code == 409
    led = people.practitioner.get(f"/audit/serious/new?alert={alert.id}")
    assert led.headers["Location"].endswith(f"/audit/serious/{row.id}")


def test_what_is_missing_or_wrong_stands_beside_its_field(house: House, people: People, alert: AlertRow) -> None:
    wrong = {**SAID, "seriousness": [], "country": "Texas", "reaction.term": "", "became_aware_at": ""}
    answer = people.practitioner.post("/audit/serious/new", alert=str(alert.id), **wrong)
    assert answer.status_code == 422
    for name in ("seriousness", "country", "reaction.term", "became_aware_at"):
        assert f'id="{name}-fault"' in answer.text
    assert house.rows(SeriousEventRow) == []


def test_a_report_without_a_suspect_product_is_called_incomplete(house: House, people: People, alert: AlertRow) -> None:
    row = enter(house, people, alert, **{"products[0].counted": "concomitant"})
    assert "no valid report yet" in people.lead.get(f"/audit/serious/{row.id}").text


def test_a_follow_up_is_another_version_and_is_told_anew(house: House, people: People, alert: AlertRow) -> None:
    row = enter(house, people, alert)
    sent = {"duty": "us_responsible_person", "sent_to": "Acme Inks", "sent_at": "2026-03-02T17:02"}
    assert people.practitioner.post(f"/audit/serious/{row.id}/sent", **sent).status_code == 403
    assert people.lead.post(f"/audit/serious/{row.id}/sent", **sent).status_code == 303
    assert "Nothing waits" in people.lead.get("/audit/serious").text
    answer = people.practitioner.post(f"/audit/serious/{row.id}/follow-up", **{**SAID, "reaction.outcome": "recovered"})
    assert answer.status_code == 303
    first, second = sorted(house.rows(SeriousEventRow), key=lambda one: one.version)
    assert (second.version, second.number, second.follow_up_of) == (2, first.number, first.id)
    assert "Tell by Mon 23 Mar 2026" in people.lead.get("/audit/serious").text
    (report,) = house.rows(EventReportRow)
    assert (report.serious_event_id, report.sent_by) == (first.id, house.staff[1].id)
    people.lead.post(f"/audit/serious/{row.id}/close")
    late = people.practitioner.post(f"/audit/serious/{row.id}/follow-up", **SAID)
    assert late.status_code == 409


def test_a_follow_up_a_year_later_is_refused(house: House, people: People, alert: AlertRow) -> None:
    row = enter(house, people, alert)
    house.wiring.do(lambda session: _age(session, row))
    assert people.practitioner.post(f"/audit/serious/{row.id}/follow-up", **SAID).status_code == 409
    assert len(house.rows(SeriousEventRow)) == 1


def _age(session: Any, row: SeriousEventRow) -> None:
    table = SeriousEventRow.metadata.tables["serious_event"]
    aware = row.became_aware_at.replace(year=row.became_aware_at.year - 2)
    change = table.update().values(became_aware_at=aware)
    session.connection().execute(change)


def test_the_pack_holds_the_fields_of_the_forms_as_pdf_and_as_json(
    house: House, people: People, alert: AlertRow
) -> None:
    row = enter(house, people, alert)
    pdf = people.lead.get(f"/audit/serious/{row.id}/pack.pdf")
    assert pdf.mimetype == "application/pdf"
    said = text_of(pdf.data)
    for words in ("MedWatch 3500", "E.i.3.2c", "L-2291", "pus and spreading redness", "2026-03-23", "Kept until 2032"):
        assert words in said
    assert "Sam Secret" not in said
    found = people.auditor.get(f"/audit/serious/{row.id}/pack.json").json
    assert (found["event"]["patient_ref"], found["missing"]) == ("P-1", [])
    read = [event for event in house.rows(AuditEventRow) if event.did == "serious_event_read"]
    assert len(read) == 2


def test_the_leads_hear_of_a_date_a_week_before_and_not_again_the_same_day(
    house: House, people: People, alert: AlertRow
) -> None:
    row = enter(house, people, alert)

    def notices() -> list[NotificationRow]:
        for piece in clock.upkeep(house.wiring, "test"):
            piece()
        return [one for one in house.rows(NotificationRow) if one.about == "register_date"]

    assert notices() == []  # three weeks are left
    house.wiring.time = house.wiring.time.replace(day=17)
    assert {one.staff_id for one in notices()} == {house.staff[1].id}
    assert len(notices()) == 1
    house.wiring.time = house.wiring.time.replace(day=20, hour=9)
    assert len(notices()) == 2
    sent = {"duty": "us_responsible_person", "sent_to": "Acme Inks"}
    lead = Desk(house.app.test_client(), house.wiring, house.staff[1])  # the session of weeks ago is over
    assert lead.post(f"/audit/serious/{row.id}/sent", **sent).status_code == 303
    house.wiring.time = house.wiring.time.replace(day=25)
    assert len(notices()) == 2


def test_an_auditor_reads_all_and_enters_nothing(house: House, people: People, alert: AlertRow) -> None:
    row = enter(house, people, alert)
    assert people.auditor.get(f"/audit/serious/new?alert={alert.id}").status_code == 403
    for path, fields in (("new", SAID), (f"{row.id}/follow-up", SAID), (f"{row.id}/sent", {}), (f"{row.id}/close", {})):
        assert people.auditor.post(f"/audit/serious/{path}", **fields).status_code == 403
    assert "Note that it was sent" not in people.auditor.get(f"/audit/serious/{row.id}").text


def test_the_log_has_no_word_about_the_patient(house: House, people: People, alert: AlertRow) -> None:
    enter(house, people, alert)
    told = [event for event in house.rows(AuditEventRow) if event.did.startswith("serious_event")]
    assert told
    assert not any(word in str(event.after) for event in told for word in ("pus", "Graphite", "hospital gave", "Ada"))
