"""What the pages about the patient themselves begin with: whose link it is, and what may be shown of them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import render_template, request

from triage.actions.errors import NotFound, NotIdentified
from triage.actions.first_open import note_first_opened
from triage.actions.mistaken import last_sitting
from triage.actions.turn import Turn
from triage.records import PatientRow, PatientTokenRow, Session, lookups
from triage.web.links import Page, wiring_here
from triage.web.times import full_date_words
from triage.web.visit import Visit, patient_behind, patient_row, see_visit, token_behind
from triage.web.words import isolated


class OwnPage(NamedTuple):
    """One call of a page behind a patient's link; the rows are read, and belong to no transaction any more."""

    token: str
    turn: Turn
    visit: Visit
    patient: PatientRow
    held: PatientTokenRow
    sitting_at: datetime | None  # the last one; None where none is noted
    is_date_wrong: bool  # somebody has said so, and the clinic has not answered yet

    @property
    def link(self) -> str:
        """Return the address of the check-in, below which the other pages lie."""
        return f"/c/{self.token}"

    def whose(self) -> str:
        """Return for whom the page is, by initials, and who decides for them."""
        name = "first_for_guardian" if self.visit.holder.by_guardian else "first_for"
        return self.visit.words.page(name, who=isolated(self.visit.holder.label))

    def sitting(self) -> str:
        """Return the date of the last sitting in words; empty where none is noted."""
        if self.sitting_at is None:
            return ""
        return full_date_words(self.sitting_at, self.visit.zone, self.visit.words.language)

    def show(self, template: str, status: int = 200, **more: object) -> Page:
        """Return a page with what all of them need."""
        given = {"visit": self.visit, "say": self.visit.words.page, "own": self, "link": self.link, **more}
        return render_template(f"web/{template}", **given), status


def open_own(token: str) -> OwnPage:
    """Return what is behind a patient's link. Raises NotIdentified or NotFound for one that is not known."""
    wiring = wiring_here()

    def see(session: Session) -> OwnPage:
        by = patient_behind(session, token)
        turn, patient = Turn(by, wiring.now(), wiring.terms), patient_row(session, by)
        last = last_sitting(lookups.procedures_of(session, by.clinic_id, patient.id), turn.now)
        return OwnPage(
            token=token,
            turn=turn,
            visit=see_visit(session, by, turn.now),
            patient=patient,
            held=token_behind(session, token),
            sitting_at=last.at if last else None,
            is_date_wrong=bool(last and last.disputed_at),
        )

    return wiring.look(see)


def do_own(own: OwnPage, work: Callable[[Session, PatientRow, Turn], object]) -> OwnPage:
    """Do something for the patient in one transaction and return the page as it is then; a human did it."""
    by = own.turn.by

    def do(session: Session) -> None:
        patient = patient_row(session, by)
        work(session, patient, own.turn)
        note_first_opened(session, patient, own.turn)

    wiring_here().do(do, by.clinic_id)
    return open_own(own.token)


def hold_back() -> Page | None:
    """Stand before every page of a link that somebody says is not theirs; None: there is nothing to hold back.

    A report is taken all the same, and its form is one tap away: it may be the patient after all.
    """
    token, path = (request.view_args or {}).get("token"), request.path
    if token is None or not path.startswith("/c/") or path.endswith((".webmanifest", "/who", "/opened")):
        return None
    is_form = path == f"/c/{token}"
    if is_form and (request.method == "POST" or "report" in request.args):
        return None

    def is_held(session: Session) -> bool:
        return patient_row(session, patient_behind(session, token)).wrong_person_at is not None

    try:
        if not wiring_here().look(is_held):
            return None
        return open_own(token).show("held.html", 200 if is_form and request.method == "GET" else 403)
    except (NotIdentified, NotFound):
        return None  # the page itself says that the link is not known
