"""The engine says of every case what the document says, as another evaluator reads it (`tests/rules/oracle`).

A few examples of each kind; many more, and the columns as well, in `tests/outcomes/test_oracle.py`.
"""

import ast
import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.oracle.beside import Both, both, shipped, small, told_by_engine, told_by_oracle
from tests.rules.oracle.drawn_cases import draw_case
from tests.rules.oracle.drawn_protocols import table
from tests.rules.oracle.limits import Drawn
from tests.rules.oracle.search import Cases, Difference, search
from tests.rules.small_protocol import edited

pytestmark = pytest.mark.timeout(0)


def compare(protocol: Both, cases: Cases) -> Difference:
    """Return what the engine and the oracle say where they differ."""
    engine = [told_by_engine(protocol, case) for case in cases]
    oracle = [told_by_oracle(protocol, case) for case in cases]
    return None if engine == oracle else (engine, oracle)


def test_the_shipped_protocol_says_what_its_document_says() -> None:
    search(80, compare, shipped())


def test_the_small_protocol_says_what_its_document_says() -> None:
    search(60, compare, small())


def test_any_protocol_says_what_its_document_says() -> None:
    search(60, compare)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_hypothesis_finds_no_case_that_they_judge_otherwise(chance: Random) -> None:
    cases = [draw_case(Drawn(shipped().document), chance)]
    assert compare(shipped(), cases) is None


def test_one_limit_of_temperature_in_two_spellings_is_one_limit() -> None:
    painful = combination("hot_and_painful", ["temperature >= 37.0", "pain >= 1"])
    red = combination("hot_and_red", ["temperature >= 37", "redness >= 3"])
    protocol = both(edited("[aftercare.washing]", painful + red + "\n[aftercare.washing]"))
    report = {"at": "2026-03-03T10:00:00Z", "symptoms": {"pain": 1}, "temperature": {"value": 37.2, "unit": "C"}}
    case = {"id": "hot", "procedures": [{"at": "2026-03-02T10:00:00Z"}], "check_ins": [report]}
    assert compare(protocol, [case]) is None


def combination(name: str, all_of: list[str]) -> str:
    return table("[[combinations]]", {"id": name, "all": all_of, "urgency": "urgent", "source": "S1"})


def test_a_difference_is_found_and_made_small() -> None:
    with pytest.raises(AssertionError) as found:
        search(50, tell_apart_who_wants_a_call, small())
    cases = re.search(r"^\[.*$", str(found.value), flags=re.MULTILINE)
    assert cases is not None
    [case] = ast.literal_eval(cases[0])
    assert [set(report) for report in case["check_ins"]] == [{"at", "wants_call"}]
    assert set(case) == {"id", "procedures", "check_ins"}


def tell_apart_who_wants_a_call(_: Both, cases: Cases) -> Difference:
    wishes = [report for case in cases for report in case["check_ins"] if report.get("wants_call")]
    return ("a call", "no call") if wishes else None
