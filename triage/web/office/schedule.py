"""/office/schedule: on which days the protocol asks patients, and at which hour of the day this clinic does."""

from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.clinics import change_clinic
from triage.actions.protocols import tables_of
from triage.actions.terms import zone_of
from triage.rules.protocol import Schedule
from triage.rules.schedule import MORNING, NIGHT
from triage.web.forms import Form, filled, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/schedule"
HOURS = tuple(range(MORNING, NIGHT))
FIRST_DAYS = 14


@for_staff(*OFFICE)
def show_schedule(page: StaffPage) -> ResponseReturnValue:
    """Show the days, and the hour in a form."""
    return _page(page, filled(ask_hour=page.clinic.ask_hour), 200)


@for_staff(*OFFICE)
def take_schedule(page: StaffPage) -> ResponseReturnValue:
    """Save the hour; empty: as the protocol says. Requests that are planned already keep their hour."""
    form = typed("ask_hour")
    said = form.text("ask_hour")
    if said and said not in map(str, HOURS):
        form = form.with_fault(
            "ask_hour", f"Choose an hour from {MORNING} to {NIGHT - 1}: nobody is written to at night."
        )
    values = {"ask_hour": int(said) if said in map(str, HOURS) else None}
    return take(
        form,
        lambda: page.do(lambda session, turn: change_clinic(session, values, turn)),
        lambda form, status: _page(page, form, status),
        f"{HERE}?done=saved",
    )


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    tables = page.read(lambda session, turn: tables_of(session, page.clinic.id, turn.now, None))
    schedule = tables.protocol.schedule if tables else None
    return page.show(
        "office_schedule.html",
        status,
        form=form,
        schedule=schedule,
        hours=[("", f"As the protocol says: {schedule.at_hour}:00" if schedule else "As the protocol says")]
        + [(hour, f"{hour}:00") for hour in HOURS],
        days=_days(page, schedule) if schedule else [],
        done="Saved." if request.args.get("done") == "saved" else "",
    )


def _days(page: StaffPage, schedule: Schedule) -> list[tuple[int, str]]:
    """Return the days of the first two weeks on which who is treated today would be asked, with their dates."""
    today = page.turn.now.astimezone(zone_of(page.clinic)).date()
    days = [day for day in schedule.days if day <= FIRST_DAYS]
    return [(day, f"{today + timedelta(days=day):%a %d %b}") for day in days]
