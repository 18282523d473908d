"""A clinic's escalation policy read from its document (JSON), all faults at once, and written again."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta
from typing import Any

from triage.rules.faults import Fault, show
from triage.rules.faults import place as shown_place
from triage.rules.ladder import DEFAULT_POLICY, EscalationPolicy, Quiet, Step, Wait
from triage.rules.opening import CLOCK_TIME
from triage.rules.staffing import ON_CALL, PERSON, ROLE, TARGET_ROLES
from triage.rules.vocabulary import Urgency

MOST_STEPS, MOST_TARGETS, MOST_REPEATS, MOST_ROUNDS, MOST_PUSHES = 12, 20, 10, 10, 20
ALERTING = tuple(urgency for urgency in Urgency if urgency)
WAITS = ("step_wait", "fallback_wait", "ack_wait", "snooze_most", "promise")
UNITS = {"minutes": 60 * 24 * 60, "open_minutes": 60 * 24 * 60, "working_days": 60}  # each with the most of it
TARGET = "use role:practitioner, role:lead, on_call, or person: and the id of a member of staff"
WAIT = 'give one of {"minutes": N}, {"open_minutes": N}, {"working_days": N}'
# However a clinic sets its ladder, these are told no slower: a step that waits for hours is no step.
LONGEST_STEP = {Urgency.emergency: timedelta(minutes=30), Urgency.urgent: timedelta(hours=2)}


class PolicyError(ValueError):
    """A policy's document has faults; `faults` tells each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.sentence() for fault in faults))
        self.faults = tuple(faults)


def read_policy(document: Any) -> EscalationPolicy:
    """Return the policy of a document. What it leaves out is as in the policy that the service comes with.

    Raises PolicyError.
    """
    faults: list[Fault] = []
    if not isinstance(document, Mapping):
        raise PolicyError([Fault("", "is no object", "give an object with steps")])
    read: dict[str, Any] = {}
    for name, value in document.items():
        reader = READERS.get(name)
        if reader is None:
            faults.append(Fault(shown_place(name), "is not known", "use one of: " + ", ".join(READERS)))
        else:
            read[name] = reader(name, value, faults)
    if not faults:
        policy = DEFAULT_POLICY._replace(**read)
        faults += _slow_steps(policy)
    if faults:
        raise PolicyError(faults)
    return policy


def as_document(policy: EscalationPolicy) -> dict[str, Any]:
    """Return the document that reads as this policy."""
    quiet, closes = policy.quiet, policy.auto_resolve
    return {
        "steps": [{"targets": list(step.targets), "repeats": step.repeats} for step in policy.steps],
        "fallback": list(policy.fallback),
        "rounds": policy.rounds,
        "pushes_most": policy.pushes_most,
        **{name: {u.name: _wait_json(wait) for u, wait in getattr(policy, name).items()} for name in WAITS},
        "quiet": quiet and {"from": f"{quiet.start:%H:%M}", "to": f"{quiet.end:%H:%M}", "below": quiet.below.name},
        "auto_resolve": closes.name if closes is not None else None,
    }


def people_named(policy: EscalationPolicy) -> set[str]:
    """Return the ids of the people whom the policy names."""
    targets = [*policy.fallback, *(target for step in policy.steps for target in step.targets)]
    return {target.removeprefix(PERSON) for target in targets if target.startswith(PERSON)}


