"""A candidate judges live reports beside the published version: only where they differ it is kept, and nobody is told.

The candidate's hold is its own. Where it judged an earlier report as the published version did, nothing is stored, so
the standing assessment is its result too; where it judged otherwise, the stored difference is. Reports from before the
shadow began count as they were answered. A human who closes the alert of the published version ends both holds; there
is no alert of the candidate's that could be closed.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.errors import Conflict, NotFound
from triage.actions.judge import Judgement, Known, ids, judge_beside
from triage.actions.lifecycle import draft
from triage.actions.names import check_name
from triage.actions.protocols import candidate_of, check_files, forget_versions, load_version
from triage.actions.turn import Turn
from triage.records import CheckInRow, EpisodeRow, ProtocolRow, Session, ShadowRow, lookups, rules_lookups
from triage.rules import Tables, Urgency

ARROW = " -> "
FAILED = "failed"


class Seen(NamedTuple):
    """What a shadow has seen; pairs are "before -> after", before is what the patient was answered."""

    candidate: str
    version: str
    since: datetime
    reports: int
    pairs: dict[str, int]  # every pair of urgencies, also of reports that were judged alike
    changed: list[dict[str, Any]]
    danger_lost: list[dict[str, Any]]


def start_shadow(session: Session, files: Mapping[str, str], turn: Turn) -> ProtocolRow:
    """Let a candidate judge beside the published version from now on; it must pass the checks, nobody need approve it.

    Where nobody has drafted it, it counts as drafted by its author. Raises ProtocolError, or Conflict for a version
    that is published and where another candidate does so already.
    """
    protocol, name = check_files(files).protocol, check_name(turn.by.signature)
    row = rules_lookups.version_of_digest(session, turn.by.clinic_id, protocol.digest)
    if row is None or row.state == "retired":
        row = draft(session, files, turn, drafted_by=protocol.author or name)
    if row.state == "published":
        raise Conflict(f"{row.digest[:12]} is published: change a copy of it and give that.")
    beside = rules_lookups.shadowing_version(session, turn.by.clinic_id)
    if beside is row:
        return row
    if beside is not None:
        raise Conflict(f"{beside.digest[:12]} is the shadow already: triage protocol shadow --stop --by NAME first.")
    row.shadow_since, row.shadow_by = turn.now, name
    session.add(row)
    audit.record(session, turn, "protocol_shadow_started", ("protocol", row.id), after={"digest": row.digest})
    forget_versions(session)
    session.flush()
    return row


def stop_shadow(session: Session, turn: Turn) -> ProtocolRow:
    """End the shadow; what it has seen is kept. Raises NotFound where there is none."""
    row = rules_lookups.shadowing_version(session, turn.by.clinic_id)
    if row is None:
        raise NotFound("No candidate is a shadow at this clinic.")
    before = {"since": row.shadow_since, "by": row.shadow_by}
    row.shadow_since = None
    session.add(row)
    audit.record(session, turn, "protocol_shadow_stopped", ("protocol", row.id), before=before)
    forget_versions(session)
    session.flush()
    return row


def judge_in_shadow(
    session: Session, episode: EpisodeRow, known: Known, judged: tuple[CheckInRow, Judgement], turn: Turn
) -> None:
    """Judge a report that came in by the candidate too, and keep where it differs. Costs nothing where there is none.

    Reports that are judged again later are not: the question is what the patient would have been answered.
    """
    digest = candidate_of(session, turn.by.clinic_id)
    if digest is None or not known.procedures:
        return
    row, before = judged
    tables = load_version(session, turn.by.clinic_id, digest)
    after = judge_beside(_as_candidate(session, episode, known, tables, digest), row) if tables else None
    if after is not None and (after.urgency, after.rules()) == (before.urgency, before.rules()):
        return
    session.add(
        ShadowRow(
            clinic_id=row.clinic_id,
            check_in_id=row.id,
            candidate_digest=digest,
            judged_at=turn.now,
            urgency_before=int(before.urgency),
            urgency_after=None if after is None else int(after.urgency),
            rules_before=before.rules(),
            rules_after=[] if after is None else after.rules(),
        )
    )


def shadow_seen(session: Session, turn: Turn) -> Seen | None:
    """Return what the clinic's shadow has seen since it began; None where there is none."""
    row = rules_lookups.shadowing_version(session, turn.by.clinic_id)
    if row is None or row.shadow_since is None:
        return None
    changed = [_shown(one) for one in rules_lookups.shadow_rows(session, row.clinic_id, row.digest, row.shadow_since)]
    answered = rules_lookups.urgencies_since(session, row.clinic_id, row.shadow_since)
    counts = Counter(f"{one['before']}{ARROW}{one['after']}" for one in changed)
    differing = Counter(one["before"] for one in changed)
    for urgency, count in answered.items():
        name = Urgency(urgency).name
        counts[f"{name}{ARROW}{name}"] += max(0, count - differing[name])
    pairs = {pair: counts[pair] for pair in sorted(counts, key=_order) if counts[pair]}
    lost = [one for one in changed if _loses_danger(one)]
    return Seen(row.digest, row.version, row.shadow_since, sum(answered.values()), pairs, changed, lost)


def _as_candidate(session: Session, episode: EpisodeRow, known: Known, tables: Tables, digest: str) -> Known:
    """Return what is known as the candidate sees it: the same reports, its own words, its own hold."""
    danger = _own_danger(session, episode, known, tables, digest)
    return Known(tables, known.procedures, known.check_ins, known.risk_factors, danger)


def _own_danger(
    session: Session, episode: EpisodeRow, known: Known, tables: Tables, digest: str
) -> tuple[datetime, datetime] | None:
    """Return the first and the latest finding that the candidate would hold later reports for."""
    clinic_id = episode.clinic_id
    closed_at = rules_lookups.last_closed_at(session, clinic_id, episode.id)
    rows = [row for row in known.check_ins if row.episode_id == episode.id]
    rows = [row for row in rows if closed_at is None or row.received_at > closed_at]
    answered = lookups.current_assessments(session, clinic_id, ids(rows)) if rows else {}
    said: dict[Any, int | None] = {check_in_id: found.urgency for check_in_id, found in answered.items()}
    said |= rules_lookups.shadow_urgencies(session, clinic_id, ids(rows), digest) if rows else {}
    dangers = [row.at for row in rows if (said.get(row.id) or 0) >= tables.protocol.hold.after]
    dangers += rules_lookups.kept_reports_since(session, clinic_id, episode.patient_id, closed_at)
    return (min(dangers), max(dangers)) if dangers else None


def _shown(row: ShadowRow) -> dict[str, Any]:
    after = FAILED if row.urgency_after is None else Urgency(row.urgency_after).name
    return {
        "check_in_id": str(row.check_in_id),
        "before": Urgency(row.urgency_before).name,
        "after": after,
        "rules_lost": [rule for rule in row.rules_before if rule not in row.rules_after],
        "rules_gained": [rule for rule in row.rules_after if rule not in row.rules_before],
    }


def _loses_danger(one: Mapping[str, Any]) -> bool:
    """Tell whether a report that was urgent or an emergency would have been less, or not judged at all."""
    before = Urgency[one["before"]]
    return before >= Urgency.urgent and (one["after"] == FAILED or Urgency[one["after"]] < before)


def _order(pair: str) -> tuple[int, int]:
    """Order pairs by how urgent they were, then by how urgent they would be; a failure comes last."""
    before, after = pair.split(ARROW)
    return Urgency[before], len(Urgency) if after == FAILED else Urgency[after]
