"""A clinic's escalation policy in words that a lead reads: the ladder of each urgency, and how two policies differ."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from triage.rules.ladder import EscalationPolicy, Quiet, Wait
from triage.rules.staffing import ON_CALL, PERSON, ROLE
from triage.rules.vocabulary import Urgency

Names = Mapping[str, str]  # of people, by their id as text
LEVELS = {
    Urgency.emergency: "Emergency",
    Urgency.urgent: "Urgent",
    Urgency.same_day: "Same day",
    Urgency.routine: "Routine",
}
ROLES = {"practitioner": "the practitioners", "lead": "the leads"}
WAITS = {
    "step_wait": "how long each step waits for an answer",
    "fallback_wait": "how often everybody is told again in the end",
    "promise": "by when the patient is promised an answer",
    "ack_wait": "how long somebody who has taken it may need",
    "snooze_most": "how far it may be put off",
}
MINUTES_OF_HOUR, MINUTES_OF_DAY = 60, 24 * 60


def target_words(target: str, names: Names) -> str:
    """Return whom a target means."""
    if target == ON_CALL:
        return "whoever is on call"
    if target.startswith(ROLE):
        role = target.removeprefix(ROLE)
        return ROLES.get(role, role)
    return names.get(target.removeprefix(PERSON), "somebody who does not work here any more")


def targets_words(targets: Sequence[str], names: Names) -> str:
    """Return whom several targets mean, as one enumeration."""
    words = [target_words(target, names) for target in targets]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""])) or "nobody"


def wait_words(wait: Wait | None) -> str:
    """Return a wait in words; None: not at all."""
    if wait is None:
        return "not at all"
    if wait.working_days:
        return _many(wait.working_days, "working day")
    if wait.wall is not None:
        return _span_words(wait.wall)
    return f"{_span_words(wait.open_time or timedelta())} of opening hours"


def rungs(policy: EscalationPolicy, urgency: Urgency, names: Names) -> list[str]:
    """Return what happens to an alert of an urgency that nobody answers, one sentence a step."""
    wait = wait_words(policy.step_wait[urgency])
    told = []
    for number, step in enumerate(policy.steps):
        more = "" if number < 2 else " more"
        begins = f"If nobody answers for {wait}{more}" if number else "At once"
        again = f", and {_many(step.repeats, 'time')} more, every {wait}" if step.repeats else ""
        told.append(f"{begins}: {targets_words(step.targets, names)}{again}.")
    if policy.rounds > 1:
        told.append(f"Then all of this again, {policy.rounds} rounds in all.")
    last, often = targets_words(policy.fallback, names), wait_words(policy.fallback_wait[urgency])
    told.append(f"In the end: {last}, again after {often} each time, until somebody answers.")
    return told


def promises(policy: EscalationPolicy, urgency: Urgency) -> list[str]:
    """Return what else holds for an urgency: the patient's promise, the time to close, how far it may be put off."""
    off = policy.snooze_most.get(urgency)
    return [
        f"The patient is promised an answer within {wait_words(policy.promise[urgency])}.",
        f"Whoever takes it has {wait_words(policy.ack_wait[urgency])} to close it; then everybody is told anew.",
        f"It may be put off for {wait_words(off)} at most." if off else "It cannot be put off.",
    ]


def quiet_words(quiet: Quiet | None) -> str:
    """Return the quiet hours in words."""
    if quiet is None:
        return "There are no quiet hours: every message goes out at once."
    below = LEVELS[quiet.below].lower()
    return f"From {quiet.start:%H:%M} to {quiet.end:%H:%M} messages below {below} wait for the end of the quiet hours."


def differences(old: EscalationPolicy, new: EscalationPolicy, names: Names) -> list[str]:
    """Return in words what a new policy changes; empty: nothing."""
    return [*_of_steps(old, new, names), *_of_waits(old, new), *_of_rest(old, new)]


def _of_steps(old: EscalationPolicy, new: EscalationPolicy, names: Names) -> Iterator[str]:
    for number in range(max(len(old.steps), len(new.steps))):
        before = old.steps[number] if number < len(old.steps) else None
        after = new.steps[number] if number < len(new.steps) else None
        if before is None and after is not None:
            yield f"Step {number + 1} is new: {targets_words(after.targets, names)}."
        elif before is not None and after is None:
            yield f"Step {number + 1} is gone: it told {targets_words(before.targets, names)}."
        elif before is not None and after is not None:
            if before.targets != after.targets:
                was, now = targets_words(before.targets, names), targets_words(after.targets, names)
                yield f"Step {number + 1} tells {now}; before: {was}."
            if before.repeats != after.repeats:
                yield f"Step {number + 1} is repeated {_many(after.repeats, 'time')}; before: {before.repeats}."
    if old.fallback != new.fallback:
        was, now = targets_words(old.fallback, names), targets_words(new.fallback, names)
        yield f"In the end {now} are told again and again; before: {was}."


def _of_waits(old: EscalationPolicy, new: EscalationPolicy) -> Iterator[str]:
    for name, said in WAITS.items():
        for urgency, level in LEVELS.items():
            before, after = getattr(old, name).get(urgency), getattr(new, name).get(urgency)
            if before != after:
                yield f"{level}, {said}: {wait_words(after)}; before: {wait_words(before)}."


def _of_rest(old: EscalationPolicy, new: EscalationPolicy) -> Iterator[str]:
    if old.rounds != new.rounds:
        yield f"The steps are gone through {_many(new.rounds, 'time')}; before: {old.rounds}."
    if old.pushes_most != new.pushes_most:
        most = _many(new.pushes_most, "time")
        yield f"Doing something puts the time-out off {most} at most; before: {old.pushes_most}."
    if old.quiet != new.quiet:
        yield f"{quiet_words(new.quiet)} Before: {quiet_words(old.quiet)}"
    if old.auto_resolve != new.auto_resolve:
        closes = "closes by itself when its reason has gone" if new.auto_resolve else "is closed by a human only"
        yield f"A routine alert that somebody has taken {closes}."


def _span_words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes and minutes % MINUTES_OF_DAY == 0:
        return _many(minutes // MINUTES_OF_DAY, "day")
    if minutes >= MINUTES_OF_HOUR and minutes % MINUTES_OF_HOUR == 0:
        return _many(minutes // MINUTES_OF_HOUR, "hour")
    return _many(minutes, "minute")


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" + "s" * (number != 1)
