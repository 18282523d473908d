"""/office/policy: shown in words, changed by a form or as a document, compared, tried out, and only then used."""

import html
import json
import re
from typing import Any

from tests.web.conftest import House
from tests.web.office.conftest import events
from tests.web.signing_in import Desk
from triage.records import EscalationPolicyRow
from triage.rules.ladder import DEFAULT_POLICY
from triage.rules.read_policy import as_document
from triage.web.office.ladder_form import form_of


def form_data(**changed: Any) -> dict[str, Any]:
    """Return the form as a browser would send it, with some fields changed."""
    values = form_of(DEFAULT_POLICY).values
    return {name: list(value) for name, value in values.items() if value} | changed


def document_in(page: str) -> str:
    """Return the policy that the page hands on to be used."""
    found = re.search(r'name="document" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def version_in(page: str) -> str:
    """Return the version with which the page has compared the new policy."""
    return page.partition('name="version" value="')[2].partition('"')[0]


def test_the_ladder_is_shown_in_words_with_a_saturday_night(lead: Desk) -> None:
    shown = lead.get("/office/policy").text
    assert "If nobody answers for 15 minutes: the leads." in shown
    assert (
        "In the end: the practitioners and the leads, again after 15 minutes each time, until somebody answers."
        in shown
    )
    assert "Urgent report, Sat 7 Mar 2026, 03:00" in shown
    assert "Dr. Ada Berg by mail (ada@north.example)" in shown


def test_another_moment_and_level_are_tried_out(lead: Desk, house: House) -> None:
    shown = lead.get("/office/policy?level=emergency&at=2026-03-08T12:30").text
    assert "Emergency report, Sun 8 Mar 2026, 12:30" in shown
    assert "Sun 8 Mar 2026, 12:35" in shown
    assert lead.get("/office/policy?level=x&at=9999-12-31T23:59").status_code == 200


def test_the_form_as_it_is_changes_nothing(lead: Desk) -> None:
    assert "Nothing would change." in lead.post("/office/policy/change", **form_data()).text


def test_a_new_policy_is_compared_before_it_is_taken(lead: Desk, house: House) -> None:
    changes = {
        "step1": ["on_call"],
        "repeats1": "1",
        "step_wait-urgent": "10",
        "quiet_from": "21:00",
        "quiet_to": "07:00",
    }
    review = lead.post("/office/policy/change", **form_data(**changes)).text
    for line in (
        "Step 1 tells whoever is on call; before: the practitioners.",
        "Step 1 is repeated 1 time; before: 0.",
        "Urgent, how long each step waits for an answer: 10 minutes; before: 15 minutes.",
        "From 21:00 to 07:00 messages below same day wait for the end of the quiet hours.",
        "Emergency: Nobody is on call on Fri 2026-03-06 12:00.",
    ):
        assert line in review
    assert house.rows(EscalationPolicyRow) == []

    answer = lead.post("/office/policy", document=document_in(review))
    assert answer.headers["Location"] == "/office/policy?done=used"
    (row,) = house.rows(EscalationPolicyRow)
    assert row.document["steps"][0] == {"targets": ["on_call"], "repeats": 1}
    assert "Version 1, made by Leo" in lead.get("/office/policy").text
    assert "Step 1 tells whoever is on call; before: the practitioners." in lead.get("/office/log").text


def test_the_next_version_is_logged_with_the_whole_one_before_it(lead: Desk, house: House) -> None:
    for repeats in ("1", "2"):
        review = lead.post("/office/policy/change", **form_data(repeats1=repeats)).text
        lead.post("/office/policy", document=document_in(review), version=version_in(review))
    _, event = events(house, "policy_made")
    assert (event.before or {})["document"]["steps"][0]["repeats"] == 1
    assert "Step 1 is repeated 2 times; before: 1." in lead.get("/office/log").text


def test_of_two_who_change_it_at_once_the_second_is_told(lead: Desk, house: House) -> None:
    first, second = (lead.post("/office/policy/change", **form_data(repeats1=repeats)).text for repeats in ("1", "2"))
    assert lead.post("/office/policy", document=document_in(first), version=version_in(first)).status_code == 303
    answer = lead.post("/office/policy", document=document_in(second), version=version_in(second))
    assert (answer.status_code, "Somebody has changed who is told when meanwhile" in answer.text) == (409, True)
    (row,) = house.rows(EscalationPolicyRow)
    assert row.document["steps"][0]["repeats"] == 1


def test_a_stored_policy_that_is_no_good_any_more_can_still_be_replaced(lead: Desk, house: House) -> None:
    review = lead.post("/office/policy/change", **form_data(repeats1="1")).text
    lead.post("/office/policy", document=document_in(review), version=version_in(review))
    with house.wiring.store.connect() as connection:
        table = EscalationPolicyRow.metadata.tables["escalation_policy"]
        connection.execute(table.update().values(document={"steps": []}))
    assert lead.get("/office/policy").status_code == 200
    assert lead.get("/office/policy/change").status_code == 200
    ada = house.staff[0]
    assert lead.post(f"/office/staff/{ada.id}", name=ada.name, role="auditor").status_code == 303


def test_faults_of_the_form_stand_beside_their_fields(lead: Desk, house: House) -> None:
    wrong = form_data(**{"step_wait-emergency": "45", "repeats1": "0", "quiet_from": "21:00"})
    answer = lead.post("/office/policy/change", **wrong)
    assert (answer.status_code, "Give both times, or none." in answer.text) == (422, True)
    answer = lead.post("/office/policy/change", **form_data(**{"step_wait-emergency": "45"}))
    assert 'id="step_wait-emergency-fault"' in answer.text
    assert "Makes danger wait" in answer.text
    assert 'value="45"' in answer.text
    answer = lead.post("/office/policy/change", **form_data(step1=[], step2=[], step3=[], rounds="eleven"))
    assert "Choose who is told first." in answer.text
    assert "Give a whole number from 1 to 10." in answer.text


def test_experts_give_the_document_in_json_or_toml(lead: Desk, house: House) -> None:
    toml = 'rounds = 2\n[[steps]]\ntargets = ["role:lead"]\nrepeats = 3\n'
    review = lead.post("/office/policy/change", document=toml).text
    assert "The steps are gone through 2 times; before: 1." in review
    assert json.loads(document_in(review))["rounds"] == 2
    for wrong, said in (
        ("rounds = 99", "rounds: 99 is not allowed"),
        ("{", "cannot be read"),
        ("steps = []", "steps: is no list of steps"),
    ):
        for path in ("/office/policy/change", "/office/policy"):
            answer = lead.post(path, document=wrong)
            assert (answer.status_code, said in answer.text) == (422, True)
            assert f"{wrong}</textarea>" in answer.text
    assert house.rows(EscalationPolicyRow) == []


def test_a_policy_that_names_a_stranger_is_warned_of_and_refused(lead: Desk, house: House) -> None:
    stranger = 'fallback = ["person:00000000-0000-0000-0000-000000000000"]'
    assert "somebody who does not work here" in lead.post("/office/policy/change", document=stranger).text
    assert lead.post("/office/policy", document=stranger).status_code == 422
    assert house.rows(EscalationPolicyRow) == []


def test_every_policy_comes_back_from_the_form_as_it_was() -> None:
    """What the form shows is what it would save: nothing is lost on the way."""
    assert as_document(DEFAULT_POLICY)["steps"] == [
        {"targets": list(form_of(DEFAULT_POLICY).all(f"step{number}")), "repeats": 0} for number in (1, 2, 3)
    ]
