"""The engine says of every case what the document says, as another evaluator reads it (`tests/rules/oracle`).

A few cases of each kind; many more, and the columns as well, in `tests/outcomes/test_oracle.py`.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.oracle.beside import Both, both, examples, shipped, small, told_by_engine, told_by_oracle
from tests.rules.oracle.drawn_cases import cases
from tests.rules.oracle.drawn_protocols import files_of, protocols
from tests.rules.oracle.limits import Drawn

pytestmark = pytest.mark.timeout(0)
SHIPPED, SMALL = shipped(), small()


def assert_same(protocol: Both, case: dict[str, Any]) -> None:
    assert told_by_engine(protocol, case) == told_by_oracle(protocol, case)


@examples(40)
@given(case=cases(Drawn(SHIPPED.document)))
def test_the_shipped_protocol_says_what_its_document_says(case: dict[str, Any]) -> None:
    assert_same(SHIPPED, case)


@examples(30)
@given(case=cases(Drawn(SMALL.document)))
def test_the_small_protocol_says_what_its_document_says(case: dict[str, Any]) -> None:
    assert_same(SMALL, case)


@examples(20)
@given(drawn=protocols(), data=st.data())
def test_any_protocol_says_what_its_document_says(drawn: str, data: st.DataObject) -> None:
    protocol = both(files_of(drawn))
    for _ in range(3):
        assert_same(protocol, data.draw(cases(Drawn(protocol.document))))
