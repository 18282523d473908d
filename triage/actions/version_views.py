"""The versions of a clinic's protocol as they are listed."""

import uuid
from datetime import UTC, datetime

from triage.actions.protocols import version_for, versions
from triage.records import ProtocolRow, Session, rules_lookups

COLUMNS = (
    "state", "name", "version", "digest", "author", "drafted by", "approved by", "effective from", "episodes",
)  # fmt: skip


def versions_listed(session: Session, clinic_id: uuid.UUID, now: datetime) -> list[tuple[str, ...]]:
    """Return a row of words for each version, oldest first; "*" marks the one in effect, "shadow" the candidate."""
    in_effect = version_for(versions(session, clinic_id), now)
    running = rules_lookups.running_episodes(session, clinic_id)
    rows = rules_lookups.versions_of(session, clinic_id)
    latest = {row.digest: row.id for row in rows}  # episodes run under files, so they are counted once
    return [_listed(row, in_effect, running.get(row.digest, 0) if latest[row.digest] == row.id else 0) for row in rows]


def _listed(row: ProtocolRow, in_effect: str, episodes: int) -> tuple[str, ...]:
    mark = " *" if row.state == "published" and row.digest == in_effect else ""
    mark += " (shadow)" if row.shadow_since else ""
    people = row.author or "-", row.drafted_by, row.approved_by or "-"
    begins = f"{row.effective_from.astimezone(UTC):%Y-%m-%d %H:%M}Z" if row.effective_from else "-"
    begins = "never" if row.state == "retired" and row.took_effect_at is None else begins
    return (f"{row.state}{mark}", row.name, row.version, row.digest[:12], *people, begins, str(episodes))
