"""Which reports are drawn: always the same ones, each with the chance that is said, and none without any."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.outcomes.sample import Candidate, allocate, draw


def month(well: int, ill: int, dark: int = 0) -> list[Candidate]:
    kinds = [(False, 2)] * well + [(True, 2)] * ill + [(True, 6)] * dark
    return [Candidate(f"r{number}", *kind) for number, kind in enumerate(kinds)]


def counts(candidates: list[Candidate], seed: str = "c 2026-11") -> dict[str, int]:
    return dict(Counter(one.stratum for one in draw(candidates, seed)))


def test_one_in_twenty_is_drawn_and_those_with_symptoms_more_often() -> None:
    assert counts(month(well=1600, ill=400)) == {"symptoms_light": 50, "well_light": 50}


def test_dark_skin_is_drawn_twice_as_often_as_light_skin() -> None:
    drawn = {one.stratum: one.chance for one in draw(month(well=0, ill=1000, dark=1000), "seed")}
    assert drawn["symptoms_dark"] == pytest.approx(2 * drawn["symptoms_light"], rel=0.05)


def test_at_least_twenty_are_drawn_or_all_where_there_are_fewer() -> None:
    assert sum(counts(month(well=40, ill=10)).values()) in (20, 21)
    assert counts(month(well=3, ill=2)) == {"symptoms_light": 2, "well_light": 3}
    assert draw([], "seed") == []


def test_the_same_month_gives_the_same_sample_and_another_one_another() -> None:
    reports = month(well=500, ill=100)
    assert draw(reports, "clinic 2026-11") == draw(reports[::-1], "clinic 2026-11")
    assert draw(reports, "clinic 2026-11") != draw(reports, "clinic 2026-12")


def test_drawn_often_enough_each_report_comes_as_often_as_its_chance_says() -> None:
    reports, times = month(well=60, ill=20), Counter()
    for number in range(400):
        drawn = draw(reports, f"seed {number}")
        times.update(one.id for one in drawn)
    chances = {one.stratum: one.chance for one in draw(reports, "seed 0")}
    for report in reports:
        assert times[report.id] / 400 == pytest.approx(chances[report.stratum], abs=0.12)  # 5 standard errors at 0.5


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=1), st.tuples(st.integers(1, 300), st.integers(1, 8))))
def test_every_stratum_is_drawn_from_and_none_beyond_its_size(sizes: dict[str, tuple[int, int]]) -> None:
    whole = sum(size for size, _ in sizes.values())
    total = min(whole, 20)
    found = allocate(sizes, total)
    assert found.keys() == sizes.keys()
    assert all(1 <= found[name] <= size for name, (size, _) in sizes.items())
    assert total <= sum(found.values()) <= total + len(sizes)
