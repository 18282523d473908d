"""/ and /first-run: where there is no clinic yet, whoever has the code that the server prints opens one."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, wraps
from typing import ParamSpec

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Conflict, Invalid
from triage.actions.first_run import FirstClinic, is_first_run_code, open_first_clinic
from triage.actions.throttling import FREE, TooMany, begin_try, count_of, network_of, take_back
from triage.records import OtherSchema, sign_in_lookups
from triage.rules import Fault
from triage.web.door.cookies import browser_here, clock_here, let_in, own_form_only
from triage.web.door.waits import waiting
from triage.web.links import wiring_here
from triage.web.staff_page import SET_UP_CODES
from triage.words.countries import countries, zones_of

WRONG_CODE = Fault(
    "code", "this is not the code", "look for it where the server was started, or run: triage first-run-code"
)
LEAD_FIELDS = {"lead_name": "name", "lead_email": "email", "name": "clinic"}  # as the action names them, and the form

Rest = ParamSpec("Rest")
View = Callable[Rest, ResponseReturnValue]


def to_first_run(view: View[Rest]) -> View[Rest]:
    """Return a view that leads to the first run while there is no clinic, and says what to do about an old database."""

    @wraps(view)
    def look_first(*arguments: Rest.args, **named: Rest.kwargs) -> ResponseReturnValue:
        state = state_here()
        if state == "old":
            return render_template("desk/old_database.html"), 503
        return redirect("/first-run", 303) if state == "empty" else view(*arguments, **named)

    return look_first


def state_here() -> str:
    """Return how the database stands: old (to be upgraded), empty (no clinic yet), or open."""
    wiring = wiring_here()
    try:
        wiring.check_schema()
    except OtherSchema:
        return "old"
    return "open" if wiring.look(sign_in_lookups.has_clinic) else "empty"


@to_first_run
def show_root() -> ResponseReturnValue:
    """Lead to the worklist, which leads to the door."""
    return redirect("/desk", 303)


def show_first_run() -> ResponseReturnValue:
    """Show the form, as long as there is no clinic."""
    return _elsewhere() or _form({"time_zone": _likely_zone()})


@own_form_only
def take_first_run() -> ResponseReturnValue:
    """Open the clinic and let its lead in, or show what is wrong beside each field."""
    if (answer := _elsewhere()) is not None:
        return answer
    wiring, clock, browser = wiring_here(), clock_here(), browser_here()
    network, typed = network_of(browser.address), {name: value.strip() for name, value in request.form.items()}
    counts = [count_of(clock.terms, "first_run", network, free=FREE)] if network else []
    begun = wiring.do(partial(begin_try, counts=counts, now=clock.now))
    if isinstance(begun, TooMany):
        status, said, seconds = waiting(begun, clock.now)
        return _form(typed, [Fault("code", said, "wait until then")]), status, {"Retry-After": str(seconds)}
    if not is_first_run_code(clock.terms, typed.get("code", "")):
        return _form(typed, [WRONG_CODE]), 403
    wiring.do(partial(take_back, begun=begun))
    fields = {name: typed.get(name, "") for name in FirstClinic._fields}
    asked = FirstClinic(**fields)._replace(password=request.form.get("password", ""))
    open_it = partial(open_first_clinic, asked=asked, files=wiring.starter, browser=browser, clock=clock)
    try:
        staff, entry = wiring.do(open_it)
    except Conflict:
        return redirect("/sign-in", 303)
    except Invalid as error:
        return _form(typed, error.faults), 422
    return let_in(entry, staff, f"{SET_UP_CODES}?next=/office", clock.terms)


def _elsewhere() -> ResponseReturnValue | None:
    """Return the answer where no clinic can be opened here; None: one can."""
    state = state_here()
    if state == "open":
        return redirect("/sign-in", 303)
    is_old = state == "old"
    return (
        None
        if not is_old and wiring_here().starter
        else (render_template("desk/old_database.html", is_old=is_old), 503)
    )


def _form(typed: Mapping[str, str], faults: Sequence[Fault] = ()) -> str:
    said = {LEAD_FIELDS.get(fault.path, fault.path): fault for fault in faults}
    return render_template("desk/first_run.html", typed=typed, faults=said, zones=zone_choices())


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Return each time zone with its country and, where that has several, its town: by country, as one looks for it."""
    choices = []
    for code, country in countries("en").items():
        zones = zones_of(code)
        for zone in zones:
            town = zone.rpartition("/")[2].replace("_", " ")
            choices.append((zone, country if len(zones) == 1 else f"{country}: {town}"))
    return [*choices, ("UTC", "Nowhere: Universal Time (UTC)")]


def _likely_zone() -> str:
    """Return the zone of the country that the browser's languages name, where that has only one; else empty."""
    for language in request.accept_languages.values():
        zones = zones_of(language.rpartition("-")[2]) if "-" in language else []
        if len(zones) == 1:
            return zones[0]
    return ""
