"""One case as the desk shows it: a patient's course, why somebody must look, what was said and done."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions.case_chart import Table, chart_of, day_at, labels_of, table_of
from triage.actions.case_contact import Line, lines_of
from triage.actions.case_facts import Consent, Pose, Sitting, consents_of, poses_of, sittings_of
from triage.actions.case_log import Log, Reader, log_of
from triage.actions.case_reasons import OpenAlert, open_alerts
from triage.actions.case_rows import MOST_COURSES, READERS, Asked, CourseRows, load_course, open_patient
from triage.actions.case_told import Report, reports_told
from triage.actions.cover import staffing_of
from triage.actions.errors import NotFound
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.charts import Chart
from triage.records import (
    AlertRow,
    AppointmentRow,
    ClinicRow,
    EpisodeRow,
    KeptReportRow,
    PatientRow,
    Session,
    ToReadRow,
    case_lookups,
    desk_lookups,
    ledger,
    lookups,
    queue_lookups,
)
from triage.rules.staffing import ON_CALL, ROLE, TARGET_ROLES, people_told
from triage.rules.vocabulary import Urgency

MOST_BELOW = 200  # of each kind of thing whose audit belongs to the case


class Case(NamedTuple):
    """All that the page shows."""

    patient: PatientRow
    risk_factors: tuple[str, ...]  # in words
    sitting: int | None  # which one was the latest; None: there was none
    day: int | None  # since it
    on_duty: tuple[str, ...]  # names; empty: nobody can be told
    consents: list[Consent]
    alerts: list[OpenAlert]
    closed: list[AlertRow]  # of this course, the latest first
    courses: Sequence[EpisodeRow]  # the latest first
    course: CourseRows
    table: Table
    reports: list[Report]
    older_reports: uuid.UUID | None  # before which one more can be asked for; None: these are the first
    refused: list[KeptReportRow]  # reports that were refused and name a danger, the latest first
    sittings: list[Sitting]
    poses: list[Pose]  # empty also for whom they are not meant
    waiting: list[ToReadRow]  # what nobody has read yet
    lines: list[Line]
    log: Log
    staff: Mapping[uuid.UUID, str]  # names


def open_case(session: Session, patient_id: uuid.UUID, asked: Asked, turn: Turn) -> Case:
    """Return a case. Raises NotFound for another clinic's patient, NotAllowed for whom it is not meant."""
    patient = open_patient(session, patient_id, turn)
    key = patient.clinic_id, patient.id
    courses = case_lookups.episodes_of(session, *key, MOST_COURSES)
    course = load_course(session, patient, asked, turn, courses)
    clinic = session.get_one(ClinicRow, patient.clinic_id)
    staff = desk_lookups.staff_names(session, patient.clinic_id)
    labels = labels_of(course.current)
    appointments = queue_lookups.appointments_of(session, *key)[:MOST_BELOW]
    alert_ids = [row.id for row in course.alerts]
    reports = reports_told(course, patient, clinic, staff)
    things = [*_things(patient, course, appointments), *case_lookups.ids_below(session, *key, MOST_BELOW)]
    return Case(
        patient=patient,
        risk_factors=tuple(labels.short("risk_factors", name) for name in patient.risk_factors),
        sitting=sum(row.at <= turn.now for row in course.procedures) or None,
        day=day_at(course, turn.now),
        on_duty=on_duty(session, clinic, turn.now),
        consents=consents_of(session, patient),
        alerts=open_alerts(session, patient, turn),
        closed=[row for row in reversed(course.alerts) if row.state == "resolved"],
        courses=courses,
        course=course,
        table=table_of(course),
        reports=reports,
        older_reports=_older(course, reports),
        refused=_refused(session, course),
        sittings=sittings_of(session, course),
        poses=poses_of(session, patient, course) if turn.by.role != "auditor" else [],
        waiting=case_lookups.waiting_to_be_read(session, patient.clinic_id, patient.id),
        lines=lines_of(session, patient, alert_ids, _delivered(session, course), staff),
        log=log_of(session, patient.clinic_id, things, asked, Reader(staff, zone_of(clinic))),
        staff=staff,
    )


def open_chart(session: Session, patient_id: uuid.UUID, asked: Asked, turn: Turn) -> Chart:
    """Return the chart of a patient's course, as the page shows it. Raises as open_case does."""
    patient = open_patient(session, patient_id, turn)
    courses = case_lookups.episodes_of(session, patient.clinic_id, patient.id, MOST_COURSES)
    return chart_of(load_course(session, patient, asked, turn, courses), turn.now)


def patient_behind(session: Session, alert_id: uuid.UUID, turn: Turn) -> uuid.UUID | None:
    """Return whom an alert is about; None: nobody. Raises NotFound for another clinic's."""
    turn.by.require(*READERS)
    row = session.get(AlertRow, (turn.by.clinic_id, alert_id))
    if row is None:
        raise NotFound("There is no such alert in this clinic.")
    return row.patient_id


def on_duty(session: Session, clinic: ClinicRow, now: datetime) -> tuple[str, ...]:
    """Return the names of who is on call now, where nobody is who else is there; deputies in place of who is away."""
    staffing = staffing_of(session, clinic, now)
    told = people_told([ON_CALL], staffing, Urgency.emergency, now)
    told = told or people_told([f"{ROLE}{role}" for role in TARGET_ROLES], staffing, Urgency.emergency, now)
    return tuple(dict.fromkeys(one.person.name for one in told))


def _older(course: CourseRows, reports: Sequence[Report]) -> uuid.UUID | None:
    return reports[-1].id if reports and (course.has_older or len(reports) < len(course.reports)) else None


def _refused(session: Session, course: CourseRows) -> list[KeptReportRow]:
    """Return the reports behind a course's alerts that were refused, the latest first."""
    if not course.alerts:
        return []
    kept = lookups.kept_reports_of(session, course.alerts[0].clinic_id, [row.id for row in course.alerts])
    return sorted(kept.values(), key=lambda row: row.received_at, reverse=True)


def _delivered(session: Session, course: CourseRows) -> set[uuid.UUID]:
    """Return the expectations whose request is known to have arrived."""
    if course.episode is None:
        return set()
    rows = ledger.ledger_of(session, course.episode.clinic_id, course.episode.id)
    return {row.id for row in rows if row.delivered_at is not None}


def _things(patient: PatientRow, course: CourseRows, appointments: Sequence[AppointmentRow]) -> list[uuid.UUID]:
    """Return the ids of what the case consists of, as its audit names it."""
    found = [row.id for rows in (course.procedures, course.reports, course.alerts, appointments) for row in rows]
    return [patient.id, *([course.episode.id] if course.episode else []), *found]
