"""The part of a protocol document about check-ins: when the patient is asked; less when well, sooner when not."""

from collections.abc import Iterable

from triage.rules.document import Walk
from triage.rules.faults import Fault, show
from triage.rules.protocol import ExpectedWindow, Schedule
from triage.rules.read_rules import RuleReader

LAST_DAY = 365
# Hours: nobody who has just reported is asked sooner, and after three days it is not soon any more.
SOONEST_AGAIN, LATEST_AGAIN = 6, 72


def read_schedule(walk: Walk, rules: RuleReader) -> Schedule:
    """Return when the patient is asked."""
    part = walk.inner("check_ins")
    schedule = Schedule(
        days=part.wholes("days", 0, LAST_DAY),
        at_hour=part.whole("at_hour", 8, 20),
        overdue_after_hours=part.whole("overdue_after_hours", 1, 24 * 14),
        source=rules.source(part),
    )
    if _is_given(part, "when_well_days", "when_well_source"):
        days, source = part.wholes("when_well_days", 0, LAST_DAY), rules.source(part, "when_well_source")
        schedule = schedule._replace(when_well_days=days, when_well_source=source)
    if _is_given(part, "when_beyond_hours", "when_beyond_source"):
        hours = part.whole("when_beyond_hours", SOONEST_AGAIN, LATEST_AGAIN)
        source = rules.source(part, "when_beyond_source")
        schedule = schedule._replace(when_beyond_hours=hours, when_beyond_source=source)
    part.finish()
    return schedule


def _is_given(part: Walk, *names: str) -> bool:
    """Tell whether one of two entries that go together is there; the other is then asked for too."""
    return any(name in part.table for name in names)


def check_late_days(schedule: Schedule, windows: Iterable[ExpectedWindow], faults: list[Fault]) -> None:
    """Report days for the well that are no days of the schedule, and late checks that they leave out."""
    well = schedule.when_well_days
    path = "protocol.toml:check_ins.when_well_days"
    added = [day for day in well if day not in schedule.days]
    if added:
        faults.append(Fault(path, f"{show(added)} are not in days", "take from days what the well are still asked"))
    left_out = [day for day in late_days(schedule, windows) if day not in well]
    if well and left_out:
        faults.append(
            Fault(path, f"leaves out the late checks {show(left_out)}", "who is well is asked these days too")
        )


def late_days(schedule: Schedule, windows: Iterable[ExpectedWindow]) -> tuple[int, ...]:
    """Return the days of the schedule that nobody may skip: the last one, and those on which a symptom may be late.

    A late reaction begins in somebody who has been well for weeks, so being well is no reason not to ask.
    """
    clocks = (window.late_any_from_hour or window.late_new_from_hour for window in windows)
    since = min((hour for hour in clocks if hour is not None), default=None)
    last = schedule.days[-1]
    return tuple(day for day in schedule.days if day == last or (since is not None and 24 * (day + 1) > since))
