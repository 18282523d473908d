"""The escalation policy as fields of a form, and back as the document that the actions take."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import request

from triage.paper.ladder import LEVELS
from triage.rules import Fault
from triage.rules.ladder import EscalationPolicy, Wait
from triage.rules.read_policy import MOST_PUSHES, MOST_REPEATS, MOST_ROUNDS, MOST_STEPS, WAITS
from triage.web.forms import Form, filled, typed

UNITS = (("minutes", "minutes"), ("open_minutes", "minutes of opening hours"), ("working_days", "working days"))
SPARE = 1  # steps without anybody, to be filled in
NUMBERS = {"rounds": (1, MOST_ROUNDS), "pushes_most": (0, MOST_PUSHES)}
QUIET = ("quiet_from", "quiet_to", "quiet_below")


def target_options(people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return everybody who can be told on a step, as pairs of target and words; `people`: id and name."""
    roles = [("role:practitioner", "All practitioners"), ("role:lead", "All leads"), ("on_call", "Whoever is on call")]
    return [*roles, *((f"person:{person_id}", name) for person_id, name in people)]


def form_of(policy: EscalationPolicy) -> Form:
    """Return the form with a policy in it, and an empty step at the end."""
    values: dict[str, object] = {}
    for number, step in enumerate(policy.steps, start=1):
        values[f"step{number}"], values[f"repeats{number}"] = list(step.targets), step.repeats
    for number in range(len(policy.steps) + 1, min(MOST_STEPS, len(policy.steps) + SPARE) + 1):
        values[f"step{number}"], values[f"repeats{number}"] = [], 0
    values |= {"fallback": list(policy.fallback), "rounds": policy.rounds, "pushes_most": policy.pushes_most}
    for name in WAITS:
        for urgency in LEVELS:
            field = f"{name}-{urgency.name}"
            values[field], values[f"{field}-unit"] = _wait_typed(getattr(policy, name).get(urgency))
    quiet = policy.quiet
    values["quiet_from"], values["quiet_to"] = (f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}") if quiet else (None, None)
    values["quiet_below"] = quiet.below.name if quiet else "same_day"
    values["auto_resolve"] = ["routine"] if policy.auto_resolve is not None else []
    return filled(**values)


def typed_policy() -> Form:
    """Return what was typed into the form."""
    count = sum(1 for number in range(1, MOST_STEPS + 1) if f"repeats{number}" in request.form)
    steps = [name for number in range(1, count + 1) for name in (f"step{number}", f"repeats{number}")]
    waits = [f"{name}-{urgency.name}{part}" for name in WAITS for urgency in LEVELS for part in ("", "-unit")]
    return typed(*steps, "fallback", *NUMBERS, *waits, *QUIET, "auto_resolve")


def read_form(form: Form, stored: dict[str, Any]) -> tuple[Form, dict[str, Any]]:
    """Return the form with its faults, and the document that it makes of the one that is `stored`."""
    form, steps = _read_steps(form)
    form, waits = _read_waits(form)
    document = {**stored, "steps": steps, "fallback": list(form.all("fallback")), **waits}
    if not document["fallback"]:
        form = form.with_fault("fallback", "Choose who is told in the end, again and again.")
    for name, (low, high) in NUMBERS.items():
        form, document[name] = _whole(form, name, low, high)
    begin, end = form.text("quiet_from"), form.text("quiet_to")
    document["quiet"] = {"from": begin, "to": end, "below": form.text("quiet_below")} if begin or end else None
    if bool(begin) != bool(end):
        form = form.with_fault("quiet_from" if end else "quiet_to", "Give both times, or none.")
    elif begin and begin == end:
        form = form.with_fault("quiet_to", "Give two different times.")
    document["auto_resolve"] = "routine" if form.all("auto_resolve") else None
    return form, document


def faults_by_field(faults: Sequence[Fault]) -> list[Fault]:
    """Return faults of a document with the names of the fields that they lie in."""
    found = []
    for fault in faults:
        first, *rest = fault.path.split(".")
        found.append(fault._replace(path=f"{first}-{rest[0]}") if first in WAITS and rest else fault)
    return found


def _read_steps(form: Form) -> tuple[Form, list[dict[str, Any]]]:
    """Return the steps that tell somebody; one whose people were all taken away is no step any more."""
    steps = []
    for name in [name for name in form.values if name.startswith("step") and name[4:].isdigit()]:
        if form.all(name):
            form, repeats = _whole(form, f"repeats{name[4:]}", 0, MOST_REPEATS)
            steps.append({"targets": list(form.all(name)), "repeats": repeats})
    if not steps:
        form = form.with_fault("step1", "Choose who is told first.")
    return form, steps


def _read_waits(form: Form) -> tuple[Form, dict[str, dict[str, dict[str, int]]]]:
    found: dict[str, dict[str, dict[str, int]]] = {name: {} for name in WAITS}
    for name in WAITS:
        for urgency in LEVELS:
            field = f"{name}-{urgency.name}"
            if name == "snooze_most" and not form.text(field):
                continue  # it cannot be put off
            form, number = _whole(form, field, 1, 60 * 24 * 60)
            found[name][urgency.name] = {form.text(f"{field}-unit"): number}
    return form, found


def _whole(form: Form, name: str, low: int, high: int) -> tuple[Form, int]:
    text = form.text(name)
    if text.isascii() and text.isdigit() and len(text) < 7 and low <= int(text) <= high:
        return form, int(text)
    return form.with_fault(name, f"Give a whole number from {low} to {high}."), low


def _wait_typed(wait: Wait | None) -> tuple[int | None, str]:
    if wait is None:
        return None, "minutes"
    if wait.working_days:
        return wait.working_days, "working_days"
    span, unit = (wait.wall, "minutes") if wait.wall is not None else (wait.open_time or timedelta(), "open_minutes")
    return int(span.total_seconds() // 60), unit
