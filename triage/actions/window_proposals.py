"""Where a clinic's own outcomes leave a window of its protocol, a draft is proposed; nothing applies it by itself."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.lifecycle import draft
from triage.actions.protocols import check_files, files_of, load_version, version_for, versions
from triage.actions.replay import Question, replay_clinic
from triage.actions.turn import Turn
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.replay import Replay, Tally
from triage.outcomes.windows import Moved
from triage.records import ProtocolRow, Session, WindowProposalRow, proposal_lookups, rules_lookups
from triage.records.histories import Span
from triage.rules import Fault, ProtocolError, Tables
from triage.rules.redraft import CannotDraft, Move, farthest_end, next_version, redraft

READERS, DECIDERS = ("lead", "auditor"), ("lead",)
MOST_CHANGES, MOST_DECIDED, LONGEST_WHY = 20, 20, 500
Key = tuple[str, str, float]  # symptom, digest of the version, where the window would end
CEILING = (
    "The clinic's outcomes point to day {wanted:g}, but the protocol expects none of it from day {most:g} on. What is "
    "alerted does not move by itself: a clinician would have to move that ceiling, its rules and its cases."
)


class Standing(NamedTuple):
    """The version that judges now."""

    row: ProtocolRow
    files: dict[str, str]
    tables: Tables


class Drafted(NamedTuple):
    """A window that would move, the files of its draft (none: there can be no draft), and what it would have done."""

    moved: Moved
    files: dict[str, str]
    effect: dict[str, Any]

    def key(self, digest: str) -> Key:
        """Return what tells it from other proposals."""
        return self.moved.symptom, digest, self.moved.high_days_new


class WorkedOut(NamedTuple):
    """What would be proposed: for which version, all that the outcomes say, and what of it is new."""

    digest: str  # empty: no version judges
    stand: tuple[Key, ...]
    fresh: tuple[Drafted, ...]


def propose_windows(session: Session, moved: Sequence[Moved], turn: Turn) -> list[WindowProposalRow]:
    """Work out and keep in one transaction; for a small clinic, since nobody else writes on SQLite meanwhile."""
    return keep_proposals(session, work_out(session, moved, turn), turn)


def work_out(session: Session, moved: Sequence[Moved], turn: Turn) -> WorkedOut:
    """Return a draft, and what it would have done, for each window that would move; only reads, and may take long.

    What was decided before for the same version and end is left out, also where it was dismissed. Nothing is proposed
    where no protocol judges.
    """
    turn.by.require(*DECIDERS, "service")
    standing = _standing(session, turn)
    if standing is None:
        return WorkedOut("", (), ())
    digest, clinic_id = standing.row.digest, turn.by.clinic_id
    known = {_said(row) for row in proposal_lookups.open_proposals(session, clinic_id)}
    settled = {_said(row) for row in proposal_lookups.decided_proposals(session, clinic_id, 10 * MOST_DECIDED)}
    wanted = {(one.symptom, digest, one.high_days_new): one for one in moved}
    stand = tuple(key for key in wanted if key not in settled)
    fresh = (wanted[key] for key in stand if key not in known)
    return WorkedOut(digest, stand, tuple(_drafted(session, standing, one, turn) for one in fresh))


def keep_proposals(session: Session, worked: WorkedOut, turn: Turn) -> list[WindowProposalRow]:
    """Keep what was worked out and return the proposals that are new.

    What is open stays as it is where the outcomes still say it, and is superseded where they do not. Nothing is kept
    where another version has come into effect since.
    """
    turn.by.require(*DECIDERS, "service")
    if version_for(versions(session, turn.by.clinic_id), turn.now) != worked.digest:
        return []
    known = {_said(row): row for row in proposal_lookups.open_proposals(session, turn.by.clinic_id)}
    for key, row in known.items():
        if key not in worked.stand:
            _settle(session, row, "superseded", turn)
    session.flush()  # one proposal of a symptom is open at a time
    return [_propose(session, one, worked.digest, turn) for one in worked.fresh if one.key(worked.digest) not in known]


def take_proposal(session: Session, proposal_id: uuid.UUID, turn: Turn) -> WindowProposalRow:
    """Put the draft of a proposal among the clinic's drafts, where it goes the way of every protocol.

    Raises Conflict for one that is decided, has no draft, or was made for another version than judges now.
    """
    row = _open(session, proposal_id, turn)
    standing = _standing(session, turn)
    if standing is None or standing.row.digest != row.protocol_digest:
        raise Conflict("Another version judges now than this was made for; look at the outcomes anew.")
    if not row.draft:
        raise Conflict("There is no draft that could be taken: the page says why.")
    drafted = draft(session, row.draft, turn)
    _settle(session, row, "taken", turn, why=f"drafted as {drafted.version}")
    return row


def dismiss_proposal(session: Session, proposal_id: uuid.UUID, why: str, turn: Turn) -> WindowProposalRow:
    """Leave a window as it is, and say why. Raises Invalid without a reason, Conflict for one that is decided."""
    if not 0 < len(why) <= LONGEST_WHY:
        raise Invalid([Fault("why", "missing or too long", f"say why in at most {LONGEST_WHY} characters")])
    row = _open(session, proposal_id, turn)
    _settle(session, row, "dismissed", turn, why=why)
    return row


def proposals_shown(session: Session, turn: Turn) -> tuple[list[WindowProposalRow], list[WindowProposalRow]]:
    """Return the proposals that are open, and the latest that were decided."""
    turn.by.require(*READERS)
    clinic_id = turn.by.clinic_id
    decided = proposal_lookups.decided_proposals(session, clinic_id, MOST_DECIDED)
    return proposal_lookups.open_proposals(session, clinic_id), decided


def _standing(session: Session, turn: Turn) -> Standing | None:
    digest = version_for(versions(session, turn.by.clinic_id), turn.now)
    row = rules_lookups.version_of_digest(session, turn.by.clinic_id, digest) if digest else None
    files = files_of(session, row) if row else None
    tables = load_version(session, turn.by.clinic_id, digest) if row else None
    return Standing(row, files, tables) if row and files and tables else None


def _said(row: WindowProposalRow) -> Key:
    """Return what a proposal says: of which symptom, of which version, to which end."""
    return row.symptom, row.protocol_digest, float(row.evidence["high_days_new"])


def _propose(session: Session, drafted: Drafted, digest: str, turn: Turn) -> WindowProposalRow:
    moved = drafted.moved
    row = WindowProposalRow(
        clinic_id=turn.by.clinic_id,
        symptom=moved.symptom,
        protocol_digest=digest,
        made_at=turn.now,
        evidence={
            "high_days_now": moved.high_days_now,
            "high_days_new": moved.high_days_new,
            "found": _plain(moved.evidence),
        },
        draft=drafted.files,
        effect=drafted.effect,
    )
    session.add(row)
    after = {"symptom": moved.symptom, "from": moved.high_days_now, "to": moved.high_days_new}
    after |= {"has_draft": bool(drafted.files)}
    audit.record(session, turn, "window_proposed", ("window_proposal", row.id), after=after)
    return row


def _drafted(session: Session, standing: Standing, moved: Moved, turn: Turn) -> Drafted:
    return Drafted(moved, *_draft(session, standing, moved, turn))


def _draft(session: Session, standing: Standing, moved: Moved, turn: Turn) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the files of the draft and what it would do; no files, and why, where there can be none."""
    protocol = standing.tables.protocol
    window = next((one for one in protocol.windows if one.symptom == moved.symptom), None)
    if window is None:
        return {}, {"cannot": ["The protocol in effect does not know this symptom."]}
    most = farthest_end(window)
    end = min(moved.high_days_new, most)
    limits = [] if end == moved.high_days_new else [CEILING.format(wanted=moved.high_days_new, most=most)]
    if end == window.high_days:
        return {}, {"cannot": limits or ["The window ends there already."]}
    why = f"own outcomes, {turn.now:%Y-%m-%d}: 90 of 100 courses end by day {moved.high_days_new:g} at the latest"
    try:
        changed = redraft(standing.files, Move(moved.symptom, end, next_version(protocol.version, moved.symptom), why))
        candidate = check_files(changed.files)
    except CannotDraft as error:
        return {}, {"cannot": [f"No draft was made: {error}."]}
    except ProtocolError as error:
        return {}, {"cannot": [fault.sentence() for fault in error.faults[:MOST_CHANGES]]}
    effect = _replayed(session, standing.tables, candidate, turn)
    if effect["danger_lost"]:
        return {}, {**effect, "cannot": ["A danger would be lost; such a draft is not offered."]}
    return changed.files, {**effect, "moved": list(changed.moved), "limits": limits}


