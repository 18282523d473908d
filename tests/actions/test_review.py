"""The sample for review: drawn by the clock, once a month, of the reports that alerted nobody and that stand."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from tests.houses import House, Patient
from triage import daily
from triage.actions.identify import Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.review import months_to_draw
from triage.actions.turn import Turn
from triage.records import AuditEventRow, PatientRow, ReviewSampleRow, Session


def samples(house: House) -> list[ReviewSampleRow]:
    return house.look(lambda session: list(session.exec(select(ReviewSampleRow).order_by(ReviewSampleRow.stratum))))


def correct(house: House, patient: Patient, report: str, **said: Any) -> None:
    body = {"at": house.now.isoformat(), **said}
    by = Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid)

    def work(session: Session) -> None:
        row = session.get_one(PatientRow, (house.clinic_id, patient.uuid))
        sent = Report(body, json.dumps(body), amends=uuid.UUID(report))
        receive_check_in(session, sent, row, Turn(by, house.now, house.wiring.terms))

    house.do(work)


def test_the_clock_draws_the_quiet_reports_of_the_last_month_once(house: House) -> None:
    patient, well, held = house.patient(hours_ago=60, skin_tone=6), house.patient(hours_ago=60), house.patient(60)
    report = house.report(patient, symptoms={"redness": 0})
    correct(house, patient, report["id"], symptoms={"redness": 1})
    house.report(well, symptoms={"redness": 0})
    house.report(well, signs=["fever"])
    house.report(held, symptoms={"redness": 0})
    house.client.post(f"/c/{held.token}/who", data={"not": "me"})
    house.later(days=31)
    house.run(daily.review)
    house.run(daily.review)

    found = [(row.month, row.stratum, row.chance) for row in samples(house)]
    assert found == [("2026-03", "symptoms_dark", 1.0), ("2026-03", "well_unknown", 1.0)]
    events = house.look(lambda session: list(session.exec(select(AuditEventRow))))
    (told,) = [event.after for event in events if event.did == "reports_drawn"]
    assert told == {"month": "2026-03", "drawn": 2, "of": 2}


def test_a_month_is_drawn_a_day_after_its_end_by_the_clinics_clocks() -> None:
    at = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    assert months_to_draw(at, UTC) == ["2026-01", "2025-12"]
    assert months_to_draw(at + timedelta(minutes=1), UTC) == ["2026-02", "2026-01"]