def _steps(place: str, value: Any, faults: list[Fault]) -> tuple[Step, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_STEPS:
        faults.append(Fault(place, "is no list of steps", f"give 1 to {MOST_STEPS} steps"))
        return ()
    return tuple(_step(f"{place}[{number}]", step, faults) for number, step in enumerate(value))


def _step(place: str, value: Any, faults: list[Fault]) -> Step:
    if not isinstance(value, Mapping) or not set(value) <= {"targets", "repeats"}:
        faults.append(Fault(place, "is no step", 'give {"targets": [...], "repeats": 0}'))
        return Step(())
    targets = _targets(f"{place}.targets", value.get("targets"), faults)
    return Step(targets, _whole(f"{place}.repeats", value.get("repeats", 0), faults, (0, MOST_REPEATS)))


def _targets(place: str, value: Any, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_TARGETS:
        faults.append(Fault(place, "names nobody", TARGET))
        return ()
    for number, target in enumerate(value):
        if not _is_target(target):
            faults.append(Fault(f"{place}[{number}]", f"{show(target)} is no target", TARGET))
    return tuple(target for target in value if _is_target(target))


def _is_target(target: Any) -> bool:
    if not isinstance(target, str):
        return False
    is_role = target.startswith(ROLE) and target.removeprefix(ROLE) in TARGET_ROLES
    return is_role or target == ON_CALL or bool(re.fullmatch(PERSON + r"[0-9a-f-]{36}", target))


def _whole(place: str, value: Any, faults: list[Fault], limits: tuple[int, int]) -> int:
    low, high = limits
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    faults.append(Fault(place, f"{show(value)} is not allowed", f"give a whole number from {low} to {high}"))
    return low


def _waits(place: str, value: Any, faults: list[Fault]) -> dict[Urgency, Wait]:
    """Return a wait for each urgency; only putting off may leave some out."""
    known = {urgency.name: urgency for urgency in ALERTING}
    missing = [] if place == "snooze_most" else sorted(set(known) - set(value if isinstance(value, Mapping) else ()))
    if not isinstance(value, Mapping) or missing or not set(value) <= set(known):
        said = f"lacks {', '.join(missing)}" if missing else "is not by urgency"
        faults.append(Fault(place, said, "give a wait for each of: " + ", ".join(known)))
        return {}
    return {known[name]: _wait(f"{place}.{name}", wait, faults) for name, wait in value.items()}


def _wait(place: str, value: Any, faults: list[Fault]) -> Wait:
    unit, number = next(iter(value.items())) if isinstance(value, Mapping) and len(value) == 1 else ("", None)
    if unit not in UNITS:
        faults.append(Fault(place, "is no wait", WAIT))
        return Wait()
    number = _whole(f"{place}.{unit}", number, faults, (1, UNITS[unit]))
    if unit == "working_days":
        return Wait(working_days=number)
    span = timedelta(minutes=number)
    return Wait(wall=span) if unit == "minutes" else Wait(open_time=span)


def _quiet(place: str, value: Any, faults: list[Fault]) -> Quiet | None:
    if value is None:
        return None
    is_whole = isinstance(value, Mapping) and set(value) == {"from", "to", "below"}
    times = [value["from"], value["to"]] if is_whole else []
    if not times or not all(isinstance(moment, str) and CLOCK_TIME.fullmatch(moment) for moment in times):
        expected = 'give {"from": "21:00", "to": "07:00", "below": "same_day"}, or null'
        faults.append(Fault(place, "are no quiet hours", expected))
        return None
    below = value["below"]
    if below not in ("same_day", "urgent") or times[0] == times[1]:
        expected = "use same_day or urgent, and two different times: what is urgent is never held back"
        faults.append(Fault(place, "would hold back what may not wait, or never end", expected))
        return None
    return Quiet(time.fromisoformat(times[0]), time.fromisoformat(times[1]), Urgency[below])


def _auto_resolve(place: str, value: Any, faults: list[Fault]) -> Urgency | None:
    if value in (None, "routine"):
        return Urgency.routine if value else None
    faults.append(Fault(place, f"{show(value)} is not allowed", "use routine, or null: anything else a human closes"))
    return None


def _slow_steps(policy: EscalationPolicy) -> list[Fault]:
    """Return what makes a dangerous alert wait: danger is never counted in opening hours, nor in hours at all."""
    found = []
    for urgency, most in LONGEST_STEP.items():
        wall = policy.step_wait[urgency].wall
        if wall is None or wall > most:
            minutes = int(most.total_seconds() // 60)
            place = f"step_wait.{urgency.name}"
            found.append(Fault(place, "makes danger wait", f'give {{"minutes": N}} of at most {minutes}'))
    return found


def _wait_json(wait: Wait) -> dict[str, int]:
    if wait.working_days:
        return {"working_days": wait.working_days}
    unit, span = ("minutes", wait.wall) if wait.wall is not None else ("open_minutes", wait.open_time)
    return {unit: int(span.total_seconds() // 60)} if span else {}


Reader = Callable[[str, Any, list[Fault]], Any]
READERS: dict[str, Reader] = {
    "steps": _steps,
    "fallback": _targets,
    "rounds": lambda place, value, faults: _whole(place, value, faults, (1, MOST_ROUNDS)),
    "pushes_most": lambda place, value, faults: _whole(place, value, faults, (0, MOST_PUSHES)),
    **dict.fromkeys(WAITS, _waits),
    "quiet": _quiet,
    "auto_resolve": _auto_resolve,
}
