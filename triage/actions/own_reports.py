"""What a patient's own link may show without more: the reports of the running episode, and what was missed."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from triage.records import EpisodeRow, PatientRow, Session, lookups

EVER = datetime(1970, 1, 1, tzinfo=UTC)
STILL_ASKED = timedelta(hours=72)  # so long a missed check-in can be answered for its own day


class OwnReport(NamedTuple):
    """One report of the episode; `content` is what could be read of it."""

    id: uuid.UUID
    at: datetime
    received_at: datetime
    content: Mapping[str, Any]
    is_patients: bool  # sent by the patient's link, so that the patient may correct it

    @property
    def symptoms(self) -> Mapping[str, int]:
        """Return the severities that it names."""
        found: Mapping[str, int] = self.content.get("symptoms", {})
        return found


def own_reports(session: Session, patient: PatientRow, episode: EpisodeRow | None) -> tuple[OwnReport, ...]:
    """Return the reports of an episode, oldest first, without those that somebody else is said to have sent.

    Of two at one moment the first received comes first. Empty where no episode runs.
    """
    if episode is None:
        return ()
    rows = lookups.check_ins_of(session, patient.clinic_id, patient.id, EVER)
    return tuple(
        OwnReport(row.id, row.at, row.received_at, row.content, row.source == "patient")
        for row in rows
        if row.episode_id == episode.id and row.disputed_at is None
    )


def missed_lately(session: Session, episode: EpisodeRow | None, now: datetime) -> tuple[datetime, ...]:
    """Return when the check-ins of the last 72 hours were due that the patient was asked for and that never came."""
    if episode is None:
        return ()
    return tuple(lookups.missed_since(session, episode.clinic_id, episode.id, now - STILL_ASKED))
