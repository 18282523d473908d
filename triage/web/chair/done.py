"""/chair/done: the link as a code to scan at once, as a message of the practitioner's own phone, or on a slip."""

import uuid
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import redirect
from flask.typing import ResponseReturnValue

from triage.actions.enrol import agrees_to_messages, patient_of
from triage.actions.first_open import holder_of
from triage.actions.link_codes import LinkSeen, note_link_shown, see_link
from triage.actions.patient_search import Found, lines_of
from triage.actions.short_codes import Slip, make_code, slip_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import PatientRow, Session
from triage.web.chair.words import clock_at, words_in
from triage.web.staff_page import CHAIR, StaffPage, for_staff
from triage.web.times import clock_words, full_date_words
from triage.web.words import Words


class Share(NamedTuple):
    """How the link goes out from the practitioner's own phone; it says nothing of health in any of them."""

    text: str
    sms: str
    whatsapp: str
    mail: str


class Done(NamedTuple):
    """What the pages about one client's link show; `link` None: it must be asked for first."""

    patient: PatientRow
    label: str
    line: Found
    link: LinkSeen | None
    slip: Slip | None
    words: Words
    gets_messages: bool

    @property
    def name(self) -> str:
        """Return what staff call the client."""
        return self.patient.name or self.patient.reference


@for_staff(*CHAIR)
def show_done(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show the code, and whether the client has opened the link."""
    done = page.read(lambda session, turn: see_done(session, patient_id, turn))
    share = share_of(done, page.clinic.name) if done.link else None
    return page.show("chair_done.html", done=done, share=share, opened=opened_words(page, done.patient))


@for_staff(*CHAIR)
def show_opened(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show whether the link was opened, as the part of the page that a script keeps up to date."""
    patient = page.read(lambda session, turn: patient_of(session, patient_id, by=turn.by))
    return page.show("chair_opened.html", patient=patient, opened=opened_words(page, patient))


@for_staff(*CHAIR)
def take_shown(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show the link from now on to who has asked for it, which the log says."""
    page.do(lambda session, turn: note_link_shown(session, patient_of(session, patient_id, by=turn.by), turn))
    return redirect(f"/chair/done/{patient_id}", 303)


@for_staff(*CHAIR)
def show_slip(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show the slip to print; without a code that works, or a link that was asked for, go where both are made."""
    done = page.read(lambda session, turn: see_done(session, patient_id, turn))
    if done.link is None or done.slip is None:
        return redirect(f"/chair/done/{patient_id}", 303)
    until = full_date_words(done.slip.ends_at, zone_of(page.clinic, done.patient), done.words.language)
    address = f"{page.turn.terms.base_url}/go"
    return page.show("chair_slip.html", done=done, say=done.words.page, until=until, address=address)


@for_staff(*CHAIR)
def take_slip(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Make a new code, which ends the one before, and show its slip."""

    def make(session: Session, turn: Turn) -> None:
        make_code(session, patient_id, turn)
        note_link_shown(session, patient_of(session, patient_id, by=turn.by), turn)

    page.do(make)
    return redirect(f"/chair/slip/{patient_id}", 303)


def see_done(session: Session, patient_id: uuid.UUID, turn: Turn) -> Done:
    """Return what the pages show. Raises NotFound for another clinic's patient."""
    patient = patient_of(session, patient_id, by=turn.by)
    return Done(
        patient=patient,
        label=holder_of(session, patient).label,
        line=lines_of(session, [patient], turn)[0],
        link=see_link(session, patient, turn),
        slip=slip_of(session, patient, turn),
        words=words_in(session, patient.language, turn),
        gets_messages=bool(patient.email or patient.phone) and agrees_to_messages(session, patient),
    )


def share_of(done: Done, clinic: str) -> Share:
    """Return the link as a text message, for WhatsApp and as a mail, in the client's language."""
    assert done.link is not None
    text = done.words.page("share_text", clinic=clinic, link=done.link.address)
    number = "".join(sign for sign in done.patient.phone or "" if sign in "+0123456789")
    body, subject = quote(text, safe=""), quote(done.words.page("slip_title"), safe="")
    return Share(
        text=text,
        sms=f"sms:{number}?body={body}",
        whatsapp=f"https://wa.me/?text={body}",
        mail=f"mailto:{quote(done.patient.email or '', safe='@')}?subject={subject}&body={body}",
    )


def opened_words(page: StaffPage, patient: PatientRow) -> dict[str, Any]:
    """Return since when the link is known to have come to a human, as a time of today or a date; empty: it has not."""
    at = patient.first_opened_at
    if at is None:
        return {"at": "", "wrong": patient.wrong_person_at is not None}
    zone = zone_of(page.clinic)
    is_today = at.astimezone(zone).date() == page.turn.now.astimezone(zone).date()
    return {"at": clock_words(at, zone) if is_today else clock_at(page, at), "wrong": False}
