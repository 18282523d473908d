"""Each month some reports that opened no alert are drawn by lot, and a human says whether one should have."""

import uuid
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from triage.actions import audit
from triage.actions.case_facts import Sitting, sittings_of
from triage.actions.case_rows import READERS, Asked, load_course
from triage.actions.case_told import Report, reports_told
from triage.actions.errors import Conflict, Invalid, NotAllowed, NotFound
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn, Turn
from triage.outcomes.sample import Candidate, draw
from triage.records import (
    CheckInRow,
    ClinicRow,
    EpisodeRow,
    PatientRow,
    ReviewSampleRow,
    Session,
    desk_lookups,
    review_lookups,
)
from triage.records.outcome import VERDICTS
from triage.records.review_lookups import Progress
from triage.rules import Fault

REVIEWERS = ("practitioner", "lead")
FOR_LATE = timedelta(days=1)  # judgement: reports of the last evening that came late are among those drawn from
MONTHS_BACK = 2  # a clock that stood still draws the last two months, not older ones that nobody remembers
MOST_WAITING, MOST_MONTHS, LONGEST_NOTE = 200, 12, 2000


class Waiting(NamedTuple):
    """One sampled report in the list: nothing of what it says, nor whose it is."""

    id: uuid.UUID
    month: str


class Sampled(NamedTuple):
    """A sampled report as somebody sees it who is to judge it: what was known then, and nothing that came of it."""

    row: ReviewSampleRow
    patient: PatientRow
    report: Report
    earlier: list[Report]  # of the same course, the latest first
    sittings: list[Sitting]
    risk_factors: tuple[str, ...]
    reviewer: str  # empty: nobody has looked yet


def months_to_draw(now: datetime, zone: tzinfo) -> list[str]:
    """Return the months, as 2026-11, that are over at the clinic and whose sample should have been drawn by now."""
    day, found = (now - FOR_LATE).astimezone(zone).date().replace(day=1), []
    for _ in range(MONTHS_BACK):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(f"{day:%Y-%m}")
    return found


def draw_month(session: Session, clinic_id: uuid.UUID, month: str, clock: ClockTurn) -> int:
    """Draw the sample of one month of a clinic, once; return how many reports (none where there were none).

    The same reports give the same sample: it is drawn by the clinic's id and the month.
    """
    clinic = session.get(ClinicRow, clinic_id)
    if clinic is None or review_lookups.has_sample(session, clinic_id, month):
        return 0
    reports = review_lookups.quiet_reports(session, clinic_id, *_span_of(month, zone_of(clinic)))
    patients = {str(report.id): report.patient_id for report in reports}
    candidates = [
        Candidate(str(one.id), any((one.content.get("symptoms") or {}).values()), one.skin_tone or 0) for one in reports
    ]
    drawn = draw(candidates, f"{clinic_id} {month}")
    for one in drawn:
        session.add(
            ReviewSampleRow(
                clinic_id=clinic_id,
                check_in_id=uuid.UUID(one.id),
                patient_id=patients[one.id],
                month=month,
                stratum=one.stratum,
                chance=one.chance,
                drawn_at=clock.now,
            )
        )
    if drawn:
        after = {"month": month, "drawn": len(drawn), "of": len(reports)}
        audit.record(session, clock.at(clinic_id), "reports_drawn", ("review_month", month), after=after)
    return len(drawn)


def give_verdict(session: Session, sample_id: uuid.UUID, verdict: str, note: str, turn: Turn) -> ReviewSampleRow:
    """Note what somebody says of a sampled report: right, should_have_alerted or cannot_tell, and why (may be empty).

    Raises Invalid for another word, NotFound, and Conflict where somebody has said so before.
    """
    turn.by.require(*REVIEWERS)
    if turn.by.staff_id is None:
        raise NotAllowed("A report is looked at by a person: use the key of a practitioner or a lead.")
    faults = [] if verdict in VERDICTS else [Fault("verdict", "is none", f"choose one of {', '.join(VERDICTS)}")]
    if len(note) > LONGEST_NOTE:
        faults.append(Fault("note", "is too long", f"use at most {LONGEST_NOTE} characters"))
    if faults:
        raise Invalid(faults)
    row = review_lookups.for_update(session, turn.by.clinic_id, sample_id)
    if row is None:
        raise NotFound("There is no such report in a sample of this clinic.")
    if row.verdict is not None:
        raise Conflict("Somebody has looked at this report already; the first verdict stands.")
    row.verdict, row.note = verdict, note or None
    row.reviewed_at, row.reviewed_by = turn.now, turn.by.staff_id
    session.add(row)
    audit.record(session, turn, "report_reviewed", ("review_sample", row.id), after={"verdict": verdict})
    return row


def waiting_samples(session: Session, turn: Turn) -> list[Waiting]:
    """Return what waits to be looked at, the oldest month first."""
    turn.by.require(*READERS)
    rows = review_lookups.waiting(session, turn.by.clinic_id, MOST_WAITING)
    return [Waiting(row.id, row.month) for row in rows]


def sample_progress(session: Session, turn: Turn) -> list[Progress]:
    """Return how far the samples of the last months have come, the latest first."""
    turn.by.require(*READERS)
    return review_lookups.progress(session, turn.by.clinic_id, MOST_MONTHS)


def open_sample(session: Session, sample_id: uuid.UUID, turn: Turn) -> Sampled:
    """Return one sampled report with what was known when it came. Raises NotFound, NotAllowed."""
    turn.by.require(*READERS)
    row = session.get(ReviewSampleRow, (turn.by.clinic_id, sample_id))
    if row is None:
        raise NotFound("There is no such report in a sample of this clinic.")
    patient = session.get_one(PatientRow, (row.clinic_id, row.patient_id))
    report = session.get_one(CheckInRow, (row.clinic_id, row.check_in_id))  # the keys hold as long as the row is there
    episode = session.get_one(EpisodeRow, (row.clinic_id, report.episode_id))
    course = load_course(session, patient, Asked(episode_id=episode.id, before=report.id), turn, [episode])
    then = [one for one in course.procedures if one.at <= report.at]
    course = course._replace(reports=[*course.reports, report], procedures=then)
    staff = desk_lookups.staff_names(session, row.clinic_id)
    told = reports_told(course, patient, session.get_one(ClinicRow, row.clinic_id), staff)
    return Sampled(
        row=row,
        patient=patient,
        report=told[0],
        earlier=told[1:],
        sittings=sittings_of(session, course),
        risk_factors=tuple(patient.risk_factors),
        reviewer=staff.get(row.reviewed_by, "staff") if row.reviewed_by else "",
    )


def _span_of(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the moments between which a month lies at the clinic."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone)
    after = datetime.combine((first + timedelta(days=32)).date().replace(day=1), time(), zone)
    return first, after
