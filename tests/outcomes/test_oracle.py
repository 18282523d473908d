"""Three ways to judge say the same: the document read literally, the engine one report at a time, and the columns.

With ORACLE_EXAMPLES=20000 in the environment so many examples of each kind are tried, and other ones in each run.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.oracle.beside import (
    Both,
    all_told_by_oracle,
    both,
    examples,
    read,
    shipped,
    small,
    told_by_engine,
    told_by_oracle,
)
from tests.rules.oracle.drawn_cases import cases
from tests.rules.oracle.drawn_protocols import files_of, protocols
from tests.rules.oracle.limits import Drawn
from triage.outcomes.batch import judge_layout
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.reports import Layout, PatientReports, Report
from triage.rules import Urgency

pytestmark = pytest.mark.timeout(0)
SHIPPED, SMALL = shipped(), small()
JUDGES = {id(known): ColumnJudge(known.tables, with_rules=True) for known in (SHIPPED, SMALL)}
Cases = Sequence[dict[str, Any]]
Row = tuple[int, int, str, list[str]]  # number of the case and of the check-in, urgency, rules but for the hold


def told_by_columns(protocol: Both, drawn: Cases) -> list[Row]:
    """Every report of every case, ordered by case and moment; of one moment each is as urgent as those before it."""
    judge = JUDGES.get(id(protocol)) or ColumnJudge(protocol.tables, with_rules=True)
    layout = Layout(protocol.tables)
    for one in drawn:
        case = read(protocol, one)
        reports = [Report(check_in.at, check_in.as_mapping()) for check_in in case.check_ins]
        layout.add(PatientReports(case.procedures, reports, case.risk_factors))
    laid, verdicts = judge_layout(judge, layout)
    return [
        (*place, Urgency(int(verdicts.urgency[row])).name, sorted(verdicts.judged.rules_of(row)))
        for row, place in enumerate(laid.place)
    ]


def expected_of_columns(protocol: Both, drawn: Cases) -> list[Row]:
    found: list[Row] = []
    for number, case in enumerate(drawn):
        moments = [check_in.at for check_in in read(protocol, case).check_ins]
        told = all_told_by_oracle(protocol, case)
        highest: dict[Any, Urgency] = {}
        for which in sorted(range(len(moments)), key=moments.__getitem__):
            own = Urgency[told[which].urgency]
            highest[moments[which]] = max(own, highest.get(moments[which], own))
            rules = sorted({one.rule for one in told[which].findings} - {"hold"})
            found.append((number, which, highest[moments[which]].name, rules))
    return found


def assert_same(protocol: Both, drawn: Cases) -> None:
    for case in drawn:
        assert told_by_engine(protocol, case) == told_by_oracle(protocol, case)
    if is_hold_sensible(protocol.document["hold"]):
        assert told_by_columns(protocol, drawn) == expected_of_columns(protocol, drawn)


def is_hold_sensible(hold: Mapping[str, str]) -> bool:
    """Columns find dangers before they hold; the check refuses protocols in which the hold itself makes a danger."""
    return Urgency[hold["urgency"]] < Urgency[hold["after"]]


@examples(450)
@given(drawn=st.lists(cases(Drawn(SHIPPED.document)), min_size=1, max_size=3))
def test_three_ways_to_judge_by_the_shipped_protocol_agree(drawn: Cases) -> None:
    assert_same(SHIPPED, drawn)


@examples(250)
@given(drawn=st.lists(cases(Drawn(SMALL.document)), min_size=1, max_size=3))
def test_three_ways_to_judge_by_the_small_protocol_agree(drawn: Cases) -> None:
    assert_same(SMALL, drawn)


@examples(350)
@given(written=protocols(), data=st.data())
def test_three_ways_to_judge_by_any_protocol_agree(written: str, data: st.DataObject) -> None:
    protocol = both(files_of(written))
    assert_same(protocol, data.draw(st.lists(cases(Drawn(protocol.document)), min_size=1, max_size=3)))
