"""Our engine as the bench calls it: the values of one report in, findings out.

Until `triage.rules.assessment` has its own `Past` and `judge`, they are made here from `assess`: the same answers, but
its times mean nothing (`IS_OURS` says so).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from triage.rules import CheckIn, Finding, Situation, Tables, assess, assessment

HOUR = timedelta(hours=1)


class _Past(NamedTuple):
    """An earlier check-in as the judged one sees it."""

    symptoms: Mapping[str, int]
    course: Mapping[str, str]
    age: float  # hours before the judged report
    hour: float  # since the procedure that was the latest at its own time
    is_current: bool  # since the procedure that is the latest for the judged report


def _judge(
    tables: Tables, check_in: CheckIn, hours: float, past: Sequence[Any], risk_factors: Collection[str]
) -> list[Finding]:
    """Return the findings on a report whose procedures and history are rebuilt from the values."""
    at = check_in.at
    procedures = {at - hours * HOUR, *(at - (report.age + report.hour) * HOUR for report in past)}
    earlier = [CheckIn(at=at - p.age * HOUR, symptoms=p.symptoms, course=p.course) for p in past]
    return list(assess(tables, Situation(sorted(procedures), earlier, risk_factors), check_in).findings)


IS_OURS = hasattr(assessment, "judge")
Past: Any = assessment.Past if IS_OURS else _Past
judge: Any = getattr(assessment, "judge", _judge)
