"""Every figure of the audit by its name, in the order in which an auditor meets them."""

from collections.abc import Callable, Mapping

from triage.outcomes.facts import Facts
from triage.outcomes.figure import Figure, Question
from triage.outcomes.results import results_figure

FIGURES: Mapping[str, Callable[[Facts, Question], Figure]] = {
    "results": results_figure,
}
