"""How long symptoms last: spells from reports, quantiles with intervals, groups, and windows that would move."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seeds.simulated import TRUTH, simulated_clinic
from tests.outcomes.made_clinic import BEGAN_US, DAY_US, asking, made_clinic, named, nobody, picked, row_of
from triage.outcomes.columns import NOT_ASKED
from triage.outcomes.facts import NONE, Facts
from triage.outcomes.healing import healing
from triage.outcomes.healing_estimates import Spells, compare, log_rank_scores
from triage.outcomes.spells import chosen_sittings, looks_at, spells_of
from triage.outcomes.windows import proposed_windows, windows

CLINIC = simulated_clinic(400, 3)
Told = list[tuple[float, int]]  # days since the session, and how bad redness was


def clinic_of(*sessions: Told) -> Facts:
    """Return a clinic in which each patient had one session, and said this."""
    facts = nobody(made_clinic(len(sessions)))
    rows = [(who, day, bad) for who, told in enumerate(sessions) for day, bad in told]
    who, day, bad = (np.array(column) for column in zip(*rows, strict=True))
    began = np.full(len(sessions), BEGAN_US)
    sittings = picked(facts.sittings, np.arange(len(sessions)) * 2)
    sittings = replace(sittings, at_us=began, until_us=np.full(len(sessions), NONE), patient=np.arange(len(sessions)))
    at = BEGAN_US + (day * DAY_US).astype(np.int64)
    severity = {"redness": bad.astype(np.uint8)}
    flags = np.zeros(len(rows), np.bool_)
    told: Any = type(facts.reports)(who, who, at, at, flags.astype(np.uint8), severity, flags)
    return replace(facts, sittings=sittings, reports=told)


def spell(told: Told, *, at_once: bool = True) -> list[tuple[float, float, bool]]:
    """Return what is known of redness in a session with these reports."""
    facts = clinic_of(told)
    looks = looks_at(facts, chosen_sittings(facts, asking(facts)))
    found = spells_of(facts, looks, "redness", begins_at_once=at_once)
    return list(zip(found.left.tolist(), found.right.tolist(), found.has_come_back.tolist(), strict=True))


@pytest.mark.parametrize(
    ("told", "left", "right"),
    [
        ([(1, 2), (3, 1), (7, 0)], 3, 7),
        ([(1, 2), (3, NOT_ASKED), (7, 0)], 1, 7),
        ([(2, 0), (3, 0)], 0, 2),
        ([(1, 2), (14, 1)], 14, np.inf),
        ([(1, 2), (120, 0)], 1, np.inf),
    ],
)
def test_a_symptom_ended_between_the_last_report_with_it_and_the_first_without(
    told: Told, left: float, right: float
) -> None:
    assert spell(told) == [(left, right, False)]


def test_what_comes_back_does_not_lengthen_the_first_spell() -> None:
    assert spell([(1, 2), (3, 0), (7, 1), (10, 0)]) == [(1, 3, True)]


def test_what_is_not_expected_at_once_has_no_spell_before_it_came() -> None:
    assert spell([(1, 0), (3, 0)], at_once=False) == []
    assert spell([(1, 0), (3, 1), (5, 0)], at_once=False) == [(3, 5, False)]


def test_a_session_that_was_never_asked_is_unknown() -> None:
    assert spell([(1, NOT_ASKED), (3, NOT_ASKED)]) == []


def test_the_truth_lies_in_the_intervals_of_a_clinic_that_was_drawn_by_lot() -> None:
    figure = healing(CLINIC, asking(CLINIC, resamples=100))
    for name, truth in (("Redness", TRUTH["redness"]), ("Itching", TRUTH["itching"])):
        row = row_of(figure, symptom=name)
        assert row["half_low"] <= truth.quantile(0.5) <= row["half_high"]
        assert row["most_low"] <= truth.quantile(0.9) <= row["most_high"]
        assert row["within_low"] <= truth.by(row["window"]) <= row["within_high"]


def test_the_same_question_has_the_same_answer() -> None:
    assert healing(CLINIC, asking(CLINIC, resamples=20)) == healing(CLINIC, asking(CLINIC, resamples=20))


def test_the_scores_of_all_together_sum_to_nothing() -> None:
    rng = np.random.default_rng(4)
    left = rng.integers(0, 9, 300).astype(np.float64)
    right = np.where(rng.random(300) < 0.3, np.inf, left + rng.integers(1, 5, 300))
    scores = log_rank_scores(left, right)
    assert scores.sum() == pytest.approx(0, abs=1e-2)
    assert scores.std() > 0.3


def test_groups_that_heal_alike_are_told_apart_as_often_as_chance_has_it_and_others_always() -> None:
    rng = np.random.default_rng(8)
    alike = [difference(rng, 1.0) for _ in range(200)]
    assert 2 <= sum(p <= 0.05 for p in alike) <= 20  # of 200 at 5 %: outside has a chance of 1 in 250
    assert all(difference(rng, 2.0) < 0.05 for _ in range(20))


def difference(rng: np.random.Generator, slower: float) -> float:
    """Return the p-value between two groups of fifty people with two sessions, the second so much slower."""
    patient = np.repeat(np.arange(100), 2)
    habit = rng.gamma(9, 1 / 9, 100)[patient]  # the sessions of one person hang together
    end = 6 * rng.weibull(1.6, 200) * habit * np.where(patient < 50, 1.0, slower)
    days = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21, np.inf])
    place = np.searchsorted(days, end)
    nothing = np.zeros(200, np.bool_)
    spells = Spells(np.arange(200), patient, days[place - 1], days[place], nothing, 200)
    found = compare(spells, [np.arange(100), np.arange(100, 200)])
    assert found is not None
    return found


def test_few_people_are_counted_and_not_shown() -> None:
    facts = clinic_of(*[[(1, 2), (3, 0)]] * 9)
    row = row_of(healing(facts, asking(facts)), symptom="Redness")
    assert (row["people"], row["half"], row["within"]) == (9, None, None)


def test_a_clinic_without_reports_gets_an_answer() -> None:
    facts = nobody(CLINIC)
    assert healing(facts, asking(facts)).answer.startswith("Cannot tell")
    assert windows(facts, asking(facts)).answer.startswith("Cannot tell")


def test_a_window_moves_to_the_upper_end_of_the_ninth_decile() -> None:
    (redness,) = [each for each in proposed_windows(CLINIC, asking(CLINIC)) if each.symptom == "redness"]
    assert redness.high_days_now < TRUTH["redness"].quantile(0.9) <= redness.high_days_new
    assert redness.evidence["people"] == 400 - complicated(CLINIC)


def complicated(facts: Facts) -> int:
    """Return how many patients had suspected infection or something serious."""
    alerts = facts.alerts
    infected = alerts.outcome.code == alerts.outcome.names.index("suspected_infection")
    return len(np.unique(alerts.patient[infected | alerts.is_serious]))


def test_healing_that_was_complicated_moves_no_window() -> None:
    alerts = picked(CLINIC.alerts, np.zeros(800, np.int64))
    infected = named(("suspected_infection",), np.zeros(800))
    every = replace(alerts, sitting=np.arange(800), patient=np.repeat(np.arange(400), 2), outcome=infected)
    assert proposed_windows(replace(CLINIC, alerts=every), asking(CLINIC)) == []


def test_of_fewer_than_sixty_people_no_window_moves() -> None:
    few = simulated_clinic(55, 2)
    assert {row[-2] for row in windows(few, asking(few)).rows} == {"cannot tell"}
    assert proposed_windows(few, asking(few)) == []
