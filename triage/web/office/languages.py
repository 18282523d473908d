"""/office/languages: which of the protocol's languages patients are offered."""

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.clinics import change_clinic
from triage.actions.offered import chosen_of, spoken_languages
from triage.web.forms import Form, filled, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.start import own_name

HERE = "/office/languages"


@for_staff(*OFFICE)
def show_languages(page: StaffPage) -> ResponseReturnValue:
    """Show the languages with the clinic's choice."""
    return _page(page, filled(languages=chosen_of(page.clinic, _spoken(page))), 200)


@for_staff(*OFFICE)
def take_languages(page: StaffPage) -> ResponseReturnValue:
    """Save the choice; all of them is no choice, so that what the protocol learns is offered too."""
    form, spoken = typed("languages"), _spoken(page)
    chosen = [code for code in spoken if code in form.all("languages")]
    if not chosen:
        form = form.with_fault("languages", "Choose at least one language.")
    values = {"languages": None if chosen == spoken else chosen}
    return take(
        form,
        lambda: page.do(lambda session, turn: change_clinic(session, values, turn)),
        lambda form, status: _page(page, form, status),
        f"{HERE}?done=saved",
    )


def _spoken(page: StaffPage) -> list[str]:
    return page.read(lambda session, turn: spoken_languages(session, page.clinic, turn.now))


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    return page.show(
        "office_languages.html",
        status,
        form=form,
        spoken=[(code, own_name(code)) for code in _spoken(page)],
        done="Saved." if request.args.get("done") == "saved" else "",
    )
