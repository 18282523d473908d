"""The cases behind a number of the audit, with whose they are."""

import uuid
from datetime import UTC, datetime
from typing import NamedTuple

from triage.actions.errors import NotFound
from triage.actions.outcomes import AUDITORS, NO_RULES, Asked, bounds_of, read_source
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.behind import KINDS, Case
from triage.outcomes.figure import Question
from triage.records import Session, desk_lookups
from triage.rules import Urgency

PAGE = 50


class Listed(NamedTuple):
    """One case as it is shown. `patient_id` None: it is about nobody; `urgency` empty: it is no alert."""

    patient_id: uuid.UUID | None
    reference: str
    name: str | None
    at: datetime
    alert_id: uuid.UUID | None
    urgency: str
    note: str


class Cases(NamedTuple):
    """One page of cases, the latest first; `start` counts those before it."""

    title: str
    total: int
    start: int
    items: list[Listed]


def cases_behind(session: Session, kind: str, asked: Asked, start: int, turn: Turn) -> Cases:
    """Return a page of the cases that a number counts. Raises NotFound for a kind that there is not."""
    turn.by.require(*AUDITORS)
    if kind not in KINDS:
        raise NotFound("There is no such list of cases.")
    source = read_source(session, turn.by.clinic_id, turn)
    if source.protocol is None:
        raise NotFound(NO_RULES)
    since_us, until_us = bounds_of(asked, zone_of(source.clinic))
    question = Question(source.protocol, source.facts.as_of_us, since_us, until_us)
    found = KINDS[kind].find(source.facts, question)
    return Cases(KINDS[kind].title, len(found), start, _named(session, found[start : start + PAGE], turn))


def _named(session: Session, cases: list[Case], turn: Turn) -> list[Listed]:
    ids = {uuid.UUID(case.patient) for case in cases if case.patient}
    whose = desk_lookups.patients(session, turn.by.clinic_id, ids)
    return [_listed(case, whose.get(uuid.UUID(case.patient)) if case.patient else None) for case in cases]


def _listed(case: Case, whose: desk_lookups.Whose | None) -> Listed:
    return Listed(
        patient_id=uuid.UUID(case.patient) if whose else None,
        reference=whose.reference if whose else "",
        name=whose.name if whose else None,
        at=datetime.fromtimestamp(case.at_us / 1_000_000, UTC),
        alert_id=uuid.UUID(case.alert) if case.alert else None,
        urgency=Urgency(case.urgency).name if case.urgency else "",
        note=case.note,
    )
