"""The photo page: offered after some reports, never required; each photo is a form of its own, so that none waits for
another. GET shows and changes nothing. A report was stored long before, whatever becomes of a photo.
"""

import logging
import uuid
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from triage.actions.consents import agree, standing_consents
from triage.actions.errors import Conflict
from triage.actions.photos import (
    PURPOSE,
    NotTaken,
    Upload,
    add_photo,
    erase_photo,
    list_own,
    may_add,
    photo_of,
)
from triage.actions.turn import Turn
from triage.pictures import MOST_BYTES, NoRoom, Refused, draw_anew
from triage.records import Session
from triage.records.phone import POSES
from triage.rules import Urgency
from triage.web.links import Page, begin_turn, gone, look_around, or_gone, wiring_here
from triage.web.second_factor import is_unlocked
from triage.web.visit import Visit, patient_row, see_visit, token_behind
from triage.wiring import Wiring

LOG = logging.getLogger(__name__)
MOST_BODY = MOST_BYTES + 1024 * 1024  # of this page alone: one picture and its form
OFFERED_ON = (1, 3, 7, 14, 28)  # days since the latest procedure; on the others after what is beyond normal
STATUS = {"too_large": 413, "busy": 503, "no_room": 503}  # of what is refused; the others 422
AGAIN = ("busy", "no_room")  # may succeed later, so the script tries again
CAMERAS = {"front": "user"}  # which camera a telephone opens; else the one on its back


class Place(NamedTuple):
    """One pose: how many photos of it came today, and what is said beside it."""

    pose: str
    camera: str
    sent: int
    error: str = ""  # empty: nothing is wrong
    is_kept: bool = False  # the one that was just sent


class Asked(NamedTuple):
    """What the page needs besides the visit."""

    has_agreed: bool
    report: str  # the id of the report that the photos go with; empty: none
    sent: Mapping[str, int]  # photos of this report by pose; without a report those of today


class Outcome(NamedTuple):
    """What became of one form; `reason` empty: it was done."""

    pose: str = ""  # empty: it was about no photo
    reason: str = ""


def photo_report(visit: Visit, answer: Mapping[str, Any]) -> str:
    """Return the id of a report that a photo is offered for; empty where none is, and in an emergency."""
    urgency = Urgency[answer["assessment"]["urgency"]]
    if urgency == Urgency.emergency:
        return ""  # nothing may draw the eye from what to do now
    is_due = visit.day in OFFERED_ON or urgency > Urgency.self_care
    return str(answer["id"]) if is_due else ""


@or_gone
def show_photos(token: str) -> Page:
    """Show the page. Nothing is changed."""
    return _page(begin_turn(token), request.args.get("report", ""), Outcome(), 200)


@or_gone
def take_photo(token: str) -> ResponseReturnValue:
    """Take one photo, or the consent to photos, and show the page again; a script gets the same as JSON."""
    request.max_content_length = MOST_BODY
    turn = begin_turn(token)
    return _answer(turn, _take(turn))


@or_gone
def show_picture(token: str, photo_id: uuid.UUID) -> ResponseReturnValue:
    """Show the patient one of their own photos, after the second factor."""
    turn = begin_turn(token)
    row = wiring_here().look(partial(photo_of, photo_id=photo_id, turn=turn), turn.by.clinic_id)
    picture = wiring_here().shelf.read(row.digest) if _is_open(token) else None
    return gone() if picture is None else Response(picture, mimetype="image/jpeg")


@or_gone
def take_erasure(token: str, photo_id: uuid.UUID) -> ResponseReturnValue:
    """Erase one of the patient's own photos, after the second factor, and go back to the own history.

    One that the law wants kept stays there: the clinic says why when it is asked.
    """
    turn = begin_turn(token)
    if not _is_open(token):
        return gone()
    with suppress(Conflict):
        row = wiring_here().do(partial(erase_photo, photo_id=photo_id, turn=turn), turn.by.clinic_id)
        wiring_here().drop_picture(row.digest)
    return redirect(url_for("web.show_mine", token=token), 303)


def _is_open(token: str) -> bool:
    return is_unlocked(wiring_here().look(partial(token_behind, token=token)), request)


