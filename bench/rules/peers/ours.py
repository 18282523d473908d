"""Our engine: the protocol's own files, compiled to decision tables."""

from collections.abc import Callable

from bench.rules.peers import Given
from bench.rules.reports import Report
from bench.rules.rule_set import load
from triage.rules import Finding
from triage.rules.assessment import judge

NAME, LIBRARY, PACKAGE, TAKES = "Aftercare Triage", "triage.rules", "", "values"


def build(given: Given) -> Callable[[Report], list[Finding]]:
    """Return the judgement under the tables of the protocol: parsed, checked and compiled here."""
    tables = load(given.files)
    return lambda report: judge(tables, *report)
