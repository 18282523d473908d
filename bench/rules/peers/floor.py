"""The floor against itself: what the harness calls no difference."""

from collections.abc import Callable

from bench.rules.floor_bench import judge
from bench.rules.peers import Given
from bench.rules.reports import Report
from triage.rules import Finding

NAME, LIBRARY, PACKAGE, TAKES = "Python if/else, the floor", "", "", "values"


def build(given: Given) -> Callable[[Report], list[Finding]]:
    """Return the floor; its rules are in the code."""
    return lambda report: judge(*report)
