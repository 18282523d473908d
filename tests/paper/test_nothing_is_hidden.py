"""Whatever is changed in a protocol: a report that is judged calmer has a change that is flagged as less urgent."""

from random import Random

import pytest

from tests.rules.small_protocol import tables as small_tables
from triage.paper import compare
from triage.paper.cell_changes import changed_boxes
from triage.paper.change import DANGER, LESS, MORE
from triage.paper.grid import COURSES
from triage.rules import Tables, compile_protocol, judge_case
from triage.rules.forms import HISTORY_FORMS

from .mutations import CHANGES, draw_case

SEEDS, CASES = 98, 60


@pytest.mark.parametrize(("which", "seeds"), [("small", SEEDS), ("shipped", 24)])
def test_a_calmer_answer_is_always_flagged(which: str, seeds: int, shipped: Tables) -> None:
    old = small_tables() if which == "small" else shipped
    calmer = sterner = flagged = 0
    for seed in range(seeds):
        random = Random(seed)
        change = CHANGES[seed % len(CHANGES)]
        new = compile_protocol(change(random, old.protocol)._replace(digest=f"seed {seed}"))
        found = compare(old, new)
        directions = {entry.direction for entry in found.changes if entry.group == DANGER}
        flagged += LESS in directions
        for number in range(CASES):
            case = draw_case(random, old.protocol, f"{seed}.{number}")
            before, after = judge_case(old, case).urgency, judge_case(new, case).urgency
            assert after >= before or LESS in directions, (change.__name__, case, found.changes)
            assert after <= before or directions & {MORE, LESS}, (change.__name__, case, found.changes)
            calmer += after < before
            sterner += after > before
    assert min(calmer, sterner) > 0
    assert flagged > seeds // 10


def test_every_cell_that_is_judged_otherwise_is_in_one_sentence() -> None:
    old = small_tables()
    for seed in range(60):
        new = compile_protocol(CHANGES[0](Random(seed), old.protocol))
        for symptom, table in old.symptoms.items():
            boxes = changed_boxes(table, new.symptoms[symptom])
            for hour in {*table.starts, *new.symptoms[symptom].starts, 10**5}:
                for number, form in enumerate((*COURSE_NAMES, *HISTORY_FORMS)):
                    for severity in (1, 2, 3, 4):
                        pair = [
                            max((fired.rule.urgency for fired in each.answer(hour, number, severity)), default=0)
                            for each in (table, new.symptoms[symptom])
                        ]
                        telling = [
                            (box.old, box.new)
                            for box in boxes
                            if form in box.forms
                            and severity in box.severities
                            and box.span.from_hour <= hour
                            and (box.span.until_hour is None or hour < box.span.until_hour)
                        ]
                        assert telling == ([tuple(pair)] if pair[0] != pair[1] else [])


COURSE_NAMES = ("better", "same", "unknown", "worse", "new")
assert set(COURSE_NAMES) == set(COURSES)
