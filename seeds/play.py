"""Plays the stories through the real actions, at the times at which they are told; what was played stays played."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from seeds.factories import LotFactory, PatientFactory
from seeds.stories import STORIES, Answered, Replied, Story, Told
from triage.actions.answers import acknowledge_alert, resolve_alert
from triage.actions.enrol import enrol_patient, link_token
from triage.actions.identify import Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.procedures import add_procedure
from triage.actions.replies import reply_to_patient
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.records import ClinicRow, PatientRow, Session, lookups, reply_lookups

ROLES = ("pigment", "anaesthetic", "ointment")
PRODUCTS = {"pigment": "Carbon black", "anaesthetic": "Lidocaine 4 % cream", "ointment": "Aftercare balm"}


def play_all(session: Session, clinic: ClinicRow, *, now: datetime, terms: Terms) -> list[dict[str, str]]:
    """Play every story up to now; return each patient's reference, id, token as access.json lists them."""
    return [_play(session, clinic, story, now, terms) for story in STORIES]


def try_out(session: Session, clinic: ClinicRow, *, now: datetime, terms: Terms) -> list[dict[str, str]]:
    """Return two patients to try reports with: one on day 0 after a sitting, one on day 5."""
    found = []
    for reference, hours in (("try-day-0", 20), ("try-day-5", 121)):
        patient = _enrol(session, clinic, reference, (), Turn(_intake(clinic), now, terms))
        sittings = lookups.procedures_of(session, clinic.id, patient.id)
        if not sittings or now - sittings[-1].at > timedelta(hours=hours + 24):
            values = {"patient_id": patient.id, "at": now - timedelta(hours=hours)}
            add_procedure(session, values, Turn(_intake(clinic), now, terms))
        found.append(_shown(session, patient, terms))
    return found


def _play(session: Session, clinic: ClinicRow, story: Story, now: datetime, terms: Terms) -> dict[str, str]:
    start = clinic.created_at - timedelta(days=story.began)
    patient = _enrol(session, clinic, story.reference, story.risk_factors, Turn(_intake(clinic), start, terms))
    played = {row.at for row in lookups.procedures_of(session, clinic.id, patient.id)}
    for day, event in sorted(_events(story), key=lambda entry: entry[0]):
        at = start + timedelta(days=day)
        if at > now:
            break
        if event is None:
            if at not in played:
                _sit(session, patient, at, Turn(_intake(clinic), at, terms))
        elif isinstance(event, Told):
            _tell(session, patient, story, event, Turn(_patient(patient), at, terms))
        elif isinstance(event, Replied):
            _reply(session, patient, event, _practising(session, clinic, at, terms))
        else:
            _answer(session, patient, event, _practising(session, clinic, at, terms))
    return _shown(session, patient, terms)


def _events(story: Story) -> Iterator[tuple[float, Told | Answered | Replied | None]]:
    """Yield when and what; None is a procedure."""
    yield from ((day, None) for day in story.sessions)
    yield from ((event.day, event) for event in story.events)


def _enrol(
    session: Session, clinic: ClinicRow, reference: str, risk_factors: tuple[str, ...], turn: Turn
) -> PatientRow:
    known = lookups.patient_by_reference(session, clinic.id, reference)
    if known is not None:
        return known
    values = PatientFactory(reference=reference, risk_factors=list(risk_factors), consent__at=turn.now)
    return enrol_patient(session, values, turn).patient


def _sit(session: Session, patient: PatientRow, at: datetime, turn: Turn) -> None:
    used = [LotFactory(role=role, product=PRODUCTS[role]) for role in ROLES]
    values = {"patient_id": patient.id, "at": at, "areas": ["top", "crown", "hairline"], "exposures": used}
    add_procedure(session, values | {"practitioner": "Pat Rivera"}, turn)


def _tell(session: Session, patient: PatientRow, story: Story, event: Told, turn: Turn) -> None:
    body = {"at": turn.now.isoformat(), **event.report}
    report = Report(body, json.dumps(body), f"story {story.reference} day {event.day}")
    receive_check_in(session, report, patient, turn)


def _practising(session: Session, clinic: ClinicRow, at: datetime, terms: Terms) -> Turn:
    person = lookups.staff_of(session, clinic.id, ("practitioner", "lead"))[0]
    return Turn(Actor("staff", str(person.id), clinic.id, person.role, staff_id=person.id), at, terms)


def _reply(session: Session, patient: PatientRow, event: Replied, turn: Turn) -> None:
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    assert episode is not None
    told = [alert for alert in reply_lookups.report_alerts(session, episode) if alert.opened_at <= turn.now]
    if told:
        latest = max(told, key=lambda alert: alert.opened_at)
        reply_to_patient(session, latest.id, {"text": event.text}, turn, key=f"story {patient.reference} {event.day}")


def _answer(session: Session, patient: PatientRow, event: Answered, turn: Turn) -> None:
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    assert episode is not None
    for alert in lookups.unresolved_alerts_of_episode(session, patient.clinic_id, episode.id):
        if alert.opened_at > turn.now or alert.kind != "report":
            continue
        if event.outcome is None:
            acknowledge_alert(session, alert.id, alert.epoch, turn)
        else:
            values = {"epoch": alert.epoch, "outcome": event.outcome, "useful": event.useful}
            resolve_alert(session, alert.id, values, turn)


def _shown(session: Session, patient: PatientRow, terms: Terms) -> dict[str, str]:
    held = lookups.patient_token(session, patient.clinic_id, patient.id)
    assert held is not None
    token = link_token(terms, held)
    link = f"{terms.base_url}/c/{token}"
    return {"id": str(patient.id), "reference": patient.reference, "token": token, "link": link}


def _intake(clinic: ClinicRow) -> Actor:
    return Actor("key", "demo", clinic.id, "intake")


def _patient(patient: PatientRow) -> Actor:
    return Actor("patient", str(patient.id), patient.clinic_id, "patient", patient_id=patient.id)
