"""/office/hours: when the clinic is open, its holidays, its time zone, its telephone, where patients turn at night."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.clinics import change_clinic
from triage.actions.hours import coming_holidays, holiday_regions, hours_of
from triage.actions.terms import zone_of
from triage.rules.opening import WEEKDAYS
from triage.web.forms import Form, filled, limit, take, typed
from triage.web.moments import day_words, when
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.typed_times import day_of, is_clock
from triage.words.countries import countries

HERE = "/office/hours"
DAYS = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
SPANS = 3  # fields for each day
MOST = {"phone": 40, "out_of_hours": 500, "country": 2, "subdivision": 20}
SPARE_DAYS = 2  # empty fields for more closed, and more open days
WORDS = {
    "time_zone": "This time zone is not known: give a name like Europe/Berlin.",
    "subdivision": "This country has no such region: choose one of the list, or none.",
    "country": "No public holidays are known for this country: choose none, and list the days below.",
}
LOCAL_ZONES = {"localtime", "posixrules"}


@for_staff(*OFFICE)
def show_hours(page: StaffPage) -> ResponseReturnValue:
    """Show the hours in a form, with the holidays of the coming year."""
    return _page(page, _as_set(page), 200)


@for_staff(*OFFICE)
def take_hours(page: StaffPage) -> ResponseReturnValue:
    """Save the hours, the holidays, the time zone and what else stands in the form."""
    form = typed(*_span_names(), "time_zone", "phone", "out_of_hours", "country", "subdivision", "closed", "open")
    if form.text("time_zone") not in available_timezones() - LOCAL_ZONES:
        form = form.with_fault("time_zone", WORDS["time_zone"])
    form, week = _read_week(limit(form, MOST))
    form, stated = _read_holidays(form)
    values = {
        "opening_hours": week,
        "holidays": stated or None,
        "time_zone": form.text("time_zone"),
        "phone": form.text("phone") or None,
        "out_of_hours": form.text("out_of_hours") or None,
    }
    return take(
        form,
        lambda: page.do(lambda session, turn: change_clinic(session, values, turn)),
        lambda form, status: _page(page, form, status),
        f"{HERE}?done=saved",
        WORDS,
    )


def _read_week(form: Form) -> tuple[Form, dict[str, list[list[str]]]]:
    """Return the form with the faults of its spans, and the week without the days that are closed."""
    week: dict[str, list[list[str]]] = {}
    for day, name in DAYS.items():
        for number in range(SPANS):
            start, end = (form.text(f"{day}-{number}-{side}") for side in ("from", "to"))
            if not (start or end):
                continue
            said = ""
            if not (is_clock(start) and is_clock(end)):
                said = f"{name}: give both times, like 09:00 and 18:00."
            elif start >= end:
                said = f"{name}: the end is not after the beginning; a span past midnight is two spans."
            form = form.with_fault(f"{day}-{number}-from", said) if said else form
            week.setdefault(day, []).append([start, end])
    return form, week


def _read_holidays(form: Form) -> tuple[Form, dict[str, Any]]:
    """Return the form with the faults of its days, and what is stated of holidays; empty: no day is one."""
    country, subdivision = form.text("country"), form.text("subdivision")
    regions = holiday_regions().get(country, [])
    if subdivision and subdivision not in regions:
        subdivision = ""  # of the country that was chosen before
    stated: dict[str, Any] = {"country": country} if country else {}
    stated |= {"subdivision": subdivision} if country and subdivision else {}
    for name in ("closed", "open"):
        days = [day for day in form.all(name) if day]
        if any(day_of(day) is None for day in days):
            form = form.with_fault(name, "One of these is no day.")
        elif days:
            stated[name] = sorted(set(days))
    if country and country not in holiday_regions():
        form = form.with_fault("country", WORDS["country"])
    return form, stated


def _as_set(page: StaffPage) -> Form:
    clinic, stated = page.clinic, page.clinic.holidays or {}
    return filled(
        **dict(_spans_set(clinic.opening_hours)),
        time_zone=clinic.time_zone,
        phone=clinic.phone,
        out_of_hours=clinic.out_of_hours,
        country=stated.get("country"),
        subdivision=stated.get("subdivision"),
        closed=stated.get("closed") or [],
        open=stated.get("open") or [],
    )


def _spans_set(week: dict[str, list[list[str]]]) -> Iterator[tuple[str, str | None]]:
    for day in WEEKDAYS:
        spans = week.get(day) or []
        for number in range(SPANS):
            start, end = spans[number] if number < len(spans) else (None, None)
            yield f"{day}-{number}-from", start
            yield f"{day}-{number}-to", end


def _span_names() -> list[str]:
    return [f"{day}-{number}-{side}" for day in WEEKDAYS for number in range(SPANS) for side in ("from", "to")]


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    clinic, now, zone = page.clinic, page.turn.now, zone_of(page.clinic)
    names, regions = countries("en"), holiday_regions()
    country = form.text("country")
    opens_at = hours_of(clinic, now).opens_at(now)
    today = now.astimezone(zone).date()
    known = country in regions and form.text("subdivision") in ("", *regions[country])
    stated = {"country": country, "subdivision": form.text("subdivision")} if known else {}
    return page.show(
        "office_hours.html",
        status,
        form=form,
        days=DAYS,
        spans=range(SPANS),
        spare=SPARE_DAYS,
        zones=sorted(available_timezones() - LOCAL_ZONES),
        countries=[
            ("", "None: no public holidays"),
            *((code, name) for code, name in names.items() if code in regions),
        ],
        regions=[("", "The whole country"), *((code, code) for code in regions.get(country, ()))],
        holidays=[(day_words(day), name) for day, name in coming_holidays(stated, today)],
        is_always=not any(clinic.opening_hours.values()),
        is_open=opens_at == now,
        opens=when(opens_at, zone) if opens_at else "",
        done="Saved." if request.args.get("done") == "saved" else "",
    )
