"""Windows that the clinic's own outcomes propose to move: the evidence, the draft and what it would have done."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.case_chart import labels_of
from triage.actions.protocols import tables_of
from triage.actions.window_proposals import LONGEST_WHY, dismiss_proposal, proposals_shown, take_proposal
from triage.paper.words import Labels
from triage.records import Session, WindowProposalRow, lookups
from triage.rules import Urgency
from triage.web.forms import Form, need, take, typed
from triage.web.rooms import Address
from triage.web.staff_page import LOG, OFFICE, StaffPage, for_staff

HERE = "/audit/windows"
DONE = {"taken": "The draft is among the clinic’s versions now; a second person approves it there."}


class Proposal(NamedTuple):
    """One proposal in words."""

    row: WindowProposalRow
    name: str
    evidence: list[tuple[str, str]]
    effect: list[tuple[str, int, int]]  # urgency, how many reports before and after


@for_staff(*LOG)
def show_windows(page: StaffPage) -> ResponseReturnValue:
    """Show what is proposed, and what was decided."""
    return _show(page, Form())


@for_staff(*OFFICE)
def take_draft(page: StaffPage, proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Put the draft among the clinic's versions; it judges nobody before a second person has approved it."""
    page.do(lambda session, turn: take_proposal(session, proposal_id, turn))
    return redirect(f"{HERE}?done=taken", 303)


@for_staff(*OFFICE)
def take_dismissal(page: StaffPage, proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Leave the window as it is, with the reason."""
    form = need(typed("why", form_id=f"{proposal_id}-"), {"why": "Say why the window stays."}, LONGEST_WHY)
    return take(
        form,
        lambda: page.do(lambda session, turn: dismiss_proposal(session, proposal_id, form.text("why"), turn)),
        lambda faulty, status: _show(page, faulty, status),
        HERE,
    )


def _show(page: StaffPage, form: Form, status: int = 200) -> tuple[str, int]:
    def see(session: Session) -> tuple[list[WindowProposalRow], list[WindowProposalRow], Labels, dict[str, str]]:
        found = proposals_shown(session, page.turn)
        people = lookups.everybody_ever(session, page.clinic.id)
        labels = labels_of(tables_of(session, page.clinic.id, page.turn.now))
        return *found, labels, {str(person.id): person.name for person in people}

    waiting, decided, labels, people = page.read(lambda session, _: see(session))
    return page.show(
        "audit_windows.html",
        status,
        form=form,
        proposals=[_proposal(row, labels) for row in waiting],
        decided=[(_name(row, labels), row) for row in decided],
        people=people,
        done=DONE.get(request.args.get("done", ""), ""),
        may_decide=page.may(*OFFICE),
    )


def _proposal(row: WindowProposalRow, labels: Labels) -> Proposal:
    urgency: Mapping[str, Mapping[str, int]] = row.effect.get("urgency") or {}
    before, after = urgency.get("before") or {}, urgency.get("after") or {}
    counts = [(one.name, before.get(one.name, 0), after.get(one.name, 0)) for one in Urgency] if urgency else []
    return Proposal(row, _name(row, labels), list(_told(row.evidence.get("found"))), counts)


def _name(row: WindowProposalRow, labels: Labels) -> str:
    return labels.short("symptoms", row.symptom)


def _told(found: Any) -> Iterator[tuple[str, str]]:
    """Yield evidence as pairs of a name and its value in words."""
    if not isinstance(found, Mapping):
        yield "Found", str(found)
        return
    for name, value in found.items():
        words = name.replace("_", " ").capitalize()
        if isinstance(value, Mapping):
            value = ", ".join(f"{key}: {_value(one)}" for key, one in value.items())
        elif isinstance(value, list):
            value = " to ".join(_value(one) for one in value) if len(value) == 2 else ", ".join(map(_value, value))
        yield words, _value(value)


def _value(value: Any) -> str:
    if value is None:
        return "cannot be told"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


ADDRESSES: list[Address] = [
    (HERE, "GET", show_windows),
    (f"{HERE}/<uuid:proposal_id>/take", "POST", take_draft),
    (f"{HERE}/<uuid:proposal_id>/dismiss", "POST", take_dismissal),
]
