"""What the clock does besides telling: closing finished episodes, and saying that it is alive."""

from datetime import datetime, timedelta

from triage.actions import audit
from triage.actions.turn import ClockTurn
from triage.records import HeartbeatRow, Session, lookups

EPISODE_LASTS = timedelta(days=90)
BATCH = 50
CLOCK_FORGOTTEN = timedelta(days=1)
RESTING = "rests: "  # how the heartbeat of a clock begins whose loops stand still on purpose


def close_finished(session: Session, clock: ClockTurn) -> int:
    """Close episodes whose last procedure is 90 days ago, with no open alert and no check-in due; return how many."""
    finished = lookups.finished_episodes(session, clock.now - EPISODE_LASTS, BATCH)
    for episode in finished:
        episode.closed_at = clock.now
        session.add(episode)
        audit.record(session, clock.at(episode.clinic_id), "episode_closed", ("episode", episode.id))
    return len(finished)


def beat(session: Session, loop: str, worker: str, *, now: datetime, detail: str | None) -> None:
    """Note that a loop has completed a cycle; `detail`: its last trouble in words, None when all is well."""
    row = session.get(HeartbeatRow, (loop, worker))
    if row is None:
        row = HeartbeatRow(loop=loop, worker=worker, at=now)
    row.at, row.cycles, row.detail = now, row.cycles + 1, detail
    session.add(row)


def forget_old_beats(session: Session, *, now: datetime) -> None:
    """Remove the heartbeats of clocks that stopped a day ago."""
    for row in lookups.heartbeats(session):
        if now - row.at > CLOCK_FORGOTTEN:
            session.delete(row)
