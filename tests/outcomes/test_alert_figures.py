"""What holds of every figure about alerts and answers, and what each counts."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.outcomes.made_clinic import (
    BEGAN_US,
    DAY_US,
    HOUR_US,
    asking,
    made_clinic,
    named,
    nobody,
    picked,
    row_of,
    with_alerts,
)
from triage.outcomes.answered import answered
from triage.outcomes.burden import burden
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.closings import closings
from triage.outcomes.equity import equity
from triage.outcomes.facts import NOBODY, NONE, Facts
from triage.outcomes.figure import GROUPS, SMALLEST, Figure
from triage.outcomes.practitioners import practitioners
from triage.outcomes.response import response
from triage.outcomes.silent import next_report, silence
from triage.outcomes.worth import worth

OURS = ("answered", "missed", "worth", "response", "silence", "burden", "closings", "practitioners", "equity")
CLINIC = made_clinic()
SMALL = made_clinic(patients=110, seed=3)


def figure(name: str, facts: Facts = CLINIC, by: str | None = None, **more: object) -> Figure:
    return FIGURES[name](facts, asking(facts, by, **more))


@pytest.mark.parametrize("by", [None, *GROUPS])
@pytest.mark.parametrize("name", OURS)
def test_figures_are_plain_values_with_a_value_for_each_column(name: str, by: str | None) -> None:
    made = figure(name, SMALL, by)
    assert made.id == name
    assert made.rows
    assert all(len(row) == len(made.columns) for row in made.rows)
    json.dumps(made.rows, allow_nan=False)
    json.dumps(made.pictures, allow_nan=False)
    assert len({column.id for column in made.columns}) == len(made.columns)
    assert made.method


@pytest.mark.parametrize("name", OURS)
def test_the_same_question_has_the_same_answer(name: str) -> None:
    assert figure(name) == figure(name)


@pytest.mark.parametrize("name", OURS)
def test_a_clinic_in_which_nothing_happened_is_told_why_there_is_no_figure(name: str) -> None:
    made = figure(name, nobody(CLINIC))
    assert (made.rows, made.pictures) == ((), ())
    assert made.answer.startswith("Cannot tell")


@pytest.mark.parametrize("name", OURS)
def test_rows_about_few_people_say_how_many_and_nothing_else(name: str) -> None:
    made = figure(name, SMALL, "practitioner")
    ids = [column.id for column in made.columns]
    few = [row for row in made.rows if row[ids.index("people")] < SMALLEST]
    assert all(value is None for row in few for value in row[ids.index("n") + 1 :])
    if few:
        assert f"fewer than {SMALLEST} people and not shown" in made.answer


@pytest.mark.parametrize("name", OURS)
def test_the_sentence_tells_nothing_of_few_people_however_much_they_report(name: str) -> None:
    busy = made_clinic(patients=SMALLEST - 1, reports_each=200)
    assert len(busy.reports.at_us) > 1000
    made = figure(name, busy)
    assert made.answer.startswith("Cannot tell")
    assert made.pictures == ()


@pytest.mark.parametrize("name", OURS)
def test_the_window_leaves_out_what_was_before_and_after(name: str) -> None:
    first, last = BEGAN_US + 100 * DAY_US, BEGAN_US + 200 * DAY_US
    whole, part = figure(name), figure(name, since_us=first, until_us=last)
    assert part.rows != whole.rows
    assert figure(name, since_us=BEGAN_US + 900 * DAY_US).rows == ()


@pytest.mark.parametrize("name", ["answered", "missed", "worth", "response", "silence", "burden", "closings"])
def test_a_grouping_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no grouping moon"):
        figure(name, by="moon")


def test_alerts_taken_within_their_promise_are_counted_by_its_clock() -> None:
    """Sixty alerts after an hour and a half: forty of them by opening hours, of which 20 minutes had gone."""
    late = np.full(60, BEGAN_US + 3 * HOUR_US // 2)
    by_hours = np.arange(60) < 40
    facts = with_alerts(CLINIC, 60, acked_us=late, is_by_hours=by_hours, open_acked_s=np.full(60, 1200.0))
    row = row_of(answered(facts, asking(facts)), urgency="all", step="taken", clock="wall")
    assert (row["n"], row["kept"], row["half"]) == (60, pytest.approx(40 / 60), 90)
    assert row_of(answered(facts, asking(facts)), urgency="all", step="taken", clock="open")["half"] == 20


def test_open_alerts_are_late_once_their_time_is_up_and_undecided_before() -> None:
    opened = np.full(50, BEGAN_US)
    acked, closed = np.full(50, BEGAN_US + HOUR_US // 2), np.full(50, BEGAN_US + HOUR_US)
    acked[:10] = closed[:10] = NONE
    facts = with_alerts(CLINIC, 50, opened_us=opened, acked_us=acked, closed_us=closed)
    row = row_of(answered(facts, asking(facts)), urgency="all", step="taken", clock="wall")
    assert (row["waiting"], row["kept"]) == (10, 0.8)
    assert "10 alerts wait longer than promised" in answered(facts, asking(facts)).answer
    soon = replace(facts, as_of_us=BEGAN_US + 40 * HOUR_US // 60)
    assert row_of(answered(soon, asking(soon)), urgency="all", step="taken", clock="wall")["kept"] == 1


def test_closing_is_taking_and_closing_without_a_word_is_not_reaching() -> None:
    facts = with_alerts(CLINIC, 30, acked_us=np.full(30, NONE))
    made = answered(facts, asking(facts))
    assert row_of(made, urgency="all", step="taken", clock="wall")["half"] == 120
    reached = row_of(made, urgency="all", step="reached", clock="wall")
    assert (reached["waiting"], reached["half"]) == (30, None)


def test_worth_is_among_the_labelled_and_bounded_by_the_rest() -> None:
    useful = named(("useful", "not_needed"), np.repeat([0, 1, NOBODY], [30, 20, 50]))
    facts = with_alerts(CLINIC, 100, useful=useful)
    row = row_of(worth(facts, asking(facts)), split="all")
    assert (row["n"], row["coverage"], row["useful"], row["reviewed_each"]) == (50, 0.5, 0.6, pytest.approx(5 / 3))
    assert (row["useful_low"], row["useful_high"]) == pytest.approx((0.4518, 0.7359), abs=1e-4)  # R: binom.test(30, 50)
    assert (row["useful_least"], row["useful_most"]) == (0.3, 0.8)


def test_alerts_of_few_patients_are_worth_less_than_their_number() -> None:
    patient = np.arange(100) % 10
    facts = with_alerts(CLINIC, 100, patient=patient, useful=named(("useful", "not_needed"), patient % 2))
    assert worth(facts, asking(facts)).answer.startswith(
        "Cannot tell yet: 100 labelled alerts of 10 people, as good as 7 of different people; it takes 43"
    )


def test_response_counts_what_a_message_asked_for_and_courses_apart() -> None:
    due = CLINIC.due
    state = named(("answered", "missed", "excused", "waiting", "opted_out"), np.arange(len(due.due_us)) % 5)
    facts = replace(
        CLINIC, due=replace(due, state=state, sent_us=due.due_us, answered_us=np.full_like(due.due_us, NONE))
    )
    made = response(facts, asking(facts))
    asked = row_of(made, measure="answered", group="all")
    assert (asked["n"], asked["yes"], asked["share"]) == (1280, 640, 0.5)
    assert row_of(made, measure="excused")["share"] == 0.25  # of all that are settled
    assert row_of(made, measure="every")["n"] == len({*facts.sittings.episode[due.sitting[state.code < 2]].tolist()})


def test_what_should_have_gone_out_and_did_not_is_not_the_patients_silence() -> None:
    due = CLINIC.due
    sent = np.where(np.arange(len(due.due_us)) % 2 == 0, due.due_us, NONE)
    facts = replace(CLINIC, due=replace(due, sent_us=sent, unasked=named((), np.full(len(sent), NOBODY))))
    made = response(facts, asking(facts))
    assert row_of(made, measure="asked")["share"] + row_of(made, measure="not sent")["share"] == pytest.approx(1)
    assert row_of(made, measure="answered")["n"] == row_of(made, measure="asked")["yes"]
    assert "messages that should have gone out did not" in made.answer


def test_silence_ends_with_a_report_or_a_call_whichever_comes_first() -> None:
    reports = picked(CLINIC.reports, CLINIC.reports.received_us > BEGAN_US)
    patient, after = reports.patient[:5], reports.received_us[:5]
    same = np.flatnonzero(np.diff(reports.patient[:6]) == 0)
    found = next_report(CLINIC, patient, after)
    assert found[same].tolist() == reports.received_us[same + 1].tolist()
    last = next_report(CLINIC, np.array([0]), np.array([CLINIC.as_of_us]))
    assert last.tolist() == [np.iinfo(np.int64).max]


def test_what_silence_may_hide_lies_between_none_and_all_of_those_not_heard_of() -> None:
    """Of 400 patients' first sittings 40 fell silent for good and 40 were reached, 10 of these with an allergy."""
    rows = np.arange(80)
    reached = np.where(rows < 40, NONE, BEGAN_US + HOUR_US)
    facts = with_alerts(
        CLINIC,
        80,
        kind=named(("silence",), np.zeros(80)),
        opened_us=np.full(80, CLINIC.as_of_us - DAY_US),
        reached_us=np.where(reached == NONE, NONE, CLINIC.as_of_us - HOUR_US),
        outcome=named(("expected_healing", "allergy"), rows >= 70),
    )
    made = silence(facts, asking(facts))
    assert row_of(made, measure="silent sittings")["yes"] == 80
    assert row_of(made, measure="silent sittings not heard of again")["yes"] == 40
    n = row_of(made, measure="silent sittings")["n"]
    bounds = [
        row_of(made, measure=f"complications overall, if {who} not heard of")["share"]
        for who in ("nobody", "everybody")
    ]
    assert bounds == pytest.approx([10 / n, 50 / n])
    assert row_of(made, measure="difference: silent and heard of again, minus never silent")["share"] == 0.25


