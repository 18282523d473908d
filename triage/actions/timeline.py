"""A patient's timeline: procedures, check-ins with their assessments, and what the protocol expected."""

import uuid
from typing import Any

from triage.actions.enrol import patient_of
from triage.actions.episodes import still_running
from triage.actions.errors import NotAllowed
from triage.actions.protocols import tables_of
from triage.actions.replies import Reply, replies_shown
from triage.actions.turn import Turn
from triage.records import AssessmentRow, CheckInRow, EpisodeRow, Session, lookups, rules_lookups
from triage.rules import Tables, Urgency

NONE = uuid.UUID(int=0)


def timeline_of(
    session: Session, patient_id: uuid.UUID, after: uuid.UUID | None, size: int, turn: Turn
) -> dict[str, Any]:
    """Return a page of a patient's check-ins in the order received, with procedures, replies and expected windows.

    The windows are those of the version that the latest episode runs under; `protocol` says which. By a patient's link
    there is no more than its page shows without the second factor: the course that runs.

    Raises NotFound for another clinic's patient, and where a patient asks for another; NotAllowed for a link that is
    said to be in the wrong hands.
    """
    by = turn.by
    patient = patient_of(session, patient_id, by=by)
    if by.patient_id is not None and patient.wrong_person_at is not None:
        raise NotAllowed("Somebody has said that this link is not theirs: call the clinic, which can give a new one.")
    episode = rules_lookups.current_episode(session, by.clinic_id, patient.id)
    only = None if by.patient_id is None else _running(episode)
    rows = lookups.check_ins_page(session, by.clinic_id, patient.id, after, size + 1, own_of=only)
    page = rows[:size]
    assessments = lookups.current_assessments(session, by.clinic_id, [row.id for row in page])
    procedures = lookups.procedures_of(session, by.clinic_id, patient.id)
    tables = tables_of(session, by.clinic_id, turn.now, episode)
    return {
        "patient_id": str(patient.id),
        "procedures": [
            {"id": str(row.id), "at": row.at.isoformat(), "areas": row.areas, "episode_id": str(row.episode_id)}
            for row in procedures
            if only in (None, row.episode_id)
        ],
        "protocol": tables.protocol.stamp() if tables else None,
        "expected": expected_windows(tables) if tables else [],
        "replies": [_reply(reply) for reply in replies_shown(session, patient, only)],
        "items": [_entry(row, assessments.get(row.id)) for row in page],
        "next": str(page[-1].id) if len(rows) > size else None,
    }


def _running(episode: EpisodeRow | None) -> uuid.UUID:
    """Return the id of the episode that runs; one that nothing has where none does."""
    running = still_running(episode)
    return running.id if running else NONE


def expected_windows(tables: Tables) -> list[dict[str, Any]]:
    """Return for each symptom by when it is usually gone and the highest severity expected from each hour on."""
    return [
        {
            "symptom": window.symptom,
            "low_days": window.low_days,
            "high_days": window.high_days,
            "source": window.source,
            "at_most": [{"from_hour": c.from_hour, "severity": c.at_most} for c in window.expected],
            "protocol": tables.protocol.stamp(),
        }
        for window in tables.protocol.windows
    ]


def _reply(reply: Reply) -> dict[str, Any]:
    read_at = reply.read_at.isoformat() if reply.read_at else None
    return {
        "id": str(reply.id),
        "at": reply.at.isoformat(),
        "by": reply.by_name,
        "text": reply.text,
        "read_at": read_at,
    }


def _entry(row: CheckInRow, assessment: AssessmentRow | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": str(row.id),
        "at": row.at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "source": row.source,
        "check_in": row.content,
        "problems": row.problems,
        "review": row.review,
        "disputed_at": row.disputed_at.isoformat() if row.disputed_at else None,
    }
    if assessment is not None:
        entry["assessment"] = {
            "id": str(assessment.id),
            "urgency": Urgency(assessment.urgency).name,
            "findings": assessment.findings,
            "advice": assessment.advice,
            "protocol_digest": assessment.protocol_digest,
            "judged_at": assessment.judged_at.isoformat(),
        }
    return entry
