"""Rules that do not work never go unheard: the trouble is written, one alert of the clinic opens, health says so.

`unreadable`: a version that judges cannot be read or compiled; over when it can be read again or nothing runs under it.
`missing`: nothing is in effect; over when something is. `failed`: the rules went wrong on a report; over when a human
has acknowledged or closed the alert.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triage.actions import audit
from triage.actions.alerts import clear_alert, raise_alert
from triage.actions.protocols import (
    NONE_PUBLISHED,
    is_compiled,
    load_version,
    read_stored,
    rules_for,
    version_for,
    versions,
)
from triage.actions.turn import Turn
from triage.records import AlertRow, EpisodeRow, RulesTroubleRow, Session, rules_lookups
from triage.rules import Urgency

UNREADABLE, MISSING, FAILED = "unreadable", "missing", "failed"
OF_RULES = "rules"  # what the clinic's one alert of kind service is about
WORDS = {
    UNREADABLE: "the rules {digest} cannot be read since {since}",
    MISSING: "no rules are in effect since {since}",
    FAILED: "the rules {digest} failed on {count} reports since {since}, and no human has acknowledged it",
}


def note_lack(session: Session, digest: str, turn: Turn) -> None:
    """Note that the version that should judge cannot be read; `digest` empty: nothing is in effect."""
    _note(session, digest, MISSING if digest == NONE_PUBLISHED else UNREADABLE, turn)


def note_failure(session: Session, digest: str, turn: Turn) -> None:
    """Note that the rules failed on a report."""
    _note(session, digest, FAILED, turn)


def broken_rules(session: Session, now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Return clinics whose version in effect cannot be read, with its digest, as far as nobody has noted it yet."""
    used: dict[uuid.UUID, list[rules_lookups.VersionInUse]] = {}
    for version in rules_lookups.versions_everywhere(session):
        used.setdefault(version.clinic_id, []).append(version)
    known = {(trouble.clinic_id, trouble.digest) for trouble in rules_lookups.open_troubles(session)}
    found = []
    for clinic_id in rules_lookups.clinic_ids(session):
        digest = version_for(used.get(clinic_id, []), now)
        if (clinic_id, digest) in known or is_compiled(digest):
            continue
        if digest == NONE_PUBLISHED or load_version(session, clinic_id, digest) is None:
            found.append((clinic_id, digest))
    return found


def review_trouble(session: Session, turn: Turn) -> int:
    """Clear the clinic's trouble that is over; return how many were."""
    over = [row for row in rules_lookups.open_troubles(session, turn.by.clinic_id) if _is_over(session, row, turn.now)]
    for row in over:
        row.cleared_at = turn.now
        session.add(row)
        after = {"kind": row.kind, "digest": row.digest}
        audit.record(session, turn, "rules_trouble_cleared", ("rules_trouble", row.id), after=after)
    session.flush()
    if over and not rules_lookups.open_troubles(session, turn.by.clinic_id):
        clear_alert(session, "service", OF_RULES, turn)
    return len(over)


def clinics_in_trouble(session: Session) -> list[uuid.UUID]:
    """Return the clinics with trouble that is not over."""
    return list(dict.fromkeys(row.clinic_id for row in rules_lookups.open_troubles(session)))


def has_trouble(session: Session, clinic_id: uuid.UUID, now: datetime, episode: EpisodeRow | None = None) -> bool:
    """Tell whether the clinic's pages must say that its current rules cannot be used; `episode`: the patient's."""
    noted = rules_lookups.open_troubles(session, clinic_id)
    return any(row.kind != FAILED for row in noted) or rules_for(session, clinic_id, now, episode).lacking is not None


def troubles_shown(session: Session) -> list[dict[str, Any]]:
    """Return all trouble that is not over, for health and checks: which clinic and version, since when."""
    return [_shown(row) for row in rules_lookups.open_troubles(session)]


def trouble_sentences(session: Session) -> Iterator[str]:
    """Yield the same in words."""
    for shown in troubles_shown(session):
        yield f"clinic {shown['clinic_id']}: {shown['why']}"


def _note(session: Session, digest: str, kind: str, turn: Turn) -> None:
    """Write the trouble; the first time, and where a human has closed the alert too early, open the clinic's alert."""
    row = rules_lookups.open_trouble(session, turn.by.clinic_id, digest, kind)
    if row is None:
        row = RulesTroubleRow(
            clinic_id=turn.by.clinic_id, digest=digest, kind=kind, first_at=turn.now, last_at=turn.now
        )
        after = {"kind": kind, "digest": digest}
        audit.record(session, turn, "rules_trouble_noted", ("rules_trouble", row.id), after=after)
    else:
        row.count, row.last_at = row.count + 1, max(row.last_at, turn.now)
    session.add(row)
    alert = session.get(AlertRow, (row.clinic_id, row.alert_id)) if row.alert_id else None
    if alert is None or alert.state == "resolved":
        row.alert_id = raise_alert(session, "service", Urgency.same_day, turn, of=OF_RULES).id
    session.flush()


def _is_over(session: Session, row: RulesTroubleRow, now: datetime) -> bool:
    if row.kind == FAILED:
        return False
    wanted = version_for(versions(session, row.clinic_id), now)
    if row.kind == MISSING:
        return wanted != NONE_PUBLISHED
    is_used = wanted == row.digest or row.digest in rules_lookups.running_episodes(session, row.clinic_id)
    return not is_used or read_stored(session, row.clinic_id, row.digest) is not None


def _shown(row: RulesTroubleRow) -> dict[str, Any]:
    since = row.first_at.isoformat(timespec="seconds")
    said = {"digest": row.digest[:12], "count": str(row.count), "since": since}
    why = WORDS[row.kind]
    for name, value in said.items():
        why = why.replace("{" + name + "}", value)
    told = {"clinic_id": str(row.clinic_id), "digest": row.digest, "kind": row.kind, "since": since}
    return {**told, "count": row.count, "why": why}
