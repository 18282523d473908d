"""Who is told when an alert comes to a step: the people of the first step on which somebody can be reached."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from triage.rules.alerts import Rules, Standing, climb
from triage.rules.staffing import TARGET_ROLES, Staffing, Told, people_told

EVERYBODY = tuple(f"role:{role}" for role in TARGET_ROLES)


class Reached(NamedTuple):
    """Where the alert is after looking for somebody, who is told, and the steps on which nobody could be reached.

    `told` empty: nobody at all can be told; the timer stays, so that it is tried again.
    """

    standing: Standing
    told: tuple[Told, ...]
    skipped: tuple[int, ...]
    delivered_at: datetime  # when the messages may go out: now, or after the quiet hours


def reach_somebody(
    standing: Standing, rules: Rules, staffing: Staffing, now: datetime, also: Iterable[object] = ()
) -> Reached:
    """Return whom the alert's step tells; where nobody of a step can be reached, the next one is taken at once (T7).

    When nobody of the fallback is there either, everybody who works at the clinic is told, away or not.
    """
    policy, skipped = rules.policy, []
    besides = tuple(f"person:{person}" for person in also)
    for _ in range(len(policy.steps) * policy.rounds + 1):
        told = people_told((*policy.targets(standing.step), *besides), staffing, standing.urgency, now)
        if told or standing.step >= len(policy.steps):
            break
        skipped.append(standing.step)
        standing = climb(standing, policy.place_after(standing.place), now, rules)
    if not told:
        everybody = (*policy.fallback, *EVERYBODY)
        told = people_told(everybody, staffing, standing.urgency, now, ignore_absence=True)
    sent_at = policy.delivered_at(standing.urgency, now, rules.hours.zone)
    return Reached(standing, told, tuple(skipped), sent_at)
