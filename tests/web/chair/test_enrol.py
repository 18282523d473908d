"""The form of the chair: six fields, nobody twice, everything in one go, a double tap does no harm."""

import re
from datetime import timedelta

import pytest

from tests.web.chair.conftest import bottle_ids, enrol, open_one, patient_named
from tests.web.conftest import Build, House
from tests.web.signing_in import Desk
from triage.actions.consents import version_of
from triage.actions.patient_changes import change_patient
from triage.records import (
    AppointmentRow,
    AuditEventRow,
    ConsentRow,
    ExpectationRow,
    ExposureRow,
    NotificationRow,
    PatientRow,
    ProcedureRow,
    StaffRow,
)
from triage.words import word


def test_a_client_is_enrolled_with_sitting_consent_and_link(desk: Desk, house: House) -> None:
    answer = enrol(desk)
    ana = patient_named(house, "Ana Sol")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/chair/done/{ana.id}")
    assert ana.reference.startswith("AS-")
    assert (ana.email, ana.phone, ana.language) == ("ana@sol.example", None, "en")
    (sitting,) = [row for row in house.rows(ProcedureRow) if row.patient_id == ana.id]
    assert (sitting.at, sitting.practitioner) == (house.wiring.time, "Dr. Ada Berg")
    (consent,) = house.rows(ConsentRow)
    said = word("en", "consent_messages_text", clinic="North Clinic")
    assert (consent.text, consent.version, consent.given_by) == (said, version_of(said), "the patient")
    did = [row.did for row in house.rows(AuditEventRow) if row.thing_id == str(ana.id)]
    assert set(did) == {"patient_enrolled", "consent_given", "link_shown"}
    assert [row.kind for row in house.rows(NotificationRow)] == ["check_in_link"]


def test_a_telephone_is_told_from_a_mail_by_itself(desk: Desk, house: House) -> None:
    enrol(desk, contact="+49 170 7654321")
    ana = patient_named(house, "Ana Sol")
    assert (ana.email, ana.phone) == (None, "+49 170 7654321")


def test_without_the_tick_no_message_is_ever_sent(desk: Desk, house: House) -> None:
    answer = enrol(desk, agree=None)
    assert house.rows(ConsentRow) == house.rows(NotificationRow) == []
    assert "has not agreed to messages" in desk.get(answer.headers["Location"]).text


def test_a_tick_below_the_words_of_another_language_is_no_consent(desk: Desk, house: House) -> None:
    assert enrol(desk, agree="es").status_code == 303
    assert house.rows(ConsentRow) == []


def test_a_client_without_phone_and_mail_becomes_calls(desk: Desk, house: House) -> None:
    answer = enrol(desk, contact="", name="")
    (patient,) = [row for row in house.rows(PatientRow) if row.reference.startswith("C-")]
    (due,) = [row for row in house.rows(ExpectationRow) if row.patient_id == patient.id]
    assert (due.asks, due.unasked_why) == ("none", "no_contact")
    assert "becomes a call for you" in desk.get(answer.headers["Location"]).text


def test_a_double_tap_enrols_once(desk: Desk, house: House) -> None:
    first, second = enrol(desk), enrol(desk)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(house.rows(PatientRow)) == 2  # and the one of the house


def test_the_same_form_with_other_details_is_not_taken_in_silence(desk: Desk, house: House) -> None:
    enrol(desk)
    answer = enrol(desk, contact="other@sol.example")
    assert answer.status_code == 409
    assert "nothing was changed now" in answer.text


@pytest.mark.parametrize(
    "typed",
    [{"name": "Sam Secret"}, {"name": "sam  SECRET", "contact": ""}, {"name": "S. Other", "contact": "0170 1234567"}],
)
def test_who_is_here_already_is_offered_first(desk: Desk, house: House, typed: dict[str, str]) -> None:
    reached = {"phone": "+49 170 1234567"}
    house.wiring.do(lambda session: change_patient(session, house.patient.id, reached, house.turn))
    answer = enrol(desk, **typed)
    assert answer.status_code == 200
    assert "Second sitting of Sam Secret, day 3: add a sitting" in answer.text
    assert len(house.rows(PatientRow)) == 1
    again = enrol(desk, **typed, same=str(house.patient.id))
    assert again.headers["Location"] == f"/chair/done/{house.patient.id}"
    assert len(house.rows(PatientRow)) == 1
    assert len(house.rows(ProcedureRow)) == 2


def test_somebody_else_of_the_same_name_is_enrolled_when_said_so(desk: Desk, house: House) -> None:
    enrol(desk, name="Sam Secret", same="new")
    assert [row.name for row in house.rows(PatientRow)] == ["Sam Secret", "Sam Secret"]


def test_a_patient_of_another_clinic_is_not_to_be_had(desk: Desk, house: House) -> None:
    assert enrol(desk, same="018f0000-0000-7000-8000-000000000000").status_code == 404
    assert len(house.rows(ProcedureRow)) == 1


