"""The engine says of every case what the document says, as another evaluator reads it (`tests/rules/oracle`).

A few examples of each kind; many more, and the columns as well, in `tests/outcomes/test_oracle.py`.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.oracle.beside import Both, shipped, small, told_by_engine, told_by_oracle
from tests.rules.oracle.drawn_cases import draw_case
from tests.rules.oracle.limits import Drawn
from tests.rules.oracle.search import Cases, Difference, search

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