def _replayed(session: Session, standing: Tables, candidate: Tables, turn: Turn) -> dict[str, Any]:
    """Return what the draft would have done with every stored check-in, beside the version in effect."""
    judges = (ColumnJudge(candidate, with_rules=True), ColumnJudge(standing, with_rules=True))
    tally = Tally()
    for _ in replay_clinic(session, turn.by.clinic_id, Question(*judges, Span(None, None, turn.now)), tally):
        pass
    return _said_of(tally.result(), turn.now)


def _said_of(found: Replay, now: datetime) -> dict[str, Any]:
    whole = found.as_mapping()
    kept = ("reports", "patients", "urgency", "alerting", "useful_alerts_lost", "danger_lost")
    return {
        **{name: whole[name] for name in kept},
        "changed": len(found.changes),
        "changes": whole["changes"][:MOST_CHANGES],
        "as_of": now.isoformat(),
    }


def _open(session: Session, proposal_id: uuid.UUID, turn: Turn) -> WindowProposalRow:
    turn.by.require(*DECIDERS)
    row = proposal_lookups.for_update(session, turn.by.clinic_id, proposal_id)
    if row is None:
        raise NotFound("There is no such proposal in this clinic.")
    if row.state != "open":
        raise Conflict(f"This proposal is {row.state} already.")
    return row


def _settle(session: Session, row: WindowProposalRow, state: str, turn: Turn, why: str | None = None) -> None:
    row.state, row.why = state, why
    if state != "superseded":
        row.decided_at, row.decided_by = turn.now, turn.by.id
    session.add(row)
    audit.record(session, turn, f"window_{state}", ("window_proposal", row.id), after={"why": why} if why else None)


def _plain(evidence: Any) -> Any:
    """Return evidence as JSON can keep it."""
    if hasattr(evidence, "_asdict"):
        return _plain(evidence._asdict())
    if isinstance(evidence, Mapping):
        return {str(name): _plain(value) for name, value in evidence.items()}
    if isinstance(evidence, (list, tuple)):
        return [_plain(value) for value in evidence]
    if isinstance(evidence, np.generic):
        return _plain(evidence.item())
    if isinstance(evidence, float) and not isfinite(evidence):
        return None  # PostgreSQL's JSON knows no such number
    return evidence if isinstance(evidence, (str, int, float, bool)) or evidence is None else str(evidence)
