"""How far a clinic is set up: what must be there before the first message, and what is set in each room."""

from typing import NamedTuple

from triage.actions.alerts import clinic_of
from triage.actions.cover import staffing_of
from triage.actions.look import look_of
from triage.actions.protocols import version_for, versions
from triage.actions.readiness import has_saved_hours
from triage.actions.staff import staff_shown
from triage.actions.turn import Turn
from triage.records import (
    AbsenceRow,
    ClinicRow,
    EscalationPolicyRow,
    ProtocolRow,
    RotaOverrideRow,
    RotaRow,
    Session,
    StaffRow,
    cover_lookups,
    lookups,
    rules_lookups,
    webhook_queries,
)
from triage.rules.staffing import Staffing


class SetUp(NamedTuple):
    """A clinic as its office shows it at a moment."""

    clinic: ClinicRow
    staff: list[StaffRow]
    staffing: Staffing
    absences: list[AbsenceRow]
    rota: RotaRow | None
    overrides: list[RotaOverrideRow]
    policy: EscalationPolicyRow | None  # None: the one that the service comes with
    protocol: ProtocolRow | None  # the version in effect; None: there is none
    has_hours: bool  # somebody has looked at the opening hours and saved them
    has_look: bool
    keys: int
    webhooks: int

    @property
    def reachable(self) -> list[str]:
        """Return the names of those who can be told of an alert."""
        return [person.name for person in self.staffing.people if person.ways]


def set_up_of(session: Session, turn: Turn) -> SetUp:
    """Return how far the clinic is set up."""
    clinic = clinic_of(session, turn.by.clinic_id)
    look = look_of(session, clinic)
    return SetUp(
        clinic=clinic,
        staff=staff_shown(session, turn),
        staffing=staffing_of(session, clinic, turn.now),
        absences=cover_lookups.absences_from(session, clinic.id, turn.now),
        rota=cover_lookups.rota(session, clinic.id),
        overrides=cover_lookups.overrides_from(session, clinic.id, turn.now),
        policy=cover_lookups.latest_policy(session, clinic.id),
        protocol=_protocol_in_effect(session, turn),
        has_hours=clinic.ready_at is not None or has_saved_hours(session, clinic),
        has_look=bool(look.css or look.logo),
        keys=sum(1 for key in lookups.keys_of_staff(session, clinic.id) if key.revoked_at is None),
        webhooks=len(webhook_queries.endpoints(session, clinic.id)),
    )


def _protocol_in_effect(session: Session, turn: Turn) -> ProtocolRow | None:
    digest = version_for(versions(session, turn.by.clinic_id), turn.now)
    return rules_lookups.version_of_digest(session, turn.by.clinic_id, digest)