def test_the_bottles_used_last_are_ticked_the_next_time(desk: Desk, house: House) -> None:
    open_one(desk)
    open_one(desk, role="needle", product="Three-point", lot="N-1")
    form = desk.get("/chair").text
    pigment, needle = bottle_ids(form)
    assert 'name="bottle" value="' + pigment + '" checked' not in form
    enrol(desk, bottle=[pigment])
    (used,) = house.rows(ExposureRow)
    assert (used.role, used.product, used.lot, str(used.expiry)) == ("pigment", "Black 3", "L-77", "2027-06-30")
    form = desk.get("/chair").text
    assert f'value="{pigment}" checked' in form
    assert f'value="{needle}" checked' not in form


def test_a_bottle_that_was_emptied_meanwhile_stops_the_form(desk: Desk, house: House) -> None:
    open_one(desk)
    (bottle,) = bottle_ids(desk.get("/chair").text)
    desk.post(f"/chair/bottles/{bottle}/empty")
    answer = enrol(desk, bottle=[bottle])
    assert answer.status_code == 422
    assert "marked as empty meanwhile" in answer.text
    assert len(house.rows(PatientRow)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"contact": "call me"}, "This is no telephone number"),
        ({"contact": "ana@sol"}, "This is no mail address"),
        ({"ended": "2026-99-01T10:00"}, "This is no time"),
        ({"ended": "2030-01-01T10:00"}, "This is in the future"),
        ({"birth_year": "12"}, "This is no year of birth"),
        ({"birth_year": "2012"}, "The client may be under 18"),
        ({"language": "xx"}, "This is not offered"),
        ({"next": "2020-01-01T10:00"}, "This is past"),
        ({"name": "A\x00na"}, "This cannot be kept"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(
    desk: Desk, house: House, typed: dict[str, str], said: str
) -> None:
    answer = enrol(desk, **{"name": "Ana Kept", **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "ana@sol.example" in answer.text or "contact" in typed
    assert len(house.rows(PatientRow)) == 1


def test_what_is_folded_away_is_kept_too(desk: Desk, house: House) -> None:
    more = {"birth_year": "2012", "guardian": "Eva Sol", "risk": ["diabetes"], "country": "ES", "skin_tone": "4"}
    later = {"ended": "2026-03-01T10:30", "area": ["top"], "practitioner": "Leo", "next": "2026-05-01T09:00"}
    enrol(desk, **more, **later)
    ana = patient_named(house, "Ana Sol")
    assert (ana.birth_year, ana.guardian, ana.risk_factors, ana.country) == (2012, "Eva Sol", ["diabetes"], "ES")
    assert ana.skin_tone == 4
    assert house.rows(ConsentRow)[0].given_by == "the guardian, Eva Sol"
    (sitting,) = [row for row in house.rows(ProcedureRow) if row.patient_id == ana.id]
    assert (sitting.at.isoformat(), sitting.areas) == ("2026-03-01T09:30:00+00:00", ["top"])  # Berlin's winter
    assert sitting.practitioner == "Leo"
    (ahead,) = house.rows(AppointmentRow)
    assert ahead.at - ahead.look_at == timedelta(hours=24)


def test_the_form_has_six_fields_before_anything_is_unfolded(desk: Desk) -> None:
    open_one(desk)
    form = desk.get("/chair").text.split('data-fields="6">')[1].split("</form>")[0]
    shown = re.sub(r"<details.*?</details>", "<folded>", form, flags=re.DOTALL)
    fields = {"contact", "name", "language", "bottle", "agree"}
    named = re.findall(r'<input (?:type="\w+" )?name="(\w+)"', shown)
    assert set(named) == fields
    assert "Needling ended: <b>now</b>" in form  # the sixth


def test_the_enter_key_in_a_field_enrols_nobody(desk: Desk, house: House) -> None:
    assert 'class="first" type="submit" name="same" value="enter"' in desk.get("/chair").text
    answer = enrol(desk, same="enter")
    assert (answer.status_code, "The enter key does not enrol" in answer.text) == (422, True)
    assert len(house.rows(PatientRow)) == 1


def test_a_clinic_without_a_protocol_enrols_and_writes_down_too(build: Build) -> None:
    house = build(protocol=None)
    desk = Desk(house.app.test_client(), house.wiring, house.staff[0])
    assert enrol(desk).status_code == 303
    told = f"/desk/patients/{house.patient.id}/report"
    assert desk.get(told).status_code == 200
    answer = desk.post(told, key="k", send="form", by_way="telephone", sign="fever")
    assert "phone" in desk.get(answer.headers["Location"]).text


def test_an_auditor_enrols_nobody(house: House, desk: Desk) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(StaffRow.metadata.tables["staff"].update().values(role="auditor"))
    assert desk.get("/chair").status_code == 403
