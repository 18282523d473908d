"""What the forms of an answer say: how far it may be put off, whom to ask, when to call again, what to write."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions.alerts import rules_of
from triage.actions.answer_changes import Seen, words_since
from triage.actions.answers import ANSWERS
from triage.actions.calls import calls_again_about
from triage.actions.errors import NotFound
from triage.actions.replies import UNREACHED, why_unreached
from triage.actions.reply_templates import Template, templates_for
from triage.actions.turn import Turn
from triage.actions.worklist import Item, item_of
from triage.records import AlertRow, PatientRow, Session, lookups
from triage.rules import Urgency
from triage.rules.calling import Again


class Colleague(NamedTuple):
    """Somebody who can be asked to take an alert."""

    id: uuid.UUID
    name: str


class Asked(NamedTuple):
    """What the forms of one alert show."""

    item: Item
    changed: str  # what has changed since it was seen; empty: nothing that anybody need know
    watch_until: datetime | None  # how far it may be put off; None: not at all
    ack_until: datetime  # when it opens again if whoever takes it now does not close it
    again: tuple[Again, ...]
    colleagues: tuple[Colleague, ...]
    templates: tuple[Template, ...]
    unreached: str  # why no message can tell the patient of a reply, in words; empty: one can
    key: str  # so that a form that is sent twice writes once


def ask(session: Session, alert_id: uuid.UUID, seen: Seen | None, turn: Turn) -> Asked:
    """Return what the forms of an alert show; `seen` None: nobody has said how it stood before. Raises NotFound."""
    row = session.get(AlertRow, (turn.by.clinic_id, alert_id))
    if row is None:
        raise NotFound("There is no such alert in this clinic.")
    rules, urgency = rules_of(session, row, turn), Urgency(row.urgency)
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row.patient_id else None
    why = why_unreached(session, patient, turn.terms) if patient is not None else None
    staff = lookups.staff_of(session, row.clinic_id, ANSWERS)
    return Asked(
        item=item_of(session, row, turn),
        changed=words_since(session, row, seen.version, turn) if seen else "",
        watch_until=rules.policy.snooze_ends_by(urgency, turn.now, rules.hours),
        ack_until=rules.policy.ack_over_at(urgency, turn.now, rules.hours),
        again=calls_again_about(session, row, turn),
        colleagues=tuple(Colleague(one.id, one.name) for one in staff if one.id != turn.by.staff_id),
        templates=templates_for(patient.language, urgency) if patient is not None else (),
        unreached=UNREACHED[why] if why else "",
        key=str(uuid.uuid4()),
    )
