"""/desk/alerts/<id>/<verb>: an answer's form, the answer itself, and taking it back.

Scripts ask for the part alone (X-Part) and put it in place; without them a form leads back to where it came from.
"""

import uuid
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.answer_changes import Seen
from triage.actions.answer_forms import Asked, ask
from triage.actions.desk_answers import ANSWER_OF, answer_alert
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.terms import zone_of
from triage.actions.undo import take_back_answer
from triage.rules import Fault, Urgency
from triage.rules.alerts import OUTCOMES, SERIOUSNESS
from triage.rules.labels import is_right_to_left
from triage.web.answered import TOLD, told_of
from triage.web.desk.answer_fields import NOTHING, read_answer, read_seen
from triage.web.door.sign_in import own_path
from triage.web.staff_page import CHAIR, StaffPage, for_staff
from triage.web.times import moment_words

FORMS = {  # the verbs that ask something first, and the heading of what they ask
    "reached": "Called, and reached",
    "not-reached": "Called, and not reached",
    "reply": "Write to the patient",
    "watch": "Watch until",
    "close": "Close it",
    "assign": "Ask a colleague to take it",
    "release": "Give it back",
    "escalate": "Tell the next people now",
}
SOON = timedelta(hours=1)  # what a form proposes: whoever wants longer says so
OUTCOME_WORDS = dict(
    zip(
        OUTCOMES,
        (
            "Healing as expected",
            "Irritation",
            "Suspected infection",
            "Allergic reaction",
            "It came from the technique",
            "It came from the pigment",
            "Something else",
            "Nobody could reach the patient",
        ),
        strict=True,
    )
)
SERIOUSNESS_WORDS = dict(
    zip(
        SERIOUSNESS,
        (
            "They saw a doctor for it",
            "They were given an antibiotic",
            "They were taken to a hospital",
            "Something lasting stays",
        ),
        strict=True,
    )
) | {NOTHING: "None of these"}


class Form(NamedTuple):
    """What a form's template knows besides the page."""

    verb: str
    heading: str
    asked: Asked
    faults: dict[str, Fault]
    outcomes: dict[str, str] = OUTCOME_WORDS
    seriousness: dict[str, str] = SERIOUSNESS_WORDS

    @property
    def is_danger(self) -> bool:
        """Tell whether a message alone is not enough."""
        return Urgency[self.asked.item.urgency] >= Urgency.urgent

    @property
    def direction(self) -> str:
        """Return which way the patient's language is written."""
        return "rtl" if is_right_to_left(self.asked.item.language or "en") else "ltr"


@for_staff(*CHAIR)
def show_form(page: StaffPage, alert_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Show what an answer asks first; nothing is changed."""
    if verb not in FORMS:
        raise NotFound("There is no such answer.")
    try:
        seen: Seen | None = read_seen(request.args)
    except Invalid:
        seen = None
    return _form(page, alert_id, verb, seen=seen)


@for_staff(*CHAIR)
def take_answer(page: StaffPage, alert_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Give an answer; where the alert has changed since it was seen, say what, and show it as it is now."""
    if verb not in ANSWER_OF:
        raise NotFound("There is no such answer.")
    try:
        seen, said = read_seen(request.form), read_answer(verb, request.form, zone_of(page.clinic))
        undo_id = page.do(lambda session, turn: answer_alert(session, alert_id, verb, seen, said, turn).undo.id)
    except Conflict as error:
        return _stale(page, alert_id, error.detail)
    except Invalid as error:
        if verb not in FORMS or any(fault.path == "version" for fault in error.faults):
            raise
        return _form(page, alert_id, verb, {fault.path: fault for fault in error.faults})
    return _done(page, alert_id, undo_id)


@for_staff(*CHAIR)
def take_undo(page: StaffPage, alert_id: uuid.UUID) -> ResponseReturnValue:
    """Take an answer back, or say why it is too late."""
    try:
        undo_id = uuid.UUID(request.form.get(TOLD, ""))
    except ValueError:
        raise NotFound("There is no such answer in this clinic.") from None
    try:
        page.do(lambda session, turn: take_back_answer(session, undo_id, turn))
    except Conflict as error:
        return _stale(page, alert_id, error.detail)
    return _done(page, alert_id, undo_id)


def is_part() -> bool:
    """Tell whether a script asks, which needs the part alone."""
    return "X-Part" in request.headers


def _done(page: StaffPage, alert_id: uuid.UUID, undo_id: uuid.UUID) -> ResponseReturnValue:
    if not is_part():
        return redirect(with_told(own_path(page.back), undo_id), 303)
    told = page.read(lambda session, turn: told_of(session, str(undo_id), turn))
    asked = page.read(lambda session, turn: ask(session, alert_id, None, turn))
    return page.show("_answered.html", told=told, item=asked.item, said="")


def _stale(page: StaffPage, alert_id: uuid.UUID, said: str) -> ResponseReturnValue:
    asked = page.read(lambda session, turn: ask(session, alert_id, None, turn))
    return page.show("_answered.html" if is_part() else "answer_stale.html", 409, told=None, item=asked.item, said=said)


def _form(
    page: StaffPage,
    alert_id: uuid.UUID,
    verb: str,
    faults: dict[str, Fault] | None = None,
    *,
    seen: Seen | None = None,
) -> ResponseReturnValue:
    """Show a form, with what was typed and what is wrong with it where it comes back."""
    asked = page.read(lambda session, turn: ask(session, alert_id, seen, turn))
    form, zone = Form(verb, FORMS[verb], asked, faults or {}), zone_of(page.clinic)
    return page.show(
        "_answer_form.html" if is_part() else "answer_form.html",
        422 if faults else 200,
        form=form,
        item=asked.item,
        typed=request.form,
        soon=min(page.turn.now + SOON, asked.watch_until or page.turn.now),
        when=lambda at: moment_words(at, page.turn.now, zone, "en"),
        clock=lambda at: at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        home=own_path(page.back),
    )


def with_told(path: str, undo_id: uuid.UUID) -> str:
    """Return an address with the id of the answer that is told of there, in place of an earlier one."""
    parts = urlsplit(path)
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != TOLD]
    return parts._replace(query=urlencode([*asked, (TOLD, str(undo_id))])).geturl()
