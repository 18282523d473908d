"""What the clinic changes of a patient: where they are reached, when they are asked, and whether at all."""

import uuid
from collections.abc import Mapping
from typing import Any

from triage.actions.enrol import patient_of
from triage.actions.new_link import change_contact
from triage.actions.preferences import excuse, resume_messages, set_ask_hour, set_place, stop_messages
from triage.actions.turn import Turn
from triage.records import Session

SHOWN = ("id", "reference", "language", "time_zone", "ask_hour", "excused_until", "excused_why", "wrong_person_at")


def change_patient(session: Session, patient_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    """Change a patient's contact and wishes (`values` as `PATCH /patients/{id}` takes them); return how they are now.

    Raises NotFound for another clinic's patient, Invalid for an hour of the night, an absence without a reason or end.
    """
    turn.by.require("intake", "practitioner", "lead")
    patient = patient_of(session, patient_id, by=turn.by)
    contact = {name: values[name] for name in ("email", "phone") if name in values}
    if contact:
        change_contact(session, patient, contact, turn)
    place = {name: values[name] for name in ("language", "time_zone") if name in values}
    if place:
        set_place(session, patient, place, turn)
    if "ask_hour" in values:
        set_ask_hour(session, patient, values["ask_hour"], turn)
    if "excused_until" in values:
        excuse(session, patient, values["excused_until"], values.get("excused_why"), turn)
    if values.get("messages") == "stopped":
        stop_messages(session, patient, "told the clinic", turn)
    elif values.get("messages") == "on":
        resume_messages(session, patient, turn)
    shown = {name: getattr(patient, name) for name in SHOWN}
    return {**shown, "messages": "on" if patient.opted_out_at is None else "stopped"}
