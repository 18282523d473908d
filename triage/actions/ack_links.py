"""The link in an alert's mail: it shows that something waits, and lets its person say "I have it" once."""

from datetime import datetime
from typing import NamedTuple

from triage.actions.alerts import standing_of
from triage.actions.answers import acknowledge_alert
from triage.actions.errors import Conflict, NotFound
from triage.actions.identify import Actor
from triage.actions.look import Look, look_of
from triage.actions.rules_trouble import has_trouble
from triage.actions.terms import Terms
from triage.actions.tokens import hash_of
from triage.actions.turn import Turn
from triage.records import AckTokenRow, AlertRow, ClinicRow, Session, StaffRow, lookups
from triage.rules import Urgency
from triage.rules.alerts import may_take


class AlertSeen(NamedTuple):
    """What the page behind the link shows: nothing about health, nothing about who the patient is."""

    clinic_name: str
    staff_name: str
    urgency: Urgency
    opened_at: datetime
    state: str  # waiting (can be acknowledged), acked_by_you, acked, resolved, superseded, expired
    owner_name: str | None
    has_trouble: bool  # the clinic's current rules cannot be used
    look: Look  # the clinic's own colour and logo


def see_alert(session: Session, token: str, *, now: datetime) -> AlertSeen:
    """Return what the link shows now. Raises NotFound for a link that never was."""
    held, alert, staff, clinic = _behind(session, token)
    owner = session.get(StaffRow, (alert.clinic_id, alert.owner_id)) if alert.owner_id else None
    return AlertSeen(
        clinic_name=clinic.name,
        staff_name=staff.name,
        urgency=Urgency(alert.urgency),
        opened_at=alert.opened_at,
        state=_state(held, alert, now),
        owner_name=owner.name if owner else None,
        has_trouble=has_trouble(session, clinic.id, now),
        look=look_of(session, clinic),
    )


def acknowledge_by_link(session: Session, token: str, *, now: datetime, terms: Terms) -> AlertSeen:
    """Acknowledge by the link's person, once. Raises NotFound, or Conflict where the link can act no more."""
    held, alert, staff, _ = _behind(session, token)
    if _state(held, alert, now) != "waiting":
        raise Conflict("This link cannot act any more.", {"state": _state(held, alert, now)})
    by = Actor("staff", str(staff.id), staff.clinic_id, staff.role, staff_id=staff.id)
    acknowledge_alert(session, alert.id, held.epoch, Turn(by, now, terms))
    held.used_at = now
    session.add(held)
    return see_alert(session, token, now=now)


def _behind(session: Session, token: str) -> tuple[AckTokenRow, AlertRow, StaffRow, ClinicRow]:
    held = lookups.ack_token_by_hash(session, hash_of(token))
    if held is None:
        raise NotFound("There is no such link.")
    alert = session.get(AlertRow, (held.clinic_id, held.alert_id))
    staff = session.get(StaffRow, (held.clinic_id, held.staff_id))
    clinic = session.get(ClinicRow, held.clinic_id)
    if alert is None or staff is None or staff.left_at is not None or clinic is None:
        raise NotFound("There is no such link.")
    return held, alert, staff, clinic


def _state(held: AckTokenRow, alert: AlertRow, now: datetime) -> str:
    if alert.state == "resolved":
        return "resolved"
    if alert.state != "open" and alert.epoch == held.epoch and not may_take(standing_of(alert), held.staff_id):
        return "acked_by_you" if alert.owner_id == held.staff_id else "acked"
    if alert.epoch != held.epoch or held.used_at is not None:
        return "superseded"
    return "expired" if now >= held.expires_at else "waiting"