def test_burden_is_alerts_for_each_hundred_check_ins() -> None:
    facts = with_alerts(CLINIC, 100, opened_us=np.full(100, BEGAN_US + 40 * DAY_US))
    row = row_of(burden(facts, asking(facts)), split="all", group="all")
    assert (row["alerts"], row["n"]) == (100, len(facts.reports.at_us))
    assert row["rate"] == pytest.approx(100 * 100 / len(facts.reports.at_us))
    assert row_of(burden(facts, asking(facts)), value="2026-02")["alerts"] == 100


def test_closings_tell_outcomes_and_the_sittings_between_serious_ones() -> None:
    """Every tenth of the first 200 first sittings had a serious event: 19 gaps, however the sittings lie in time."""
    rows = np.arange(200)
    facts = with_alerts(
        CLINIC, 200, outcome=named(("expected_healing", "allergy"), rows % 4 == 0), is_serious=rows % 10 == 0
    )
    made = closings(facts, asking(facts))
    assert row_of(made, outcome="allergy")["share"] == 0.25
    serious = row_of(made, outcome="serious")
    assert serious["n"] == 20
    times = np.sort(facts.sittings.at_us)
    place = np.searchsorted(times, np.sort(facts.sittings.at_us[2 * rows[rows % 10 == 0]]))
    assert serious["between"] == pytest.approx(float((np.diff(place) - 1).mean()))
    assert serious["since"] == len(times) - 1 - place[-1]


