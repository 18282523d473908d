"""Keys and webhooks for a clinic's programs, its look, and its protocol, on pages."""

import io
import re
from datetime import timedelta

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.identify import identify
from triage.actions.webhook_events import EVENT_TYPES
from triage.records import ClinicRow, KeyRow, ProtocolRow, WebhookEndpointRow

from .conftest import events


def secret_in(text: str) -> str:
    found = re.search(r'<code class="secret">([^<]*)</code>', text)
    assert found is not None
    return found.group(1)


def test_a_key_is_shown_once_works_and_is_revoked(lead: Desk, house: House) -> None:
    answer = lead.post("/office/keys", role="practitioner", staff_id=str(house.staff[0].id))
    key = secret_in(answer.text)
    actor = house.wiring.look(lambda session: identify(session, key))
    assert (actor.role, actor.staff_id) == ("practitioner", house.staff[0].id)
    shown = lead.get("/office/keys").text
    assert key not in shown
    assert "of Dr. Ada Berg" in shown
    (row,) = house.rows(KeyRow)
    assert lead.post(f"/office/keys/{row.id}/revoke").status_code == 303
    assert house.rows(KeyRow)[0].revoked_at is not None
    assert events(house, "key_revoked")[-1].before["prefix"] == row.prefix
    assert lead.post(f"/office/keys/{row.id}/revoke").status_code == 404


def test_a_key_may_not_do_more_than_its_person(lead: Desk, house: House) -> None:
    answer = lead.post("/office/keys", role="admin", staff_id=str(house.staff[0].id))
    assert answer.status_code == 422
    assert "more than they may do themselves" in answer.text
    assert lead.post("/office/keys", role="practitioner", staff_id="").status_code == 422
    assert house.rows(KeyRow) == []


def test_a_webhook_is_added_with_its_secret_tested_switched_off_and_removed(lead: Desk, house: House) -> None:
    answer = lead.post("/office/webhooks", url="https://hooks.example.org/in?token=hush", events=list(EVENT_TYPES[:2]))
    assert secret_in(answer.text).startswith("whsec_")
    assert "hush" not in lead.get("/office/webhooks").text
    (row,) = house.rows(WebhookEndpointRow)
    there = f"/office/webhooks/{row.id}"
    assert lead.post(f"{there}/test").status_code == 303
    assert "webhook.test" in lead.get(there).text
    assert secret_in(lead.post(f"{there}/rotate").text).startswith("whsec_")
    assert lead.post(f"{there}/off").status_code == 303
    assert "Off since" in lead.get(there).text
    assert lead.post(f"{there}/remove").status_code == 303
    assert lead.get(there).status_code == 404


def test_an_address_that_may_not_be_called_is_said_beside_its_field(lead: Desk, house: House) -> None:
    answer = lead.post("/office/webhooks", url="http://127.0.0.1/", events=list(EVENT_TYPES))
    assert answer.status_code == 422
    assert 'id="url-fault"' in answer.text
    assert house.rows(WebhookEndpointRow) == []


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(lead: Desk, house: House) -> None:
    answer = lead.post("/office/look", colour="#ffee00")
    assert answer.status_code == 422
    assert "nearest colour that passes" in answer.text
    assert lead.post("/office/look", colour="#7a1f5c").status_code == 303
    assert house.rows(ClinicRow)[0].colour == "#7a1f5c"
    assert lead.post("/office/look", colour="#7a1f5c", wish="no_colour").status_code == 303
    assert house.rows(ClinicRow)[0].colour is None


def test_what_is_no_picture_is_no_logo(lead: Desk, house: House) -> None:
    sent = {"form_key": lead.form_key, "colour": "#0b5c63", "logo": (io.BytesIO(b"no picture"), "logo.png")}
    answer = lead.client.post("/office/look", data=sent)
    assert answer.status_code == 422
    assert 'id="logo-fault"' in answer.text


def test_a_logo_that_is_far_too_large_is_said_beside_its_field(lead: Desk, house: House) -> None:
    house.app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024  # as app.py has it
    part = '--cut\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = part.format("form_key", "") + f"{lead.form_key}\r\n" + part.format("logo", '; filename="logo.png"')
    answer = lead.client.post(
        "/office/look",
        data=body.encode() + b"x" * 3_000_000 + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
    )
    assert answer.status_code == 422
    assert "200 kB" in answer.text


def test_the_protocol_says_who_answers_for_it_and_can_be_read_and_signed(lead: Desk, house: House) -> None:
    shown = lead.get("/office/protocol").text
    assert "judges now" in shown
    assert "No clinician has reviewed it" in shown
    (row,) = house.rows(ProtocolRow)
    reference = lead.get(f"/office/protocol/{row.id}/reference")
    assert reference.headers["Content-Disposition"].startswith("attachment")
    assert "Redness" in reference.text
    assert lead.get(f"/office/protocol/{row.id}/difference").status_code == 200
    assert lead.post(f"/office/protocol/{row.id}/sign").status_code == 303
    approved = events(house, "protocol_approved")[-1]
    assert approved.after["approved_by"] == "Leo"
    assert (approved.actor_kind, approved.actor_id) == ("staff", str(house.staff[1].id))


def test_only_the_version_that_judges_is_signed(lead: Desk, house: House) -> None:
    lead.post(f"/office/protocol/{house.rows(ProtocolRow)[0].id}/sign")
    former = next(row for row in house.rows(ProtocolRow) if row.state == "retired")
    answer = lead.post(f"/office/protocol/{former.id}/sign")
    assert answer.status_code == 409
    assert sum(row.state == "published" for row in house.rows(ProtocolRow)) == 1


def test_who_becomes_an_auditor_keeps_no_key_that_answers(lead: Desk, house: House) -> None:
    ada = house.staff[0].id
    assert lead.post("/office/keys", role="practitioner", staff_id=str(ada)).status_code == 200
    assert lead.post(f"/office/staff/{ada}", name="Dr. Ada Berg", role="auditor").status_code == 303
    assert house.rows(KeyRow)[0].revoked_at is not None
    assert lead.post("/office/keys", role="practitioner", staff_id=str(ada)).status_code == 422


def test_a_webhook_without_events_is_asked_for_them(lead: Desk, house: House) -> None:
    answer = lead.post("/office/webhooks", url="https://hooks.example.org/in")
    assert answer.status_code == 422
    assert "Choose at least one kind of event." in answer.text


def test_the_look_is_confirmed_like_all_that_has_weight(lead: Desk, house: House) -> None:
    house.wiring.time += timedelta(minutes=11)
    answer = lead.post("/office/look", colour="#7a1f5c")
    assert answer.headers["Location"].startswith("/confirm")
    assert house.rows(ClinicRow)[0].colour is None


def test_the_only_version_that_judges_is_not_retired(lead: Desk, house: House) -> None:
    (row,) = house.rows(ProtocolRow)
    answer = lead.post(f"/office/protocol/{row.id}/retire")
    assert answer.status_code == 409
    assert "no other would judge" in answer.text
