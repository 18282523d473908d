"""Every figure of the audit by its name, in the order in which an auditor meets them."""

from collections.abc import Callable, Mapping

from triage.outcomes.facts import Facts
from triage.outcomes.figure import Figure, Question

FIGURES: Mapping[str, Callable[[Facts, Question], Figure]] = {}
