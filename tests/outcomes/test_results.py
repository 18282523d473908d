"""The figure of the results: each patient counts once a side, few are not shown, the sides stand beside each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.rules.small_protocol import tables
from triage.outcomes.agreement import weighted_kappa
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import (
    NOBODY,
    NONE,
    Alerts,
    Due,
    Facts,
    Named,
    Patients,
    Ratings,
    Reports,
    Sampled,
    Sittings,
    Uses,
)
from triage.outcomes.figure import Figure, Question
from triage.outcomes.results import ASPECTS

DAY = 86_400 * 1_000_000
NOW = 400 * DAY
NOTHING = np.zeros(0, np.int64)
NAMELESS = Named((), np.zeros(0, np.int32))
UNSAID = dict.fromkeys(ASPECTS, 0)


def named(words: Sequence[str | None]) -> Named:
    names = tuple(sorted({word for word in words if word}))
    return Named(names, np.array([names.index(word) if word else NOBODY for word in words], np.int32))


def facts_of(rated: Sequence[dict[str, Any]], people: int) -> Facts:
    """Return facts of one sitting a person (day 100; person 0 has two, in one course), and these ratings."""
    at = np.array([90, *[100] * people]) * DAY
    who = np.array([0, *range(people)])
    sittings = Sittings(
        id=[str(number) for number in range(people + 1)],
        patient=who,
        episode=who.copy(),
        at_us=at,
        number=np.array([1, 2, *[1] * (people - 1)]),
        until_us=np.array([100 * DAY, *[NONE] * people]),
        practitioner=named(["Ana", *(("Ana", "Bo")[number % 2] for number in range(people))]),
        areas=np.array([1, *[2] * people], np.uint64),
        area_names=("top", "crown"),
    )
    marks = [{**UNSAID, **one} for one in rated]
    ratings = Ratings(
        sitting=np.array([one["who"] + 1 for one in rated], np.int64),
        is_patients=np.array([one.get("by", "patient") == "patient" for one in rated], np.bool_),
        at_us=np.array([one.get("day", 130) * DAY for one in rated], np.int64),
        marks={name: np.array([one[name] for one in marks], np.uint8) for name in ASPECTS},
    )
    uses = Uses(np.array([0, 1, 2]), named(["pigment"] * 3), named(["Ash", "Ash", "Soot"]), named(["7", "8", "9"]))
    tones = np.array([number % 3 for number in range(people)], np.uint8)
    ids = [f"p{number}" for number in range(people)]
    patients = Patients(ids, named(["en"] * people), tones, np.full(people, 1980))
    flags, small, reals = NOTHING.astype(np.bool_), NOTHING.astype(np.uint8), NOTHING.astype(np.float64)
    reports = Reports(NOTHING, NOTHING, NOTHING, NOTHING, small, {}, flags)
    alerts = Alerts(
        [],
        NAMELESS,
        small,
        *[NOTHING] * 2,
        NAMELESS,
        *[NOTHING] * 4,
        *[reals] * 3,
        NOTHING,
        *[flags] * 2,
        *[NAMELESS] * 2,
        flags,
        NAMELESS,
    )
    due = Due(*[NOTHING] * 3, NAMELESS, *[NOTHING] * 5, NAMELESS, NAMELESS)
    sampled = Sampled(NOTHING, NOTHING, NAMELESS, reals, NAMELESS)
    return Facts(NOW, patients, sittings, uses, reports, alerts, due, ratings, sampled, ())


def figure(rated: Sequence[dict[str, Any]], people: int = 40, **asked: Any) -> Figure:
    question = Question(tables().protocol, NOW, **asked)
    return FIGURES["results"](facts_of(rated, people), question)


def row(found: Figure, aspect: str, group: str = "everybody") -> dict[str, Any]:
    names = [column.id for column in found.columns]
    return next(
        dict(zip(names, values, strict=True)) for values in found.rows if values[:2] == (group, ASPECTS[aspect])
    )


def test_shares_and_their_interval_are_told_of_both_sides() -> None:
    own = [{"who": who, "density": 5 if who < 15 else 1} for who in range(20)]
    theirs = [{"who": who, "by": "practitioner", "density": 4} for who in range(12)]
    found = figure([*own, *theirs])
    said = row(found, "density")

    assert (said["patients"], said["patients_good"], said["patients_poor"]) == (20, 0.75, 0.25)
    assert (said["patients_good_low"], said["patients_good_high"]) == pytest.approx((0.531, 0.888), abs=5e-4)
    assert (said["practitioners"], said["practitioners_good"], said["pairs"]) == (12, 1.0, 12)
    assert (found.n, len(found.rows)) == (20, 4)
    assert found.answer.startswith("20 of 40 patients")


def test_a_patient_counts_once_with_the_latest_course() -> None:
    twice = [{"who": 0, "density": 1, "day": 130}, {"who": 0, "density": 5, "day": 131}]
    found = figure([*twice, *({"who": who, "density": 5} for who in range(1, 12))])
    assert (row(found, "density")["patients"], row(found, "density")["patients_good"]) == (12, 1.0)


def test_who_is_alike_agrees_and_the_table_pairs_the_same_course() -> None:
    marks = [1, 2, 3, 4, 5] * 4
    own = [{"who": who, "colour": mark} for who, mark in enumerate(marks)]
    theirs = [{"who": who, "by": "practitioner", "colour": min(mark + 1, 5)} for who, mark in enumerate(marks)]
    alike = [{**one, "by": "practitioner"} for one in own]

    assert row(figure([*own, *alike]), "colour")["kappa"] == pytest.approx(1)
    shifted = np.zeros((5, 5), np.int64)
    for mark in marks:
        shifted[mark - 1, min(mark, 4)] += 1
    said = row(figure([*own, *theirs]), "colour")
    assert (said["kappa"], said["kappa_low"], said["kappa_high"]) == pytest.approx(weighted_kappa(shifted))


def test_fewer_than_ten_are_counted_and_not_shown() -> None:
    found = figure([{"who": who, "density": 5} for who in range(9)])
    said = row(found, "density")
    assert (said["patients"], said["patients_good"], said["kappa"]) == (9, None, None)
    assert (
        found.answer == "Nothing can be told yet: 9 of 40 patients whose result is due have rated it, and it takes 10."
    )
    assert found.pictures == ()


def test_without_a_rating_the_figure_says_so() -> None:
    found = figure([])
    assert (found.rows, found.n) == ((), 0)
    assert "Nothing can be told yet: 0 of 40" in found.answer


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("session", ["1 session", "2 sessions"]),
        ("practitioner", ["Ana", "Bo"]),
        ("area", ["crown", "top"]),
        ("skin_tone", ["not recorded", "I", "II"]),
        ("lot", ["Ash", "Ash, lot 7", "Ash, lot 8", "Soot", "Soot, lot 9", "not recorded"]),
        ("diluent", ["not recorded"]),
    ],
)
def test_results_are_split(by: str, groups: list[str]) -> None:
    found = figure([{"who": who, "density": 4} for who in range(12)], by=by)
    assert list(dict.fromkeys(values[0] for values in found.rows)) == groups
    assert len(found.pictures) == 4


def test_the_window_is_that_of_the_sittings() -> None:
    rated = [{"who": who, "density": 4} for who in range(12)]
    assert figure(rated, since_us=101 * DAY).n == 0
    assert figure(rated, since_us=100 * DAY, until_us=101 * DAY).n == 12


def test_one_mark_given_by_all_has_no_agreement_to_tell() -> None:
    both = [{"who": who, "by": by, "density": 5} for who in range(12) for by in ("patient", "practitioner")]
    assert row(figure(both), "density")["kappa"] is None
