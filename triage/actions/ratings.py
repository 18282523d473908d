"""How the healed result looks: the patient and the practitioner each rate it, from day 28 after the last session on."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, Invalid, NotAllowed, NotFound
from triage.actions.identify import PATIENT_ROLE
from triage.actions.turn import Turn
from triage.records import EpisodeRow, PatientRow, RatingRow, Session, rating_lookups, rules_lookups
from triage.records.outcome import ASPECTS, RATED_BY
from triage.rules import Fault

WORST, BEST = 1, 5
FROM_DAY = 28  # judgement: the surface has closed and the first fading is over; the day that the issue names
OFFERED_UNTIL_DAY = 120  # judgement: what is seen later is how it lasts, no more how it healed
RATERS = ("practitioner", "lead")
Marks = Mapping[str, int]


class Side(NamedTuple):
    """How one side has rated: the marks by aspect (those that were given), when, and who of the staff."""

    marks: Marks
    at: datetime
    staff_id: uuid.UUID | None


class Result(NamedTuple):
    """How the result of one course was rated. None: that side has not rated."""

    due_from: datetime
    is_due: bool
    is_latest: bool  # the patient's latest course: an earlier one has been worked over since, and is not rated any more
    patient: Side | None
    practitioner: Side | None


def rate_result(session: Session, patient_id: uuid.UUID, marks: Mapping[str, Any], turn: Turn) -> RatingRow:
    """Rate the result of a patient's latest course; `marks`: 1 (poor) to 5 (very good) by aspect, some or all.

    What was not answered before is added to the rating that stands; a mark that changes makes a new rating and keeps
    the former one. The same marks again change nothing. Raises Invalid for other marks, NotFound, and Conflict before
    day 28 and where somebody else holds the patient's link.
    """
    turn.by.require(PATIENT_ROLE, *RATERS)
    patient = patient_of(session, patient_id, by=turn.by)
    side = "patient" if turn.by.patient_id else "practitioner"
    if side == "practitioner" and turn.by.staff_id is None:
        raise NotAllowed("A rating is signed by a person: use the key of a practitioner or a lead.")
    _check_marks(marks)
    episode = _ratable(session, patient, turn.now)
    former = rating_lookups.standing_for_update(session, patient.clinic_id, episode.id, side)
    before = marks_of(_since(former, due_from(episode)))
    if former is not None and before.items() >= marks.items():
        return former
    row = former if former is not None and _adds(former, before, marks, turn) else None
    row = row or _replacing(session, former, episode, side, turn)
    for name, mark in {**before, **marks}.items():
        setattr(row, name, mark)
    session.add(row)
    after = {"rated_by": side, "episode_id": episode.id, **marks_of(row)}
    audit.record(session, turn, "result_rated", ("rating", row.id), before=before or None, after=after)
    return row


def result_of(session: Session, episode: EpisodeRow, now: datetime, courses: Sequence[EpisodeRow]) -> Result:
    """Return how the result of a course was rated so far; `courses`: the patient's, the latest first."""
    due, rows = due_from(episode), rating_lookups.standing(session, episode.clinic_id, episode.id)
    sides = [_side(_since(rows.get(name), due)) for name in RATED_BY]
    return Result(due, due <= now, courses[0].id == episode.id, *sides)


def own_result(session: Session, patient: PatientRow, now: datetime) -> Result | None:
    """Return how a patient's latest course was rated; None where they had no session yet."""
    episode = rules_lookups.current_episode(session, patient.clinic_id, patient.id)
    return None if episode is None else result_of(session, episode, now, [episode])


def asks_rating(session: Session, patient: PatientRow, episode: EpisodeRow | None, now: datetime) -> bool:
    """Tell whether the patient is asked for a rating now: it is due, still about healing, and not answered whole.

    `episode`: their latest; None: there was no session yet.
    """
    if episode is None or patient.wrong_person_at is not None:
        return False
    since = due_from(episode)
    if not since <= now < episode.last_procedure_at + timedelta(days=OFFERED_UNTIL_DAY):
        return False
    return not rating_lookups.has_rated_all(session, patient.clinic_id, episode.id, since)


def due_from(episode: EpisodeRow) -> datetime:
    """Return from when on the result of a course is rated."""
    return episode.last_procedure_at + timedelta(days=FROM_DAY)


def marks_of(row: RatingRow | None) -> dict[str, int]:
    """Return the marks that a rating gives; none where there is no rating."""
    return {name: mark for name in ASPECTS if (mark := getattr(row, name, None)) is not None}


def show_rating(row: RatingRow) -> dict[str, Any]:
    """Return a rating as programs see it; None of an aspect: not answered."""
    marks = {name: getattr(row, name) for name in ASPECTS}
    named = ("id", "patient_id", "episode_id", "rated_by", "staff_id", "at")
    return {name: getattr(row, name) for name in named} | marks


def _since(row: RatingRow | None, due: datetime) -> RatingRow | None:
    """Return a rating that was given since the result is due; one from before a later session is of another result."""
    return row if row is not None and row.at >= due else None


def _adds(former: RatingRow, before: Marks, marks: Marks, turn: Turn) -> bool:
    """Tell whether marks only answer what the same person has left open in the rating that stands."""
    return bool(before) and not before.keys() & marks.keys() and former.staff_id == turn.by.staff_id


def _side(row: RatingRow | None) -> Side | None:
    return None if row is None else Side(marks_of(row), row.at, row.staff_id)


def _check_marks(marks: Mapping[str, Any]) -> None:
    known = f"give one or more of {', '.join(ASPECTS)}"
    faults = [Fault(name, "is no aspect of a result", known) for name in marks if name not in ASPECTS]
    faults += [
        Fault(name, f"{mark!r} is no mark", f"give a whole number from {WORST} to {BEST}")
        for name, mark in marks.items()
        if name in ASPECTS and not (type(mark) is int and WORST <= mark <= BEST)
    ]
    if not marks:
        faults.append(Fault("", "no mark was given", known))
    if faults:
        raise Invalid(faults)


def _ratable(session: Session, patient: PatientRow, now: datetime) -> EpisodeRow:
    """Return the course whose result can be rated now. Raises NotFound, Conflict."""
    if patient.wrong_person_at is not None:
        raise Conflict(
            "Whoever holds the patient's link says that they are somebody else: nothing is rated until then."
        )
    episode = rules_lookups.current_episode(session, patient.clinic_id, patient.id)
    if episode is None:
        raise NotFound("There is no session yet whose result could be rated.")
    due = due_from(episode)
    if now < due:
        raise Conflict(f"The result is rated from day {FROM_DAY} after the last session on: {due.isoformat()}.")
    return episode


def _replacing(session: Session, former: RatingRow | None, episode: EpisodeRow, side: str, turn: Turn) -> RatingRow:
    """Return a new rating in the place of the former one, which is kept."""
    if former is not None:
        former.replaced_at = turn.now
        session.add(former)
        session.flush()  # one rating of a side stands at a time
    return RatingRow(
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        rated_by=side,
        staff_id=turn.by.staff_id,
        at=turn.now,
    )
