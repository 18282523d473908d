"""The API describes itself truly, and shows the description without asking any outside host."""

import re

from tests.houses import House
from triage.api.fields import CheckInSchema
from triage.rules import COMMON, read_check_in

ANSWERS = "acknowledge resolve snooze escalate assign release note reply reapply-policy".split()
PATHS = (
    "/api/v1/audit/chain",
    "/api/v1/audit/events",
    "/api/v1/lots/{lot}",
    "/api/v1/lots/{lot}/ask",
    "/api/v1/lots/{lot}/hold",
    "/api/v1/lot-holds/{hold_id}/lift",
    "/api/v1/patients",
    "/api/v1/procedures",
    "/api/v1/procedures/{procedure_id}",
    "/api/v1/appointments",
    *(f"/api/v1/appointments/{{appointment_id}}/{verb}" for verb in ("move", "cancel", "decide")),
    "/api/v1/patients/{patient_id}/appointments",
    "/api/v1/check-ins",
    "/api/v1/patients/{patient_id}",
    "/api/v1/patients/{patient_id}/expectations",
    "/api/v1/patients/{patient_id}/link",
    "/api/v1/patients/{patient_id}/link.svg",
    "/api/v1/patients/{patient_id}/timeline",
    "/api/v1/kept-reports/{report_id}",
    "/api/v1/patients/{patient_id}/photos",
    "/api/v1/photos",
    "/api/v1/photos/{photo_id}",
    "/api/v1/photos/{photo_id}/erase",
    "/api/v1/photos/{photo_id}/seen",
    *(f"/api/v1/patients/{{patient_id}}/{what}" for what in ("record", "record.pdf", "hold", "hold/lift")),
    "/api/v1/serious-events",
    "/api/v1/serious-events/{event_id}",
    *(f"/api/v1/serious-events/{{event_id}}/{what}" for what in ("follow-ups", "sent", "close", "pack", "pack.pdf")),
    "/api/v1/absences",
    "/api/v1/absences/{absence_id}",
    "/api/v1/alerts",
    *(f"/api/v1/alerts/{{alert_id}}/{verb}" for verb in ANSWERS),
    "/api/v1/clinic",
    "/api/v1/escalation-policies",
    "/api/v1/escalation-policy",
    "/api/v1/escalation-policy/dry-run",
    "/api/v1/on-call",
    "/api/v1/on-call/overrides",
    "/api/v1/on-call/overrides/{override_id}",
    "/api/v1/on-call/rota",
    "/api/v1/outcomes",
    "/api/v1/outcomes/{figure_id}",
    "/api/v1/ratings",
    "/api/v1/staff",
    "/api/v1/staff/{staff_id}/leave",
    "/api/v1/webhooks",
    "/api/v1/webhooks/{webhook_id}",
    "/api/v1/webhooks/{webhook_id}/rotate",
    "/api/v1/webhooks/{webhook_id}/test",
    "/api/v1/webhooks/{webhook_id}/deliveries",
    "/api/v1/webhooks/{webhook_id}/resend",
    "/api/v1/staff/{staff_id}/contacts",
    "/api/v1/staff/{staff_id}/contacts/{contact_id}",
    "/api/v1/staff/{staff_id}/contacts/{contact_id}/verify",
)


def test_every_call_is_described(house: House) -> None:
    described = house.client.get("/api/v1/openapi.json").json

    assert described["openapi"] == "3.1.0"
    assert sorted(described["paths"]) == sorted(PATHS)
    posted = described["paths"]["/api/v1/check-ins"]["post"]
    assert posted["requestBody"]["content"]["application/json"]["example"]["symptoms"]
    assert "bearer" in described["components"]["securitySchemes"]


def test_the_page_asks_no_outside_host(house: House) -> None:
    page = house.client.get("/api/v1/docs")

    assert page.status_code == 200
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith("/")
        with house.client.get(address) as file:
            assert file.status_code == 200


def test_schema_and_judge_refuse_the_same() -> None:
    """The schema documents what `read_check_in` judges: both are fed the same good and bad values."""
    at = "2026-03-07T18:00:00+01:00"
    good = [{"symptoms": {name: 4}} for name in COMMON.symptoms]
    good += [{"signs": [name]} for name in COMMON.signs]
    good += [{"result": [name]} for name in COMMON.results]
    good += [{"treatment": [name], "note": "x"} for name in COMMON.treatments]
    good += [{"exposed": [name], "wants_call": True} for name in COMMON.exposures]
    good += [{"symptoms": {"redness": 1}, "where": {"redness": [name]}} for name in COMMON.zones]
    good += [{"temperature": {"value": 37, "unit": "C"}}, {"temperature": {"value": 100.6, "unit": "F"}}]
    good += [{"symptoms": {"redness": 0}, "course": {"redness": word}} for word in ("better", "same", "worse", "new")]
    bad = [
        {"symptoms": {"rednes": 1}}, {"symptoms": {"redness": 5}}, {"symptoms": {"redness": -1}},
        {"symptoms": {"redness": 2.5}}, {"symptoms": {"redness": "2"}}, {"symptoms": [1]}, {"signs": ["x"]},
        {"signs": "fever"}, {"denied": ["x"]}, {"result": ["x"]}, {"treatment": ["x"]}, {"exposed": ["x"]},
        {"course": {"redness": "bad"}, "symptoms": {"redness": 1}}, {"where": {"redness": ["knee"]}, "note": "x"},
        {"temperature": {"value": "warm", "unit": "C"}}, {"temperature": {"value": 37, "unit": "K"}},
        {"temperature": 37}, {"wants_call": "yes"}, {"note": 5}, {"note": "x" * 2001}, {"mood": "fine"},
    ]  # fmt: skip
    schema = CheckInSchema()
    for said in good:
        assert schema.validate({"at": at, **said}) == {}, said
        assert read_check_in({"at": at, **said})[1] == [], said
    for said in bad:
        assert schema.validate({"at": at, **said}), said
        assert read_check_in({"at": at, **said})[1], said
    for moment in ("2026-03-07T18:00:00", "yesterday", 5, None):
        assert schema.validate({"at": moment, "note": "x"}), moment
        assert read_check_in({"at": moment, "note": "x"})[1], moment
