"""Three ways to judge say the same: the document read literally, the engine one report at a time, and the columns.

With ORACLE_EXAMPLES=20000 in the environment so many examples of each kind are tried.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.rules.oracle.beside import Both, all_told_by_oracle, read, shipped, small
from tests.rules.oracle.search import Cases, Difference, search
from tests.rules.test_oracle import compare
from triage.outcomes.batch import judge_layout
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.reports import Layout, PatientReports, Report
from triage.rules import Urgency

pytestmark = pytest.mark.timeout(0)
Row = tuple[int, int, str, list[str]]  # number of the case and of the check-in, urgency, rules but for the hold


def told_by_columns(judge: ColumnJudge, protocol: Both, cases: Cases) -> list[Row]:
    """Every report of every case, ordered by case and moment; of one moment each is as urgent as those before it."""
    layout = Layout(protocol.tables)
    for one in cases:
        case = read(protocol, one)
        reports = [Report(check_in.at, check_in.as_mapping()) for check_in in case.check_ins]
        layout.add(PatientReports(case.procedures, reports, case.risk_factors))
    laid, verdicts = judge_layout(judge, layout)
    return [
        (*place, Urgency(int(verdicts.urgency[row])).name, sorted(verdicts.judged.rules_of(row)))
        for row, place in enumerate(laid.place)
    ]


def expected_of_columns(protocol: Both, cases: Cases) -> list[Row]:
    found: list[Row] = []
    for number, case in enumerate(cases):
        moments = [check_in.at for check_in in read(protocol, case).check_ins]
        told = all_told_by_oracle(protocol, case)
        highest: dict[Any, Urgency] = {}
        for which in sorted(range(len(moments)), key=moments.__getitem__):
            own = Urgency[told[which].urgency]
            highest[moments[which]] = max(own, highest.get(moments[which], own))
            rules = sorted({one.rule for one in told[which].findings} - {"hold"})
            found.append((number, which, highest[moments[which]].name, rules))
    return found


def is_floor_below_dangers(hold: Mapping[str, str]) -> bool:
    """Columns find dangers before they hold; the check refuses protocols in which the hold itself makes a danger."""
    return Urgency[hold["urgency"]] < Urgency[hold["after"]]


class ThreeWays:
    """Compares all three; the columns of a known protocol are made once."""

    def __init__(self, known: Both | None = None) -> None:
        self.known = known and ColumnJudge(known.tables, with_rules=True)

    def __call__(self, protocol: Both, cases: Cases) -> Difference:
        difference = compare(protocol, cases)
        if difference or not is_floor_below_dangers(protocol.document["hold"]):
            return difference
        judge = self.known or ColumnJudge(protocol.tables, with_rules=True)
        columns, expected = told_by_columns(judge, protocol, cases), expected_of_columns(protocol, cases)
        return None if columns == expected else (columns, expected)


def test_three_ways_to_judge_by_the_shipped_protocol_agree() -> None:
    search(200, ThreeWays(shipped()), shipped())


def test_three_ways_to_judge_by_the_small_protocol_agree() -> None:
    search(200, ThreeWays(small()), small())


def test_three_ways_to_judge_by_any_protocol_agree() -> None:
    search(100, ThreeWays())
