"""What an alert would do if nobody answered: who is told, by which way, at which moment; and what would go wrong."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple

from triage.rules.alerts import Rules, Standing, open_alert, run_timer
from triage.rules.staffing import ON_CALL, PERSON, Staffing, Told, people_told
from triage.rules.telling import Reached, reach_somebody
from triage.rules.vocabulary import Urgency


class Call(NamedTuple):
    """One step of the ladder as it would happen."""

    at: datetime  # when the timer fires
    delivered_at: datetime  # when the messages go out; later than `at` in quiet hours
    step: int
    cycle: int
    repeat: int
    is_fallback: bool
    told: tuple[Told, ...]


class DryRun(NamedTuple):
    """The steps in order, by when the patient was promised an answer, and warnings in words."""

    calls: tuple[Call, ...]
    promised_at: datetime | None
    warnings: tuple[str, ...]


def dry_run(urgency: Urgency, at: datetime, rules: Rules, staffing: Staffing, most: int = 0) -> DryRun:
    """Play an alert that opens at a moment and that nobody answers, by the very transitions of the real ones.

    `most`: so many steps; 0: once round the ladder and twice the fallback.
    """
    policy = rules.policy
    rounds = sum(1 + step.repeats for step in policy.steps) * policy.rounds
    calls, skipped = [], []
    standing = open_alert(urgency, at, rules, promises=True).standing
    now = at
    for _ in range(most or rounds + 2):
        reached = reach_somebody(standing, rules, staffing, now)
        standing = reached.standing
        skipped += [(now, step) for step in reached.skipped]
        calls.append(_call(reached, now, rules))
        assert standing.next_action_at is not None
        now = standing.next_action_at
        standing = run_timer(standing, now, rules).standing
    promised = open_alert(urgency, at, rules, promises=True).standing.promised_at
    zone = rules.hours.zone
    told = (*_of_steps(skipped, zone), *_of_calls(calls, promised, zone), *_of_people(rules, staffing, urgency, at))
    return DryRun(tuple(calls), promised, tuple(dict.fromkeys(told)))


def _call(reached: Reached, now: datetime, rules: Rules) -> Call:
    standing: Standing = reached.standing
    is_fallback = standing.step >= len(rules.policy.steps)
    return Call(now, reached.delivered_at, *standing.place, is_fallback, reached.told)


def _of_steps(skipped: list[tuple[datetime, int]], zone: tzinfo) -> Iterator[str]:
    for now, step in skipped:
        yield f"step {step + 1}: nobody can be reached on {_local(now, zone)}, so the next step is taken at once"


def _of_calls(calls: list[Call], promised: datetime | None, zone: tzinfo) -> Iterator[str]:
    for call in calls:
        if not call.told:
            yield f"nobody at all can be told on {_local(call.at, zone)}: add a person with a verified contact"
        if call.delivered_at > call.at:
            until = _local(call.delivered_at, zone)
            yield f"quiet hours hold the messages of {_local(call.at, zone)} back until {until}"
    everybody = {told.person.name for call in calls for told in call.told}
    late = [call for call in calls if promised is not None and call.at >= promised and not call.is_fallback]
    if late:
        yield "the patient's promised time is over before every step was told once"
    if len(everybody) == 1:
        yield f"{next(iter(everybody))} alone is told: name a deputy for when they are away"


def _of_people(rules: Rules, staffing: Staffing, urgency: Urgency, at: datetime) -> Iterator[str]:
    """Yield who is meant and cannot be told, however the ladder goes."""
    when = _local(at, rules.hours.zone)
    meant = [target for step in range(len(rules.policy.steps) + 1) for target in rules.policy.targets(step)]
    for target in dict.fromkeys(meant):
        if target == ON_CALL and staffing.on_call_at(at) is None:
            yield f"nobody is on call on {when}"
        elif target.startswith(PERSON) and staffing.find(target.removeprefix(PERSON)) is None:
            yield f"the policy names somebody who does not work here any more ({target})"
        elif not people_told([target], staffing, urgency, at):
            yield f"{target} reaches nobody on {when}"
    for person in staffing.people:
        is_reached = any(way.urgency_from <= urgency for way in person.ways)
        if f"role:{person.role}" in meant and not is_reached:
            yield f"{person.name} has no verified contact for an alert that is {urgency.name}"


def _local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"
