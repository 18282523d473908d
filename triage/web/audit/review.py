"""Reports drawn by lot, for a human to say whether they should have alerted."""

import uuid

from flask.typing import ResponseReturnValue

from triage.actions.case_reasons import urgency_said
from triage.actions.review import LONGEST_NOTE, give_verdict, open_sample, sample_progress, waiting_samples
from triage.web.forms import Form, limit, take, typed
from triage.web.rooms import Address
from triage.web.staff_page import CHAIR, DESK, StaffPage, for_staff

HERE = "/audit/review"
VERDICT_WORDS = {
    "right": "Right: nobody needed to be called",
    "should_have_alerted": "It should have alerted",
    "cannot_tell": "Cannot tell from this",
}


@for_staff(*DESK)
def show_list(page: StaffPage) -> ResponseReturnValue:
    """Show what waits, and how far each month has come."""
    return page.show(
        "audit_review.html",
        waiting=page.read(waiting_samples),
        months=page.read(sample_progress),
        may_answer=page.may(*CHAIR),
    )


@for_staff(*DESK)
def show_report(page: StaffPage, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Show one report; what came of it and whose it is, only once somebody has judged it."""
    return _show(page, sample_id, Form())


@for_staff(*CHAIR)
def take_verdict(page: StaffPage, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Note the verdict, and show what the service had said."""
    form = limit(typed("verdict", "note"), {"note": LONGEST_NOTE})
    if form.text("verdict") not in VERDICT_WORDS:
        form = form.with_fault("verdict", "Choose one of the three.")
    said = form.text("verdict"), form.text("note")
    return take(
        form,
        lambda: page.do(lambda session, turn: give_verdict(session, sample_id, *said, turn)),
        lambda faulty, status: _show(page, sample_id, faulty, status),
        f"{HERE}/{sample_id}",
    )


def _show(page: StaffPage, sample_id: uuid.UUID, form: Form, status: int = 200) -> tuple[str, int]:
    sampled = page.read(lambda session, turn: open_sample(session, sample_id, turn))
    others = [one.id for one in page.read(waiting_samples) if one.id != sample_id]
    return page.show(
        "audit_review_report.html",
        status,
        sampled=sampled,
        next_id=others[0] if others else None,
        form=form,
        verdicts=VERDICT_WORDS,
        urgency_said=urgency_said,
        may_answer=page.may(*CHAIR),
    )


ADDRESSES: list[Address] = [
    (HERE, "GET", show_list),
    (f"{HERE}/<uuid:sample_id>", "GET", show_report),
    (f"{HERE}/<uuid:sample_id>", "POST", take_verdict),
]
