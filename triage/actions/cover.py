"""Who answers at a clinic: the policy that an alert climbs by, who works there, who is on call, who is away."""

import uuid
from datetime import datetime, time
from typing import NamedTuple

from triage.actions.contacts import reach_of
from triage.actions.hours import hours_of
from triage.actions.terms import Terms, zone_of
from triage.records import AlertRow, ClinicRow, ContactRow, PatientRow, Session, cover_lookups, lookups
from triage.rules import Urgency
from triage.rules.alerts import Rules
from triage.rules.ladder import DEFAULT_POLICY, EscalationPolicy
from triage.rules.read_policy import PolicyError, read_policy
from triage.rules.staffing import TARGET_ROLES, Absence, Override, Person, Rota, Staffing, Way


def alert_rules(session: Session, clinic: ClinicRow, now: datetime, terms: Terms, row: AlertRow | None = None) -> Rules:
    """Return what the timers of an alert depend on; `row` None: of one that opens now, by the latest policy."""
    policy_id = row.policy_id if row is not None else current_policy_id(session, clinic.id)
    policy = policy_by_id(session, clinic.id, policy_id)._replace(divisor=terms.divisor)
    return Rules(policy, hours_of(clinic, now))


def current_policy_id(session: Session, clinic_id: uuid.UUID) -> uuid.UUID | None:
    """Return the clinic's latest policy; None: it uses the one that the service comes with."""
    latest = cover_lookups.latest_policy(session, clinic_id)
    return latest.id if latest else None


def policy_by_id(session: Session, clinic_id: uuid.UUID, policy_id: uuid.UUID | None) -> EscalationPolicy:
    """Return a stored policy; one that cannot be read must not stop the ladder: then the service's own is used."""
    stored = cover_lookups.policy(session, clinic_id, policy_id) if policy_id else None
    if stored is None:
        return DEFAULT_POLICY
    try:
        return read_policy(stored.document)
    except PolicyError:
        return DEFAULT_POLICY


def staffing_of(session: Session, clinic: ClinicRow, now: datetime) -> Staffing:
    """Return who works there, with the ways that may be used, the rota, and who is away from now on."""
    ways: dict[uuid.UUID, list[Way]] = {}
    for contact in cover_lookups.usable_contacts(session, clinic.id):
        ways.setdefault(contact.staff_id, []).append(_way(contact))
    staff = lookups.staff_of(session, clinic.id, TARGET_ROLES)
    overrides = cover_lookups.overrides_from(session, clinic.id, now)
    absences = cover_lookups.absences_from(session, clinic.id, now)
    return Staffing(
        people=tuple(Person(row.id, row.name, row.role, tuple(ways.get(row.id, ()))) for row in staff),
        zone=zone_of(clinic),
        rota=_rota(session, clinic.id),
        overrides=tuple(Override(row.staff_id, row.starts_at, row.ends_at) for row in overrides),
        absences=tuple(Absence(r.staff_id, r.starts_at, r.ends_at, r.deputy_id, r.notice) for r in absences),
    )


class Cover(NamedTuple):
    """What a patient is told, before and after sending, of who looks when."""

    is_open: bool
    opens_at: datetime | None  # when the clinic is next open; None: not within a year
    notices: tuple[str, ...]  # what those say who are away without a deputy
    out_of_hours: str | None  # where to turn while nobody is there, in the clinic's words
    emergency_line: str | None  # the number for danger while nobody is there
    unanswered_since: datetime | None  # a report that nobody has answered in the time that was promised


def cover_of(session: Session, clinic: ClinicRow, patient: PatientRow, now: datetime) -> Cover:
    """Return who looks when, for one patient."""
    hours = hours_of(clinic, now)
    absences = cover_lookups.absences_from(session, clinic.id, now)
    notices = [row.notice for row in absences if row.notice and row.deputy_id is None and row.starts_at <= now]
    broken = cover_lookups.unanswered_since(session, clinic.id, patient.id)
    return Cover(
        hours.is_open(now), hours.opens_at(now), tuple(notices), clinic.out_of_hours, clinic.emergency_line, broken
    )


def _way(contact: ContactRow) -> Way:
    return Way(contact.id, contact.channel, reach_of(contact), Urgency(contact.urgency_from))


def _rota(session: Session, clinic_id: uuid.UUID) -> Rota | None:
    row = cover_lookups.rota(session, clinic_id)
    if row is None:
        return None
    return Rota(tuple(row.people), row.starts_on, time.fromisoformat(row.hands_over), row.turn_days)
