"""One course of a patient as rows: sittings, reports with their judgements, what never came, alerts, versions."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions.doubt import doubted
from triage.actions.enrol import patient_of
from triage.actions.errors import NotFound
from triage.actions.protocols import load_version, tables_of
from triage.actions.turn import Turn
from triage.records import (
    AlertRow,
    AssessmentRow,
    CheckInRow,
    EpisodeRow,
    PatientRow,
    ProcedureRow,
    Session,
    case_lookups,
    lookups,
)
from triage.rules import Tables

READERS = ("practitioner", "lead", "auditor")  # the roles that may see a case
MOST_COURSES, MOST_REPORTS, MOST_ALERTS = 20, 100, 50


class Asked(NamedTuple):
    """What of a case is looked at; None: the latest."""

    episode_id: uuid.UUID | None = None  # an earlier course
    before: uuid.UUID | None = None  # reports before this one
    log_before: uuid.UUID | None = None  # what was done before this event


class CourseRows(NamedTuple):
    """One course, oldest first; `episode` None: nothing was done yet."""

    episode: EpisodeRow | None
    procedures: Sequence[ProcedureRow]
    reports: Sequence[CheckInRow]  # the latest of them, or those before the one that was asked for
    assessments: Mapping[uuid.UUID, AssessmentRow]  # by report
    missed: Sequence[datetime]
    alerts: Sequence[AlertRow]
    versions: Mapping[str, Tables]  # by digest, those that can be read
    current: Tables | None  # what judges the course now
    corrected: frozenset[uuid.UUID]  # reports that a later one has corrected
    has_older: bool  # there are reports before these

    @property
    def doubtful(self) -> frozenset[uuid.UUID]:
        """Return the reports that do not count as the patient's word: corrected since, or in doubt."""
        return self.corrected | doubted(self.reports, self.procedures)

    def tables_behind(self, report: CheckInRow) -> Tables | None:
        """Return the version that judged a report; None where it was not judged, or cannot be read any more."""
        assessment = self.assessments.get(report.id)
        return self.versions.get(assessment.protocol_digest) if assessment else None


def open_patient(session: Session, patient_id: uuid.UUID, turn: Turn) -> PatientRow:
    """Return a patient of the clinic for somebody at the desk. Raises NotAllowed, NotFound."""
    turn.by.require(*READERS)
    return patient_of(session, patient_id, by=turn.by)


def load_course(
    session: Session, patient: PatientRow, asked: Asked, turn: Turn, episodes: Sequence[EpisodeRow]
) -> CourseRows:
    """Return one of a patient's courses. Raises NotFound for another patient's course or report."""
    episode = _chosen(episodes, asked.episode_id)
    tables = tables_of(session, patient.clinic_id, turn.now, episode)
    if episode is None:
        return CourseRows(None, (), (), {}, (), (), {}, tables, frozenset(), has_older=False)
    before = session.get(CheckInRow, (patient.clinic_id, asked.before)) if asked.before else None
    if asked.before and (before is None or before.patient_id != patient.id):
        raise NotFound("There is no such report of this patient.")
    found = case_lookups.reports_of(session, episode, before, MOST_REPORTS + 1)
    reports = found[:MOST_REPORTS][::-1]
    judged = lookups.current_assessments(session, patient.clinic_id, [row.id for row in reports]) if reports else {}
    theirs = None if episode is episodes[0] else episode.id  # what is about no course stands with the latest
    alerts = case_lookups.alerts_of(session, patient.clinic_id, patient.id, MOST_ALERTS)
    return CourseRows(
        episode=episode,
        procedures=[
            row for row in lookups.procedures_of(session, patient.clinic_id, patient.id) if row.episode_id == episode.id
        ],
        reports=reports,
        assessments=judged,
        missed=case_lookups.missed_of(session, episode, MOST_REPORTS)[::-1],
        alerts=[row for row in alerts[::-1] if row.episode_id in (theirs, episode.id)],
        versions=_versions(session, patient, judged.values(), tables),
        current=tables,
        corrected=case_lookups.corrected_of(session, episode),
        has_older=len(found) > MOST_REPORTS,
    )


def _chosen(episodes: Sequence[EpisodeRow], wanted: uuid.UUID | None) -> EpisodeRow | None:
    if wanted is None:
        return episodes[0] if episodes else None
    found = next((row for row in episodes if row.id == wanted), None)
    if found is None:
        raise NotFound("There is no such course of this patient.")
    return found


def _versions(
    session: Session, patient: PatientRow, judged: Iterable[AssessmentRow], current: Tables | None
) -> dict[str, Tables]:
    digests = {row.protocol_digest for row in judged if row.protocol_digest}
    found = {digest: load_version(session, patient.clinic_id, digest) for digest in sorted(digests)}
    if current is not None:
        found[current.protocol.digest] = current
    return {digest: tables for digest, tables in found.items() if tables is not None}
