"""The photo page: offered after some reports, never required; each photo is a form of its own, so that none waits for
another. GET shows and changes nothing. A report was stored long before, whatever becomes of a photo.
"""

import logging
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from flask import Response, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from triage.actions.consents import agree
from triage.actions.errors import NotFound, NotIdentified
from triage.actions.photos import (
    POSES,
    PURPOSE,
    NotTaken,
    Upload,
    add_photo,
    erase_photo,
    list_own,
    may_add,
    photo_of,
)
from triage.actions.tokens import hash_of
from triage.actions.turn import Turn
from triage.pictures import MOST_BYTES, NoRoom, Refused, draw_anew
from triage.records import Session, lookups
from triage.rules import Urgency
from triage.web.second_factor import is_unlocked
from triage.web.visit import ANYWHERE, Visit, patient_behind, patient_row, see_visit
from triage.web.words import words_asked_for
from triage.wiring import Wiring

LOG = logging.getLogger(__name__)
Page = tuple[Any, int]
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


def show_photos(token: str) -> Page:
    """Show the page. Nothing is changed."""
    try:
        turn = _turn(token)
        return _page(turn, request.args.get("report", ""), Outcome(), 200)
    except (NotIdentified, NotFound):
        return _gone()


def take_photo(token: str) -> Page:
    """Take one photo, or the consent to photos, and show the page again; a script gets the same as JSON."""
    request.max_content_length = MOST_BODY
    try:
        turn = _turn(token)
        return _answer(turn, _take(turn))
    except (NotIdentified, NotFound):
        return _gone()


def show_picture(token: str, photo_id: uuid.UUID) -> Page | Response:
    """Show the patient one of their own photos, after the second factor."""
    try:
        turn = _turn(token)
        row = _wiring().look(partial(photo_of, photo_id=photo_id, turn=turn), turn.by.clinic_id)
    except (NotIdentified, NotFound):
        return _gone()
    picture = _wiring().shelf.read(row.digest) if _is_open(token) else None
    return _gone() if picture is None else Response(picture, mimetype="image/jpeg")


def take_erasure(token: str, photo_id: uuid.UUID) -> Page | BaseResponse:
    """Erase one of the patient's own photos, after the second factor, and go back to the own history."""
    try:
        turn = _turn(token)
        if not _is_open(token):
            return _gone()
        row = _wiring().do(partial(erase_photo, photo_id=photo_id, turn=turn), turn.by.clinic_id)
    except (NotIdentified, NotFound):
        return _gone()
    _wiring().drop_picture(row.digest)
    return redirect(url_for("web.show_mine", token=token), 303)


def _is_open(token: str) -> bool:
    held = _wiring().look(partial(lookups.patient_token_by_hash, token_hash=hash_of(token)))
    return held is not None and is_unlocked(held, request)


def _take(turn: Turn) -> Outcome:
    """Do what the form asks for."""
    if is_too_large():
        return Outcome(request.args.get("pose", "other"), "too_large")
    if request.form.get("do") == "agree":
        return _agree(turn)
    pose = request.form.get("pose", "other")
    data = _file()
    return Outcome(pose, "no_file" if data is None else _keep(_wiring(), turn, pose, data))


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
    visit = _wiring().look(partial(see_visit, actor=turn.by, now=turn.now), turn.by.clinic_id)
    text = visit.words.page("consent_photos_text", clinic=visit.clinic_name)

    def keep(session: Session) -> None:
        agree(session, patient_row(session, turn.by), PURPOSE, text, turn)

    _wiring().do(keep, turn.by.clinic_id)
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


def _answer(turn: Turn, outcome: Outcome) -> Page:
    status = STATUS.get(outcome.reason, 422) if outcome.reason else 200
    if request.headers.get("X-Requested-With") != "photo":
        report = request.args if outcome.reason == "too_large" else request.values
        return _page(turn, report.get("report", ""), outcome, status)
    visit = _wiring().look(partial(see_visit, actor=turn.by, now=turn.now), turn.by.clinic_id)
    said = visit.words.page(f"photo_{outcome.reason}" if outcome.reason else "photo_kept")
    return jsonify(kept=not outcome.reason, again=outcome.reason in AGAIN, said=said), status


def _page(turn: Turn, report: str, outcome: Outcome, status: int) -> Page:
    def look(session: Session) -> tuple[Visit, Asked]:
        return see_visit(session, turn.by, turn.now), _asked(session, turn, report)

    visit, asked = _wiring().look(look, turn.by.clinic_id)
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
    consent = lookups.standing_consent(session, patient.clinic_id, patient.id, PURPOSE)
    about = _identifier(report)
    sent: dict[str, int] = {}
    for row in list_own(session, patient):
        if row.check_in_id == about and (about or row.received_at.date() == turn.now.date()):
            sent[row.pose] = sent.get(row.pose, 0) + 1
    return Asked(consent is not None, str(about or ""), sent)


def _identifier(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _turn(token: str) -> Turn:
    """Return the patient's turn. Raises NotIdentified for a link that is not known or was revoked."""
    wiring = _wiring()
    return Turn(wiring.look(partial(patient_behind, token=token)), wiring.now(), wiring.terms)


def _wiring() -> Wiring:
    found: Wiring = current_app.extensions["triage"]
    return found


def _gone() -> Page:
    words = words_asked_for()
    return render_template("web/gone.html", words=words, say=words.page, numbers=ANYWHERE), 404
