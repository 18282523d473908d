"""An alert as the desk shows it: whose it is, why, who has it, and what its clock does next."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions.alert_views import reason_of, told_next
from triage.actions.alerts import clinic_of, rules_of
from triage.actions.cover import staffing_of
from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, KeptReportRow, Session, desk_lookups, lookups
from triage.records.desk_lookups import Whose
from triage.rules import Urgency, latest_procedure
from triage.rules.in_short import findings_in_short

TREND = 7  # reports in the small drawing of a row
UNKNOWN = "Nothing is known of the reason: open it."


class Item(NamedTuple):
    """One alert that is shown.

    `urgency`, `state` and `kind` are words of the code. All about the patient is None where it is about nobody;
    `name` and `phone` where none is noted. `sitting` and `day` count as of now; None before the first procedure.
    """

    id: uuid.UUID
    epoch: int
    version: int
    state: str
    urgency: str
    kind: str
    patient_id: uuid.UUID | None
    reference: str | None
    name: str | None
    language: str | None
    phone: str | None
    sitting: int | None  # which procedure of its episode
    day: int | None  # days since the latest procedure; the first is day 0
    reason: str  # in a few words
    since: datetime  # when the report that raised it came in; of one without a report, when it was opened
    opened_at: datetime
    due_at: datetime | None  # when somebody should have answered; None: it is closed
    is_overdue: bool
    next_action: str | None  # what its timer does: step, ack_timeout, snooze_end; None: it is closed
    next_action_at: datetime | None
    told_next: tuple[str, ...]  # the names of whom the timer tells
    owner_id: uuid.UUID | None
    owner_name: str | None  # who has it; None: nobody does
    asked_name: str | None  # who was asked to take it and has not said yes
    is_own: bool  # whoever is looking has it
    is_worse: bool
    wants_call: bool
    has_photo: bool  # there is one of this episode
    trend: tuple[int, ...]  # the highest severity of each of the last reports, oldest first
    snooze_until: datetime | None


class Known(NamedTuple):
    """What is read for many alerts at once, by id."""

    patients: dict[uuid.UUID, Whose]
    sittings: dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]]
    trends: dict[uuid.UUID, tuple[int, ...]]
    photos: set[uuid.UUID]
    staff: dict[uuid.UUID, str]
    assessments: dict[uuid.UUID, AssessmentRow]
    received: dict[uuid.UUID, datetime]
    kept: dict[uuid.UUID, KeptReportRow]


def item_of(session: Session, row: AlertRow, turn: Turn) -> Item:
    """Return one alert of the clinic as the desk shows it."""
    session.flush()
    return items_of(session, [row], turn)[0]


def items_of(session: Session, rows: Sequence[AlertRow], turn: Turn) -> list[Item]:
    """Return alerts of the clinic as the desk shows them, in the same order, in a few statements for all of them."""
    if not rows:
        return []
    known = _know(session, rows, turn)
    staffing = staffing_of(session, clinic_of(session, turn.by.clinic_id), turn.now)
    rules = {row.policy_id: rules_of(session, row, turn) for row in {row.policy_id: row for row in rows}.values()}
    return [_item(row, known, tuple(told_next(row, rules[row.policy_id], staffing)), turn) for row in rows]


def due_at(row: AlertRow) -> datetime | None:
    """Return when somebody should have answered: as was promised to the patient, else when the timer runs out."""
    return row.promised_at if row.promise in ("running", "broken") else row.next_action_at


def _know(session: Session, rows: Sequence[AlertRow], turn: Turn) -> Known:
    clinic_id = turn.by.clinic_id
    patient_ids = {row.patient_id for row in rows if row.patient_id}
    reported = [row.check_in_id for row in rows if row.check_in_id]
    reports = desk_lookups.last_reports(session, clinic_id, patient_ids, TREND)
    return Known(
        desk_lookups.patients(session, clinic_id, patient_ids),
        desk_lookups.sittings(session, clinic_id, patient_ids),
        {patient_id: tuple(map(_worst, contents)) for patient_id, contents in reports.items()},
        desk_lookups.with_photos(session, clinic_id, patient_ids),
        desk_lookups.staff_names(session, clinic_id),
        lookups.current_assessments(session, clinic_id, reported),
        desk_lookups.received(session, clinic_id, reported),
        lookups.kept_reports_of(session, clinic_id, [row.id for row in rows]),
    )


def _item(row: AlertRow, known: Known, told: tuple[str, ...], turn: Turn) -> Item:
    whose = known.patients.get(row.patient_id) if row.patient_id else None
    sitting, day = _sitting_and_day(known.sittings.get(row.patient_id, ()) if row.patient_id else (), row, turn.now)
    due, assessment = due_at(row), known.assessments.get(row.check_in_id) if row.check_in_id else None
    return Item(
        id=row.id,
        epoch=row.epoch,
        version=row.version,
        state=row.state,
        urgency=Urgency(row.urgency).name,
        kind=row.kind,
        patient_id=row.patient_id,
        **(whose._asdict() if whose else dict.fromkeys(Whose._fields)),
        sitting=sitting,
        day=day,
        reason=reason_of(row, assessment, known.kept.get(row.id), findings_in_short) or UNKNOWN,
        since=known.received.get(row.check_in_id, row.opened_at) if row.check_in_id else row.opened_at,
        opened_at=row.opened_at,
        due_at=due,
        is_overdue=due is not None and due <= turn.now,
        next_action=row.next_action,
        next_action_at=row.next_action_at,
        told_next=told,
        owner_id=row.owner_id,
        owner_name=known.staff.get(row.owner_id) if row.owner_id else None,
        asked_name=known.staff.get(row.assigned_to_id) if row.assigned_to_id else None,
        is_own=row.owner_id is not None and row.owner_id == turn.by.staff_id,
        is_worse=row.is_worse,
        wants_call=row.wants_call,
        has_photo=row.episode_id in known.photos,
        trend=known.trends.get(row.patient_id, ()) if row.patient_id else (),
        snooze_until=row.snooze_until,
    )


def _sitting_and_day(
    done: Collection[tuple[uuid.UUID, datetime]], row: AlertRow, now: datetime
) -> tuple[int | None, int | None]:
    past = [(episode_id, at) for episode_id, at in done if at <= now]
    if not past:
        return None, None
    latest = latest_procedure([at for _, at in past], now)
    in_episode = sum(episode_id == row.episode_id for episode_id, _ in past)
    return in_episode or None, (now - latest).days


def _worst(content: dict[str, object]) -> int:
    """Return the highest severity in a report; 0 where none was given."""
    symptoms = content.get("symptoms")
    return max(symptoms.values(), default=0) if isinstance(symptoms, dict) else 0
