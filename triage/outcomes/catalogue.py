"""Every figure of the audit by its name, in the order in which an auditor meets them."""

from collections.abc import Callable, Mapping

from triage.outcomes.answered import answered
from triage.outcomes.burden import burden
from triage.outcomes.closings import closings
from triage.outcomes.equity import equity
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Figure, Question
from triage.outcomes.healing import healing
from triage.outcomes.lots_figure import lots
from triage.outcomes.missed import missed
from triage.outcomes.practitioners import practitioners
from triage.outcomes.response import response
from triage.outcomes.silent import silence
from triage.outcomes.windows import windows
from triage.outcomes.worth import worth

FIGURES: Mapping[str, Callable[[Facts, Question], Figure]] = {
    "healing": healing,
    "windows": windows,
    "answered": answered,
    "missed": missed,
    "worth": worth,
    "response": response,
    "silence": silence,
    "burden": burden,
    "closings": closings,
    "lots": lots,
    "practitioners": practitioners,
    "equity": equity,
}
