"""Which version of the protocol an episode runs under, and that it was moved to another."""

import uuid

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import AuditEventRow, EpisodeRow, Session, queries


def still_running(episode: EpisodeRow | None) -> EpisodeRow | None:
    """Return the episode while it is open; None: what is reported next is judged by the version in effect."""
    return episode if episode is not None and episode.closed_at is None else None


def move_running(session: Session, digest: str, keep: list[str], turn: Turn) -> int:
    """Move the clinic's open episodes to a version, each with its audit event; return how many.

    `keep`: the versions that are newer than this one, whose episodes stay.
    """
    moved = queries.move_running_episodes(session, clinic_id=turn.by.clinic_id, digest=digest, keep=keep)
    events = [_moved(episode_id, former, digest, turn) for episode_id, former in moved]
    queries.add_events(session, events)
    return len(moved)


def record_move(session: Session, episode_id: uuid.UUID, former: str, digest: str, turn: Turn) -> None:
    """Write that one episode was moved."""
    session.add(_moved(episode_id, former, digest, turn))


def _moved(episode_id: uuid.UUID, former: str, digest: str, turn: Turn) -> AuditEventRow:
    before, after = {"protocol_digest": former}, {"protocol_digest": digest}
    return audit.event(turn, "episode_moved", ("episode", episode_id), before=before, after=after)
