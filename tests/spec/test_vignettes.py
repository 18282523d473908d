"""The cases that the protocol carries: published ones, traps and boundaries, each judged and laid beside the evidence.

U0 self-care, U1 routine, U2 same day, U3 urgent, U4 emergency. `pytest -s` prints the table.
"""

import tomllib

import pytest

from triage.rules import Urgency, judge_case, read_case
from triage.rules.proofs import CASE_EXTRAS

from .drawn import FOLDER, shipped

CASES = tomllib.loads((FOLDER / "cases.toml").read_text())["cases"]
PUBLISHED = [case for case in CASES if "evidence" in case]


def judged(mapping: dict) -> Urgency:
    case, faults = read_case(mapping, shipped().protocol.vocabulary, CASE_EXTRAS)
    assert case is not None, [fault.sentence() for fault in faults]
    return judge_case(shipped(), case).urgency


def level(mapping: dict) -> Urgency:
    return Urgency(int(mapping["evidence"].removeprefix("U")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_case_is_judged_as_it_expects(case: dict) -> None:
    assert judged(case).name == case["expect"], case["title"]


@pytest.mark.parametrize("case", [case for case in PUBLISHED if level(case) >= Urgency.urgent], ids=lambda c: c["id"])
def test_who_had_to_see_a_doctor_at_once_is_told_so(case: dict) -> None:
    assert judged(case) >= Urgency.urgent, case["title"]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_no_answer_is_far_from_the_evidence_and_a_near_one_says_why(case: dict) -> None:
    assert abs(judged(case) - level(case)) <= 1, case["title"]
    assert judged(case) == level(case) or case.get("why"), "say why it differs"


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_every_published_case_names_its_source(case: dict) -> None:
    assert case["source"]


def test_all_27_published_vignettes_are_there() -> None:
    told = {case["id"][:3] for case in PUBLISHED if case["id"].startswith("v")}
    assert told >= {f"v{number:02}" for number in range(1, 28)}


def test_the_table() -> None:
    print()
    print(f"| {'evidence':8} | {'ours':9} | {'case':84} | why it differs |")
    for case in sorted(PUBLISHED, key=lambda case: -level(case)):
        print(f"| {case['evidence']:8} | {judged(case).name:9} | {case['title']:84} | {case.get('why', '')} |")
    same = sum(judged(case) == level(case) for case in PUBLISHED)
    print(f"{same} of {len(PUBLISHED)} as the evidence, {len(PUBLISHED) - same} one level beside it, none further.")