def test_a_practitioner_with_far_more_abnormal_courses_lies_outside_and_others_inside() -> None:
    whose = CLINIC.sittings.practitioner.code[::2]
    bad = np.flatnonzero(whose == 3)
    patient = np.concatenate([np.flatnonzero(whose != 3)[::12], bad[::2]])
    facts = with_alerts(CLINIC, len(patient), patient=patient)
    made = practitioners(facts, asking(facts))
    positions = {row[0]: row[9] for row in made.rows if row[1] == "abnormal"}
    assert positions["Practitioner 3"] == "above 99.8 %"
    assert "Practitioner 3 (abnormal, above)" in made.answer
    assert {place for name, place in positions.items() if name != "Practitioner 3"} <= {
        "as chance has it",
        "below 95 %",
    }


def test_too_few_practitioners_are_not_compared() -> None:
    code = CLINIC.sittings.practitioner.code % 3
    few = replace(CLINIC, sittings=replace(CLINIC.sittings, practitioner=named(("A", "B", "C"), code)))
    made = practitioners(few, asking(few))
    assert made.rows == ()
    assert made.answer.startswith("Cannot tell: 3 practitioners with at least 10 people; a comparison takes 4")


def test_a_language_that_answers_less_is_found_and_the_largest_group_is_what_it_is_held_against() -> None:
    due = CLINIC.due
    speaks = CLINIC.patients.language.code[due.patient]
    state = named(("answered", "missed"), (speaks == 2) & (np.arange(len(speaks)) % 2 == 0))
    facts = replace(CLINIC, due=replace(due, state=state, sent_us=due.due_us))
    made = equity(facts, asking(facts))
    row = row_of(made, group="ar", indicator="response")
    assert row["difference"] == pytest.approx(-0.5, abs=0.01)
    assert row["p_holm"] < 0.001
    assert made.answer.startswith("Not alike: response, ar: -50")
    assert row_of(made, group="en", indicator="response")["difference"] is None