def _take(turn: Turn) -> Outcome:
    """Do what the form asks for."""
    if is_too_large():
        return Outcome(request.args.get("pose", "other"), "too_large")
    if request.form.get("do") == "agree":
        return _agree(turn)
    pose = request.form.get("pose", "other")
    data = _file()
    return Outcome(pose, "no_file" if data is None else _keep(wiring_here(), turn, pose, data))


def is_too_large() -> bool:
    """Tell whether the form cannot be read because of its size; what it is about, its address says too."""
    if (request.content_length or 0) > MOST_BODY:
        return True
    try:
        request.form.get("pose")
    except RequestEntityTooLarge:  # one that did not say how long it is
        return True
    return False


def _agree(turn: Turn) -> Outcome:
    if request.form.get("agree") != "yes":
        return Outcome("", "no_consent")
    text = look_around(turn).consent_text(PURPOSE)

    def keep(session: Session) -> None:
        agree(session, patient_row(session, turn.by), PURPOSE, text, turn)

    wiring_here().do(keep, turn.by.clinic_id)
    return Outcome()


def _file() -> bytes | None:
    """Return the picture that was chosen, by camera or from the files; None where none was."""
    chosen = [sent for sent in request.files.getlist("photo") if sent.filename]
    return bytes(chosen[0].stream.read(MOST_BYTES + 1)) if chosen else None


def _keep(wiring: Wiring, turn: Turn, pose: str, data: bytes) -> str:
    """Draw a photo anew, outside of any transaction, and keep it; return why not, empty where it is kept."""
    report = _identifier(request.form.get("report", ""))

    def check(session: Session) -> None:
        may_add(session, patient_row(session, turn.by), report, turn)

    def add(session: Session) -> None:
        add_photo(session, patient_row(session, turn.by), Upload(drawn, pose, report), turn)

    try:
        wiring.do(check, turn.by.clinic_id)  # before the work of drawing
        drawn = draw_anew(data)
        wiring.shelf.put(drawn.data)
        wiring.do(add, turn.by.clinic_id)
        wiring.shelf.put(drawn.data)  # again: the same picture may have been erased in between
    except (Refused, NotTaken) as refusal:
        return refusal.reason
    except NoRoom as trouble:
        LOG.error("a photo was not kept: %s", trouble)
        return "no_room"
    return ""


def _answer(turn: Turn, outcome: Outcome) -> ResponseReturnValue:
    status = STATUS.get(outcome.reason, 422) if outcome.reason else 200
    if request.headers.get("X-Requested-With") != "photo":
        report = request.args if outcome.reason == "too_large" else request.values
        return _page(turn, report.get("report", ""), outcome, status)
    said = look_around(turn).words.page(f"photo_{outcome.reason}" if outcome.reason else "photo_kept")
    return jsonify(kept=not outcome.reason, again=outcome.reason in AGAIN, said=said), status


def _page(turn: Turn, report: str, outcome: Outcome, status: int) -> Page:
    def look(session: Session) -> tuple[Visit, Asked]:
        return see_visit(session, turn.by, turn.now), _asked(session, turn, report)

    visit, asked = wiring_here().look(look, turn.by.clinic_id)
    say = visit.words.page
    error = say(f"photo_{outcome.reason}") if outcome.reason else ""
    places = [
        Place(
            pose,
            CAMERAS.get(pose, "environment"),
            asked.sent.get(pose, 0),
            error if pose == outcome.pose else "",
            pose == outcome.pose and not error,
        )
        for pose in POSES
    ]
    general = "" if asked.has_agreed and outcome.pose in POSES else error
    link = request.path.removesuffix("/photos")
    shown = {"visit": visit, "say": say, "link": link, "asked": asked, "places": places, "error": general}
    return render_template("web/photos.html", **shown), status


def _asked(session: Session, turn: Turn, report: str) -> Asked:
    patient = patient_row(session, turn.by)
    about = _identifier(report)
    sent: dict[str, int] = {}
    for row in list_own(session, patient):
        if row.check_in_id == about and (about or row.received_at.date() == turn.now.date()):
            sent[row.pose] = sent.get(row.pose, 0) + 1
    return Asked(PURPOSE in standing_consents(session, patient), str(about or ""), sent)


def _identifier(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
