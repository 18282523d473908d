"""Duties after a serious event: who must be told by when, and what makes a report valid."""

from datetime import date

import numpy as np
import pytest

from triage.outcomes.event_forms import e2b_fields, medwatch_fields
from triage.outcomes.serious import (
    DUTIES,
    SERIOUS,
    business_days_after,
    due_day,
    duties_of,
    kept_until,
    missing_elements,
    suggested_seriousness,
)

# The federal holidays of autumn 2026 as the US Office of Personnel Management lists them.
OFF = [date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25)]
EVENT = {
    "patient_ref": "P-1",
    "reporter": {"name": "Ada Berg", "role": "practitioner"},
    "reaction": {"term": "spreading redness", "onset": "2026-11-20", "outcome": "recovering"},
    "products": [
        {"counted": "suspect", "role": "pigment", "name": "Graphite 03", "lot": "L-2291"},
        {"counted": "concomitant", "role": "anaesthetic", "name": "Numb"},
    ],
    "seriousness": ["hospital", "infection"],
}


@pytest.mark.parametrize("start", [date(2026, 10, 1), date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 24)])
@pytest.mark.parametrize("count", [1, 5, 15, 20])
def test_working_days_are_those_of_numpy(start: date, count: int) -> None:
    """The reference is numpy.busday_offset, which rolls a weekend back first, as day 0 is the day of hearing of it."""
    reference = np.busday_offset(start, count, roll="backward", holidays=OFF)
    assert business_days_after(start, count, OFF) == reference.astype(date)


def test_the_maker_in_the_us_has_15_working_days() -> None:
    (maker, voluntary) = duties_of("US", ["infection"], ["pigment"])
    assert (maker.id, maker.must, voluntary.must) == ("us_responsible_person", True, False)
    assert due_day(maker, date(2026, 11, 20), OFF) == date(2026, 12, 14)  # Thanksgiving is none
    assert due_day(voluntary, date(2026, 11, 20), OFF) is None


def test_an_effect_in_the_eu_is_told_within_20_days_of_the_calendar() -> None:
    (effect,) = duties_of("DE", ["hospital"], ["pigment"])
    assert due_day(effect, date(2026, 11, 20), OFF) == date(2026, 12, 10)


def test_an_infection_alone_is_no_serious_effect_in_the_eu_and_is_one_in_the_us() -> None:
    assert duties_of("FR", ["infection"], ["pigment"]) == ()
    assert duties_of("US", ["infection"], ["pigment"]) != ()


def test_an_anaesthetic_is_a_medicine_and_no_cosmetic() -> None:
    assert [duty.id for duty in duties_of("GB", ["hospital"], ["anaesthetic"])] == ["uk_yellow_card"]
    assert [duty.id for duty in duties_of("GB", ["hospital"], ["pigment"])] == ["uk_serious_effect"]


def test_while_no_product_is_known_every_duty_counts() -> None:
    assert [duty.id for duty in duties_of("DE", ["death"], [])] == ["eu_serious_effect", "eu_medicine"]


@pytest.mark.parametrize("country", [None, "", "BR"])
def test_a_country_that_is_not_known_has_the_strictest_day(country: str | None) -> None:
    (duty,) = duties_of(country, ["lasting", "death"], ["pigment"])
    assert (duty.id, due_day(duty, date(2026, 11, 20))) == ("unknown_country", date(2026, 11, 23))


def test_every_duty_says_where_it_comes_from() -> None:
    assert all(duty.source and duty.asks <= set(SERIOUS) for duty in DUTIES.values())


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("patient_ref", "identifiable patient"),
        ("reporter", "identifiable reporter"),
        ("products", "suspect product"),
        ("reaction", "adverse reaction"),
    ],
)
def test_a_report_without_one_of_the_four_elements_says_which(without: str, missing: str) -> None:
    assert missing_elements(EVENT) == ()
    assert missing_elements({name: value for name, value in EVENT.items() if name != without}) == (missing,)


def test_a_product_that_is_only_there_beside_is_no_suspect() -> None:
    assert missing_elements({**EVENT, "products": EVENT["products"][1:]}) == ("suspect product",)


def test_what_was_noted_at_the_close_is_suggested() -> None:
    assert suggested_seriousness(["antibiotic", "hospital"], "irritation") == ["hospital", "infection"]
    assert suggested_seriousness([], "suspected_infection") == ["infection"]
    assert suggested_seriousness(["care_sought"], "irritation") == []


@pytest.mark.parametrize(
    ("news", "until"), [(date(2026, 11, 23), date(2032, 11, 23)), (date(2028, 2, 29), date(2034, 3, 1))]
)
def test_the_record_is_kept_for_six_years(news: date, until: date) -> None:
    assert kept_until(news) == until


def test_medwatch_names_the_outcome_each_product_and_what_nobody_knows() -> None:
    said = {(entry.place, entry.name): entry.answer for entry in medwatch_fields(EVENT)}
    assert said["B", "Outcomes attributed to the event"] == "Hospitalisation, first or prolonged; Infection"
    assert said["D", "Product 1: lot"] == "L-2291"
    assert said["D", "Product 2: role"] == "concomitant, used as anaesthetic"
    assert said["A", "Sex"] == "not known"


def test_e2b_has_every_word_of_seriousness_and_leaves_out_what_is_not_known() -> None:
    said = {entry.place: entry.answer for entry in e2b_fields(EVENT)}
    held = {place: said[place] for place in said if place.startswith("E.i.3.2")}
    assert [held[f"E.i.3.2{letter}"] for letter in "abcdef"] == ["false", "false", "true", "false", "false", "true"]
    assert said["E.i.7"] == "2 (recovering)"
    assert "D.5" not in said
