"""A version takes effect: the one before it is retired, and a safety correction takes running episodes along.

Which version judges never waits for this (protocols.version_for decides by the time alone); this writes it down.
"""

import uuid
from datetime import datetime

from triage.actions import audit
from triage.actions.episodes import move_running
from triage.actions.protocols import forget_versions, versions
from triage.actions.rules_trouble import review_trouble
from triage.actions.turn import ClockTurn, Turn
from triage.records import ProtocolRow, Session, rules_lookups

Key = tuple[uuid.UUID, str]


def due_versions(session: Session, now: datetime) -> list[Key]:
    """Return the versions whose moment has come and that nobody has noted yet, the oldest first."""
    due = [
        (version.effective_from, version.clinic_id, version.digest)
        for version in rules_lookups.versions_everywhere(session)
        if version.effective_from is not None and version.effective_from <= now and version.took_effect_at is None
    ]
    return [(clinic_id, digest) for _, clinic_id, digest in sorted(due)]


def take_effect(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Note that a version is in effect; False where another process was first."""
    clinic_id, digest = key
    turn = clock.at(clinic_id)
    published = rules_lookups.published_versions(session, clinic_id)
    row = next((version for version in published if version.digest == digest), None)
    if row is None or row.took_effect_at is not None or row.effective_from is None or row.effective_from > clock.now:
        return False
    clear_the_way(session, row.effective_from, turn, but=row)
    mark_in_effect(session, row, turn)
    review_trouble(session, turn)
    return True


def clear_the_way(session: Session, moment: datetime, turn: Turn, but: ProtocolRow | None = None) -> None:
    """Retire what was published to take effect up to a moment, `but` the version that does so now."""
    for former in rules_lookups.published_versions(session, turn.by.clinic_id):
        if former is but or former.effective_from is None or former.effective_from > moment:
            continue
        _settle_moves(session, former, turn)
        former.state, former.retired_at = "retired", turn.now
        session.add(former)
        after = {"digest": former.digest, "superseded": True}
        audit.record(session, turn, "protocol_retired", ("protocol", former.id), after=after)
    session.flush()  # the place of the published one must be free before the next takes it
    forget_versions(session)


def mark_in_effect(session: Session, row: ProtocolRow, turn: Turn) -> None:
    """Note when a version took effect, and move running episodes where it says so."""
    row.took_effect_at = row.took_effect_at or turn.now
    session.add(row)
    forget_versions(session)
    moved = _settle_moves(session, row, turn)
    after = {"digest": row.digest, "moved_episodes": moved}
    audit.record(session, turn, "protocol_in_effect", ("protocol", row.id), after=after)
    session.flush()


def _settle_moves(session: Session, row: ProtocolRow, turn: Turn) -> int:
    """Move the episodes that a version takes along, also those that a report bound to an older one meanwhile."""
    if not row.moves_running:
        return 0
    session.flush()
    began = row.effective_from or turn.now
    used = versions(session, turn.by.clinic_id)
    newer = [version.digest for version in used if version.effective_from and began < version.effective_from]
    return move_running(session, row.digest, newer, turn)
