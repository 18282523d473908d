"""Procedures come in, join an episode, and are corrected; each change judges again what depends on it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from triage.actions import audit
from triage.actions.consequences import judge_again
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, NotFound
from triage.actions.expectations import expect_next
from triage.actions.mistaken import end_wrong_date
from triage.actions.turn import Turn
from triage.records import EpisodeRow, ExposureRow, PatientRow, ProcedureRow, Session, lookups

BEFORE_FIRST = timedelta(hours=24)


def add_procedure(
    session: Session, values: Mapping[str, Any], turn: Turn
) -> tuple[ProcedureRow, Sequence[ExposureRow]]:
    """Add a procedure (`values` as `POST /procedures` takes them): it joins the open episode, else opens one.

    Raises NotFound for a patient whom the clinic does not have.
    """
    turn.by.require("intake", "practitioner", "lead")
    details = dict(values)
    used = details.pop("exposures", ())
    patient = patient_of(session, details.pop("patient_id"), by=turn.by)
    episode = _episode_for(session, patient, details["at"], turn)
    procedure = ProcedureRow(
        clinic_id=turn.by.clinic_id, patient_id=patient.id, episode_id=episode.id, created_at=turn.now, **details
    )
    session.add(procedure)
    exposures = [ExposureRow(clinic_id=turn.by.clinic_id, procedure_id=procedure.id, **exposure) for exposure in used]
    session.add_all(exposures)
    after = {"at": procedure.at, "patient_id": patient.id, "lots": [exposure.lot for exposure in exposures]}
    audit.record(session, turn, "procedure_added", ("procedure", procedure.id), after=after)
    _follow_up(session, patient, episode, procedure.at, turn)
    return procedure, exposures


def correct_procedure(session: Session, procedure_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> ProcedureRow:
    """Correct a procedure's time, practitioner or areas; a new time judges the episode again.

    The time, new or the same, is the clinic's answer to a patient who said that it is wrong.
    """
    turn.by.require("intake", "practitioner", "lead")
    procedure = session.get(ProcedureRow, (turn.by.clinic_id, procedure_id))
    if procedure is None:
        raise NotFound("There is no such procedure in this clinic.")
    before = {name: getattr(procedure, name) for name in values}
    earliest = min(procedure.at, values.get("at", procedure.at))
    for name, value in values.items():
        setattr(procedure, name, value)
    session.add(procedure)
    thing = ("procedure", procedure.id)
    audit.record(session, turn, "procedure_corrected", thing, before=before, after=values)
    if "at" in values:
        end_wrong_date(session, procedure, turn)
        patient = patient_of(session, procedure.patient_id, by=turn.by)
        episode = session.get(EpisodeRow, (turn.by.clinic_id, procedure.episode_id))
        assert episode is not None
        session.flush()
        theirs = [
            p.at for p in lookups.procedures_of(session, turn.by.clinic_id, patient.id) if p.episode_id == episode.id
        ]
        episode.last_procedure_at = max(theirs)
        _follow_up(session, patient, episode, earliest, turn)
    return procedure


def _episode_for(session: Session, patient: PatientRow, at: datetime, turn: Turn) -> EpisodeRow:
    episode = lookups.latest_episode(session, turn.by.clinic_id, patient.id)
    if episode is not None and episode.closed_at is None:
        episode.last_procedure_at = max(episode.last_procedure_at, at)
        session.add(episode)
        return episode
    if episode is not None and at < episode.opened_at:
        raise Conflict("The procedure lies before an episode that is closed already; correct its time.")
    episode = EpisodeRow(clinic_id=turn.by.clinic_id, patient_id=patient.id, opened_at=at, last_procedure_at=at)
    session.add(episode)
    audit.record(session, turn, "episode_opened", ("episode", episode.id), after={"patient_id": patient.id})
    return episode


def _follow_up(session: Session, patient: PatientRow, episode: EpisodeRow, since: datetime, turn: Turn) -> None:
    """Plan the next check-in anew, and judge again what was reported from the changed time on."""
    session.flush()
    expect_next(session, patient, episode, now=turn.now)
    judge_again(session, patient, since - BEFORE_FIRST, turn)
