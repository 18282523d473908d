"""A clinic's escalation policy: shown, made anew, and tried out before it matters."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.cover import current_policy_id, policy_by_id, staffing_of
from triage.actions.errors import Conflict, Invalid
from triage.actions.hours import hours_of
from triage.actions.turn import Turn
from triage.records import EscalationPolicyRow, Session, cover_lookups
from triage.rules import Fault, Urgency
from triage.rules.alerts import Rules
from triage.rules.dry_run import Call, DryRun, dry_run
from triage.rules.ladder import EscalationPolicy
from triage.rules.read_policy import PolicyError, as_document, people_named, read_policy
from triage.rules.staffing import Staffing

OWN = "the policy that the service comes with"


def show_policy(session: Session, turn: Turn) -> dict[str, Any]:
    """Return the policy that new alerts climb by, as a whole document; version 0: the one the service comes with."""
    turn.by.require("practitioner", "lead", "auditor")
    latest = cover_lookups.latest_policy(session, turn.by.clinic_id)
    return _shown(session, latest, turn)


def policies_shown(session: Session, turn: Turn) -> list[dict[str, Any]]:
    """Return every version that the clinic made, the latest first."""
    turn.by.require("practitioner", "lead", "auditor")
    return [_shown(session, row, turn) for row in cover_lookups.policies(session, turn.by.clinic_id)]


def make_policy(session: Session, document: Any, turn: Turn, over: int | None = None) -> dict[str, Any]:
    """Store a new version of the policy, which new alerts climb by; those that run keep theirs (T21).

    `over`: the version that it was compared with; None: whichever there is. Raises Invalid with every fault, Conflict
    where somebody else has made another one meanwhile.
    """
    turn.by.require("lead")
    policy = _read(document)
    clinic = clinic_of(session, turn.by.clinic_id)
    _check_people(policy, staffing_of(session, clinic, turn.now))
    latest = cover_lookups.latest_policy(session, clinic.id)
    if over is not None and over != (latest.version if latest else 0):
        raise Conflict("Somebody has changed who is told when meanwhile: look at it, and change it again.")
    whole = as_document(policy)
    row = EscalationPolicyRow(
        clinic_id=clinic.id,
        version=(latest.version if latest else 0) + 1,
        document=whole,
        digest=hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest(),
        made_at=turn.now,
        made_by=turn.by.id,
    )
    session.add(row)
    after = {"version": row.version, "digest": row.digest, "document": whole}
    before = {"version": latest.version, "digest": latest.digest, "document": latest.document} if latest else None
    audit.record(session, turn, "policy_made", ("escalation_policy", row.id), before=before, after=after)
    return _shown(session, row, turn)


def try_policy(
    session: Session, urgency: Urgency, at: datetime, turn: Turn, document: Any = None, most: int = 0
) -> dict[str, Any]:
    """Return what an alert that opens at a moment would do if nobody answered; nothing is written, nobody is told.

    `document`: a policy that is not stored; None: the clinic's. `most`: so many steps; 0: once round and the fallback.
    """
    turn.by.require("practitioner", "lead", "auditor")
    clinic = clinic_of(session, turn.by.clinic_id)
    current = current_policy_id(session, clinic.id)
    policy = _read(document) if document is not None else policy_by_id(session, clinic.id, current)
    rules = Rules(policy._replace(divisor=turn.terms.divisor), hours_of(clinic, at))
    staffing = staffing_of(session, clinic, at)
    played = dry_run(urgency, at, rules, staffing, most)
    return _played(played, urgency, at)


def _read(document: Any) -> EscalationPolicy:
    try:
        return read_policy(document)
    except PolicyError as error:
        raise Invalid(error.faults) from error


def _check_people(policy: EscalationPolicy, staffing: Staffing) -> None:
    there = {str(person.id) for person in staffing.people}
    if unknown := sorted(people_named(policy) - there):
        expected = "name practitioners and leads who work at this clinic"
        raise Invalid([Fault("steps", f"nobody here has the id {name}", expected) for name in unknown])


def _shown(session: Session, row: EscalationPolicyRow | None, turn: Turn) -> dict[str, Any]:
    policy_id: uuid.UUID | None = row.id if row else None
    document = row.document if row else as_document(policy_by_id(session, turn.by.clinic_id, None))
    said: Mapping[str, Any] = {"version": 0, "made_at": None, "made_by": OWN, "digest": None}
    if row is not None:
        said = {"version": row.version, "made_at": row.made_at, "made_by": row.made_by, "digest": row.digest}
    return {"id": policy_id, **said, "document": document}


def _played(played: DryRun, urgency: Urgency, at: datetime) -> dict[str, Any]:
    return {
        "urgency": urgency.name,
        "at": at,
        "promised_at": played.promised_at,
        "calls": [_called(call) for call in played.calls],
        "warnings": list(played.warnings),
    }


def _called(call: Call) -> dict[str, Any]:
    told = [
        {
            "staff_id": one.person.id,
            "name": one.person.name,
            "as": one.stands_for,
            "channel": one.way.channel,
            "contact_id": one.way.id,
            "address": one.way.address,
        }
        for one in call.told
    ]
    place = {"step": call.step, "cycle": call.cycle, "repeat": call.repeat, "is_fallback": call.is_fallback}
    return {"at": call.at, "delivered_at": call.delivered_at, **place, "told": told}
