"""The field pack of a serious event, to be sent by a human: the fields of the forms, as plain values and as a PDF."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.serious_views import Event, as_form, event_shown
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.event_forms import e2b_fields, medwatch_fields
from triage.outcomes.serious import LAW_OF_KEEPING, Due
from triage.records import ClinicRow, Session, desk_lookups
from triage.typeset import set_pages
from triage.typeset.sources import document_source

Say = Callable[[datetime], str]  # a moment by the clinic's clocks
FORMAT = "aftercare-triage serious event 1"
NOT_SENT = "This service sends nothing to authorities or makers: a human does. It is not legal advice."


class Pack(NamedTuple):
    """The pack of one event as values that JSON can keep; `at`: when it was made."""

    values: dict[str, Any]
    at: datetime

    def pdf(self) -> bytes:
        """Return it set as pages."""
        return set_pages(document_source("event"), self.values, {}, self.at)


def pack_of(session: Session, event_id: uuid.UUID, turn: Turn) -> Pack:
    """Return the pack of an event's latest version, and note that somebody took it. Raises NotFound."""
    event = event_shown(session, event_id, turn)
    clinic = session.get_one(ClinicRow, turn.by.clinic_id)
    after = {"version": event.latest.version}
    audit.record(session, turn, "serious_event_read", ("serious_event", event.first.id), after=after)
    return Pack(_values(session, event, clinic, turn), turn.now)


def _values(session: Session, event: Event, clinic: ClinicRow, turn: Turn) -> dict[str, Any]:
    zone, form = zone_of(clinic), as_form(event, clinic, turn.now)

    def said(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return {
        "format": FORMAT,
        "title": f"Serious event {event.first.number}, version {event.latest.version}",
        "said": f"{clinic.name}. Made {said(turn.now)} ({zone}). {NOT_SENT}",
        "footer": f"{clinic.name}, event {event.first.number}, version {event.latest.version}",
        "event": form,
        "missing": list(event.missing),
        "dues": [_due(due, said) for due in event.dues],
        "forms": [
            {"name": "MedWatch 3500 and 3500A", "entries": [list(one) for one in medwatch_fields(form)]},
            {"name": "ICH E2B(R3)", "entries": [list(one) for one in e2b_fields(form)]},
        ],
        "versions": _versions(session, event, said),
        "sent": _sent(event, said),
        "keeping": f"Kept until {event.kept_until.isoformat()}: {LAW_OF_KEEPING}.",
    }


def _versions(session: Session, event: Event, said: Say) -> list[dict[str, Any]]:
    staff = desk_lookups.staff_names(session, event.first.clinic_id)
    return [
        {
            "number": row.version,
            "aware": said(row.became_aware_at),
            "made": said(row.made_at),
            "by": staff.get(row.made_by, "somebody") if row.made_by else "a program",
        }
        for row in event.versions
    ]


def _sent(event: Event, said: Say) -> list[dict[str, Any]]:
    numbers = {row.id: row.version for row in event.versions}
    return [
        {
            "at": said(row.sent_at),
            "version": numbers[row.serious_event_id],
            "to": row.sent_to,
            "duty": row.duty.replace("_", " "),
            "reference": row.reference or "none noted",
        }
        for row in event.reports
    ]


def _due(due: Due, said: Say) -> dict[str, str]:
    duty = due.duty
    by = due.day.isoformat() if due.day else "no day named"
    return {
        "id": duty.id,
        "teller": duty.teller,
        "told": duty.told,
        "law": duty.law,
        "source": duty.source,
        "by": f"sent {said(due.sent_at)}" if due.sent_at else by if duty.must else "of free will",
        "note": duty.note,
    }
