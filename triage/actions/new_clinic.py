"""A clinic made in one go: people, keys and the protocol, answered once with every secret."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.actions.clinics import Person, add_key, create_clinic
from triage.actions.identify import operator
from triage.actions.lifecycle import Release, publish
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.records import Session, StaffRow
from triage.rules import digest_of

UNREVIEWED = "not reviewed: have a clinician read it, then run triage protocol publish FOLDER --by NAME"


def open_clinic(
    session: Session, options: Mapping[str, str | None], files: Mapping[str, str], now: datetime, terms: Terms
) -> dict[str, Any]:
    """Open a clinic (`options` as the command line takes them) with keys for each role and the shipped protocol."""
    people = _people(options)
    values = {"name": options["name"], "time_zone": options.get("time_zone") or "UTC", "phone": options.get("phone")}
    by_name = options.get("lead_name") or "operator"
    clinic, staff = create_clinic(session, values, people, by_name=by_name, now=now, terms=terms)
    session.flush()
    turn = Turn(operator(clinic.id, by_name), now, terms)
    protocol = publish(session, files, turn, Release(shipped=digest_of(files)))
    return {
        "clinic": {"id": str(clinic.id), "name": clinic.name},
        "keys": _keys(session, staff, turn),
        "staff": [{"email": p.email, "password": p.password, "role": p.role} for p in people],
        "protocol": {
            "name": protocol.name,
            "version": protocol.version,
            "digest": protocol.digest,
            "review": protocol.reviewer or UNREVIEWED,
        },
    }


def _people(options: Mapping[str, str | None]) -> list[Person]:
    lead = Person(
        options.get("lead_name") or "Clinic lead",
        options.get("lead_email") or "lead@localhost.localdomain",
        "lead",
        secrets.token_urlsafe(12),
    )
    if not options.get("practitioner_email"):
        return [lead]
    name, email = options.get("practitioner_name") or "Practitioner", options["practitioner_email"] or ""
    return [Person(name, email, "practitioner", secrets.token_urlsafe(12)), lead]


def _keys(session: Session, staff: list[StaffRow], turn: Turn) -> dict[str, str]:
    """Return one key a role. A clinic of one answers alerts with the lead's."""
    lead = next(person for person in staff if person.role == "lead")
    first = staff[0]
    return {
        "admin": add_key(session, "admin", lead.id, turn),
        "practitioner": add_key(session, "practitioner", first.id, turn),
        "intake": add_key(session, "intake", None, turn),
        "auditor": add_key(session, "auditor", lead.id, turn),
    }
