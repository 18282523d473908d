"""/office/emergency: whom patients call in danger while nobody is there, and how their pages will say it."""

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.clinics import change_clinic
from triage.actions.offered import offered_languages
from triage.web.forms import Form, filled, limit, need, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.start import own_name
from triage.web.words import isolated
from triage.words import word

HERE = "/office/emergency"
FIELDS = ("emergency_line", "phone", "out_of_hours")
MOST = {"emergency_line": 40, "phone": 40, "out_of_hours": 500}
ASKED = {"emergency_line": "Give the number that patients in danger call while nobody is there."}
WORDS = {"emergency_line": "This is no telephone number: give one that can be dialled, like +49 30 1234567 or 112."}


@for_staff(*OFFICE)
def show_emergency(page: StaffPage) -> ResponseReturnValue:
    """Show the numbers in a form, with what patients read."""
    return _page(page, filled(**{name: getattr(page.clinic, name) for name in FIELDS}), 200)


@for_staff(*OFFICE)
def take_emergency(page: StaffPage) -> ResponseReturnValue:
    """Save the numbers. With the opening hours saved too, messages to patients may go out."""
    form = limit(need(typed(*FIELDS), ASKED), MOST)
    values = {name: form.text(name) or None for name in FIELDS}
    return take(
        form,
        lambda: page.do(lambda session, turn: change_clinic(session, values, turn)),
        lambda form, status: _page(page, form, status),
        f"{HERE}?done=saved",
        WORDS,
    )


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    offered = page.read(lambda session, turn: offered_languages(session, page.clinic, turn.now))
    return page.show(
        "office_emergency.html",
        status,
        form=form,
        previews=[(code, own_name(code), _preview(page, code)) for code in offered]
        if page.clinic.emergency_line
        else [],
        done="Saved." if request.args.get("done") == "saved" else "",
    )


def _preview(page: StaffPage, language: str) -> list[str]:
    """Return what a patient reads while the clinic is closed."""
    clinic = page.clinic
    said = [word(language, name) for name in ("cover_closed_long", "cover_urgent")]
    said.append(word(language, "cover_line", number=isolated(clinic.emergency_line or "")))
    return [*said, *filter(None, [clinic.out_of_hours])]
