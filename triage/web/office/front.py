"""/office: what is missing before the first message, and every room of the office with what is set there now."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from flask.typing import ResponseReturnValue

from triage.actions.set_up import SetUp, set_up_of
from triage.web.moments import when
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.words.locales import english_name


class Need(NamedTuple):
    """One thing that must be there before the first message: its name, how it stands in words, and where it is set."""

    name: str
    is_met: bool
    said: str
    path: str
    link: str


class Card(NamedTuple):
    """One room of the office, with a line of what is set now."""

    path: str
    name: str
    said: str


@for_staff(*OFFICE)
def show_office(page: StaffPage) -> ResponseReturnValue:
    """Show the checklist and the rooms."""
    found = page.read(set_up_of)
    known = {rule.rule for rule in current_app.url_map.iter_rules()}
    groups = [
        (name, [card for card in cards if card.path in known])
        for name, cards in (
            ("Who answers", list(_people_cards(found, page.turn.now))),
            ("What patients get", list(_patient_cards(found))),
            ("Programs and records", list(_other_cards(found))),
        )
    ]
    needs = [need._replace(path=need.path if need.path in known else "") for need in needs_of(found)]
    return page.show("office.html", needs=needs, groups=groups)


def needs_of(found: SetUp) -> list[Need]:
    """Return what must be there before the first message."""
    clinic, protocol = found.clinic, found.protocol
    line = f"Patients in danger are told to call {clinic.emergency_line}." if clinic.emergency_line else ""
    reached = ", ".join(found.reachable)
    return [
        Need(
            "Emergency line",
            bool(line),
            line or "No number is set for patients in danger while nobody is there.",
            "/office/emergency",
            "Set the number",
        ),
        Need(
            "Opening hours",
            found.has_hours,
            _week_words(clinic.opening_hours)
            if found.has_hours
            else "Nobody has looked at them yet: check and save them.",
            "/office/hours",
            "See the hours" if found.has_hours else "Check the hours",
        ),
        Need(
            "Somebody who can be reached",
            bool(reached),
            f"Alerts reach {reached}." if reached else "Nobody has a verified way to be reached.",
            "/office/contacts",
            "See the contacts" if reached else "Add a contact",
        ),
        Need(
            "Protocol approved",
            protocol is not None,
            f"{protocol.name} {protocol.version} is in effect. {_review_words(protocol.reviewer)}"
            if protocol
            else "No protocol is in effect, so reports are kept and read by a human.",
            "/office/protocol",
            "See the protocol" if protocol else "Choose and approve one",
        ),
    ]


def _people_cards(found: SetUp, now: datetime) -> Iterator[Card]:
    leads = sum(1 for person in found.staff if person.role in ("lead", "admin"))
    yield Card("/office/staff", "Staff", f"{_many(len(found.staff), 'person', 'people')}, {_many(leads, 'lead')}")
    yield Card("/office/contacts", "Contacts", _contacts_line(found))
    yield Card("/office/rota", "On call", on_duty_words(found, now))
    away = [row for row in found.absences if row.starts_at <= now]
    ahead = len(found.absences) - len(away)
    names = ", ".join(person.name for person in found.staff if person.id in {row.staff_id for row in away})
    yield Card(
        "/office/absences",
        "Absences",
        f"{f'Away now: {names}' if away else 'Nobody is away'}{f', {ahead} to come' if ahead else ''}",
    )
    yield Card("/office/hours", "Opening hours", _week_words(found.clinic.opening_hours))
    steps = len(found.policy.document.get("steps", ())) if found.policy else 0
    made = f"Version {found.policy.version}, {_many(steps, 'step')}" if found.policy else "As the service comes"
    yield Card("/office/policy", "Who is told when", made)


def _patient_cards(found: SetUp) -> Iterator[Card]:
    clinic, protocol = found.clinic, found.protocol
    yield Card("/office/protocol", "Protocol", f"{protocol.name} {protocol.version}" if protocol else "None in effect")
    at = f"asked at {clinic.ask_hour:02}:00" if clinic.ask_hour is not None else "asked when the protocol says"
    yield Card("/office/schedule", "Check-ins", f"Patients are {at}")
    tongues = ", ".join(english_name(code) for code in clinic.languages or ())
    yield Card("/office/languages", "Languages", tongues or "All that the protocol has")
    yield Card("/office/emergency", "Emergency line", clinic.emergency_line or "Not set")
    yield Card("/office/look", "Colours and logo", "Your own" if found.has_look else "As the service comes")


def _other_cards(found: SetUp) -> Iterator[Card]:
    yield Card("/office/keys", "Keys for programs", f"{_many(found.keys, 'key')} in use")
    yield Card(
        "/office/webhooks", "Webhooks", _many(found.webhooks, "address", "addresses") if found.webhooks else "None"
    )
    yield Card("/office/log", "Log", "Every change, with before and after")


def on_duty_words(found: SetUp, now: datetime) -> str:
    """Return who is on call and until when; without a rota, that the policy names people itself."""
    staffing = found.staffing
    person = staffing.find(staffing.on_call_at(now))
    if person is None:
        return "Nobody is on call now" if staffing.rota else "No rota: everybody of a step is told"
    override = next((one for one in staffing.overrides if one.starts_at <= now < one.ends_at), None)
    over_at = override.ends_at if override else None
    if over_at is None and staffing.rota is not None:
        over_at = staffing.rota.next_hand_over(now, staffing.zone)
    return f"{person.name}, until {when(over_at, staffing.zone)}" if over_at else person.name


def _review_words(reviewer: str | None) -> str:
    return (
        f"Reviewed by {reviewer}." if reviewer else "No clinician has reviewed it: let one read it before patients do."
    )


def _contacts_line(found: SetUp) -> str:
    unreached = [person.name for person in found.staffing.people if not person.ways]
    if unreached:
        return f"Cannot be reached: {', '.join(unreached)}"
    return f"{_many(sum(len(person.ways) for person in found.staffing.people), 'verified way', 'verified ways')}"


def _week_words(week: dict[str, list[list[str]]]) -> str:
    """Return opening hours in one line; days in a row with the same spans stand together."""
    runs: list[tuple[str, str, str]] = []  # first day, last day, spans
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        spans = ", ".join(f"{start} to {end}" for start, end in week.get(day) or ())
        if runs and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    said = [
        f"{first.title()}{'' if first == last else f' to {last.title()}'} {spans}"
        for first, last, spans in runs
        if spans
    ]
    return "; ".join(said) or "None set, which counts as open day and night"


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"
