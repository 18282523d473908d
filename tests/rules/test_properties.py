"""What holds for every report, hour, history and set of procedures under the shipped protocol.

A worse report never gets a calmer answer: one thing is made worse on the judged report, the history stays as it was.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from triage.rules import COMMON, Assessment, CheckIn, Situation, Tables, Urgency, assess, judge_case
from triage.rules.cases import Case

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOTES = {
    "I have a fever": "fever",
    "my lips are swollen": "lip_tongue_throat_swelling",
    "I can't breathe": "breathing_trouble",
    "there is pus": "pus",
}
EDGES = [*range(0, 25, 6), 47, 48, 71, 72, 95, 96, 119, 120, 143, 144, 191, 192, 264, 360, 504, 1032, 2159, 2160]
MANY, FEW = settings(max_examples=30, deadline=None), settings(max_examples=15, deadline=None)

hours = st.one_of(st.sampled_from(EDGES), st.integers(0, 2300), st.integers(0, 240))
subsets_of_signs = st.lists(st.sampled_from(COMMON.signs), max_size=2, unique=True).map(tuple)
treatments = st.lists(st.sampled_from(COMMON.treatments), max_size=1).map(tuple)
courses = st.sampled_from(["better", "same", "worse", "new"])
# few symptoms a report, and few kinds of them, so that reports meet
symptom = st.one_of(st.sampled_from(["redness", "bumps", "pain"]), st.sampled_from(COMMON.symptoms))


def moment(hour: float) -> datetime:
    return BEGAN + timedelta(hours=hour)


@st.composite
def reports(draw: st.DrawFn, hour: st.SearchStrategy[int] = hours) -> CheckIn:
    severities = draw(st.dictionaries(symptom, st.integers(0, 4), min_size=1, max_size=3))
    stated = draw(st.dictionaries(st.sampled_from(sorted(severities)), courses, max_size=2))
    outside = draw(st.lists(st.sampled_from(sorted(severities)), max_size=1))
    return CheckIn(
        at=moment(draw(hour)),
        symptoms=severities,
        course=stated,
        where={name: ("outside",) for name in outside},
        signs=draw(st.one_of(st.just(()), subsets_of_signs)),
        result=draw(st.lists(st.sampled_from(COMMON.results), max_size=1).map(tuple)),
        temperature_c=draw(st.sampled_from([None, None, 36.8, 37.6, 38.2])),
        treatment=draw(treatments),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A patient with one to four procedures; the last of up to five reports is judged."""
    ats = draw(st.lists(st.one_of(hours, st.integers(120, 600)), min_size=1, max_size=4, unique=True))
    told = draw(st.lists(reports(), min_size=1, max_size=5, unique_by=lambda report: report.at))
    factors = draw(st.lists(st.sampled_from(COMMON.risk_factors), max_size=2, unique=True))
    told.sort(key=lambda report: report.at)
    return Case("drawn", tuple(moment(at) for at in sorted(ats)), tuple(told), tuple(factors))


def with_last(case: Case, **changes: object) -> Case:
    """Return the case with the judged report changed."""
    return case._replace(check_ins=(*case.check_ins[:-1], replace(case.check_ins[-1], **changes)))  # type: ignore[arg-type]


def assert_not_calmer(tables: Tables, case: Case, worse: Case) -> None:
    before, after = judge_case(tables, case), judge_case(tables, worse)
    rules = [finding.rule for finding in before.findings], [finding.rule for finding in after.findings]
    assert after.urgency >= before.urgency, rules


@MANY
@given(case=cases(), name=symptom)
def test_one_step_more_severe_is_never_calmer(shipped_tables: Tables, case: Case, name: str) -> None:
    last = case.check_ins[-1]
    severity = last.symptoms.get(name, 0)
    assume(severity < 4)
    worse = with_last(case, symptoms={**last.symptoms, name: severity + 1})
    assert_not_calmer(shipped_tables, with_last(case, symptoms={**last.symptoms, name: severity}), worse)


@MANY
@given(case=cases(), sign=st.sampled_from(COMMON.signs))
def test_one_more_sign_is_never_calmer(shipped_tables: Tables, case: Case, sign: str) -> None:
    assume(sign not in case.check_ins[-1].signs)
    assert_not_calmer(shipped_tables, case, with_last(case, signs=(*case.check_ins[-1].signs, sign)))


@MANY
@given(case=cases(), factor=st.sampled_from(COMMON.risk_factors))
def test_one_more_risk_factor_is_never_calmer(shipped_tables: Tables, case: Case, factor: str) -> None:
    assert_not_calmer(shipped_tables, case, case._replace(risk_factors=tuple({*case.risk_factors, factor})))


@MANY
@given(
    case=cases(), steps=st.sampled_from([("better", "same"), ("same", "worse"), ("better", "worse"), (None, "worse")])
)
def test_a_worse_course_is_never_calmer(shipped_tables: Tables, case: Case, steps: tuple[str | None, str]) -> None:
    last = case.check_ins[-1]
    for name in last.symptoms:
        others = {other: course for other, course in last.course.items() if other != name}
        calm = with_last(case, course=others | ({name: steps[0]} if steps[0] else {}))
        assert_not_calmer(shipped_tables, calm, with_last(case, course=others | {name: steps[1]}))


@FEW
@given(case=cases(), note=st.sampled_from(sorted(NOTES)))
def test_a_note_that_names_a_sign_counts_as_the_sign(shipped_tables: Tables, case: Case, note: str) -> None:
    assert_not_calmer(shipped_tables, case, with_last(case, note=note))
    ticked = with_last(case, signs=tuple({*case.check_ins[-1].signs, NOTES[note]}))
    assert judge_case(shipped_tables, with_last(case, note=note)).urgency == judge_case(shipped_tables, ticked).urgency


@FEW
@given(case=cases(), note=st.text(max_size=60))
def test_no_note_whatever_calms(shipped_tables: Tables, case: Case, note: str) -> None:
    assert_not_calmer(shipped_tables, case, with_last(case, note=note))


@FEW
@given(case=cases())
def test_the_wish_for_a_call_is_never_calmer_and_at_least_same_day(shipped_tables: Tables, case: Case) -> None:
    called = with_last(case, wants_call=True)
    assert_not_calmer(shipped_tables, case, called)
    assert judge_case(shipped_tables, called).urgency >= Urgency.same_day


@FEW
@given(case=cases(), degrees=st.floats(30, 45), more=st.floats(0, 5))
def test_a_higher_temperature_is_never_calmer(shipped_tables: Tables, case: Case, degrees: float, more: float) -> None:
    assert_not_calmer(
        shipped_tables, with_last(case, temperature_c=degrees), with_last(case, temperature_c=min(45, degrees + more))
    )


@FEW
@given(case=cases(), name=symptom)
def test_one_more_place_is_never_calmer(shipped_tables: Tables, case: Case, name: str) -> None:
    where = {**case.check_ins[-1].where, name: ("outside",)}
    assert_not_calmer(shipped_tables, case, with_last(case, where=where))


@FEW
@given(case=cases(), denied=subsets_of_signs)
def test_a_denied_sign_changes_nothing(shipped_tables: Tables, case: Case, denied: tuple[str, ...]) -> None:
    assert judge_case(shipped_tables, with_last(case, denied=denied)) == judge_case(shipped_tables, case)


def judged(tables: Tables, case: Case, *later: CheckIn, procedures: tuple[datetime, ...] = ()) -> Assessment:
    situation = Situation((*case.procedures, *procedures), [*case.check_ins[:-1], *later], case.risk_factors)
    return assess(tables, situation, case.check_ins[-1])


@FEW
@given(case=cases(), later=reports(), ahead=st.integers(1, 3000))
def test_what_comes_later_is_not_looked_at(shipped_tables: Tables, case: Case, later: CheckIn, ahead: int) -> None:
    future = case.check_ins[-1].at + timedelta(minutes=ahead)
    assume(case.procedures[0] <= case.check_ins[-1].at)
    again = judged(shipped_tables, case, replace(later, at=future), procedures=(future,))
    assert again == judged(shipped_tables, case)


@FEW
@given(case=cases(), data=st.data())
def test_the_order_of_telling_does_not_matter(shipped_tables: Tables, case: Case, data: st.DataObject) -> None:
    shuffled = case._replace(
        procedures=tuple(data.draw(st.permutations(case.procedures))),
        check_ins=tuple(data.draw(st.permutations(case.check_ins))),
        risk_factors=tuple(data.draw(st.permutations(case.risk_factors))),
    )
    again, first = judge_case(shipped_tables, shuffled), judge_case(shipped_tables, case)
    assert sorted(again.findings, key=str) == sorted(first.findings, key=str)
    assert (again.urgency, set(again.advice)) == (first.urgency, set(first.advice))


@FEW
@given(case=cases())
def test_the_same_case_gets_the_same_answer(shipped_tables: Tables, case: Case) -> None:
    assert judge_case(shipped_tables, case) == judge_case(shipped_tables, case)


@FEW
@given(case=cases(), sign=st.sampled_from(COMMON.signs), before=st.integers(1, 90))
def test_an_earlier_sign_never_calms(shipped_tables: Tables, case: Case, sign: str, before: int) -> None:
    told = CheckIn(at=case.check_ins[-1].at - timedelta(hours=before), signs=(sign,))
    assume(told.at not in [report.at for report in case.check_ins])
    assert_not_calmer(shipped_tables, case, case._replace(check_ins=(told, *case.check_ins)))


@FEW
@given(case=cases(), earlier=reports(), minutes=st.integers(1, 72 * 60 - 1))
def test_after_a_danger_finding_nothing_is_below_same_day(
    shipped_tables: Tables, case: Case, earlier: CheckIn, minutes: int
) -> None:
    told = replace(earlier, at=case.check_ins[-1].at - timedelta(minutes=minutes))
    past = [report for report in case.check_ins[:-1] if report.at < told.at]
    assume(judge_case(shipped_tables, case._replace(check_ins=(*past, told))).urgency >= Urgency.urgent)
    held = judge_case(shipped_tables, case._replace(check_ins=(told, *case.check_ins)))
    assert held.urgency >= Urgency.same_day


@FEW
@given(case=cases())
def test_an_answer_is_as_urgent_as_its_most_urgent_finding(shipped_tables: Tables, case: Case) -> None:
    found = judge_case(shipped_tables, case)
    assert found.urgency == max((finding.urgency for finding in found.findings), default=Urgency.self_care)
    assert found.advice[0] == found.urgency.name
    assert all(finding.urgency >= Urgency.routine for finding in found.findings)


@MANY
@given(case=cases())
def test_risk_factors_raise_one_step_at_most_to_urgent_and_never_from_self_care(
    shipped_tables: Tables, case: Case
) -> None:
    alone = case._replace(check_ins=case.check_ins[-1:], risk_factors=())
    plain = judge_case(shipped_tables, alone).urgency
    risky = judge_case(shipped_tables, alone._replace(risk_factors=COMMON.risk_factors)).urgency
    most = plain if plain in (Urgency.self_care, Urgency.urgent, Urgency.emergency) else Urgency(plain + 1)
    assert plain <= risky <= most


# Not drawn but exhausted: each symptom, limit and stated course, for a patient with each risk factor.
FACTORS = pytest.mark.parametrize("factor", [None, *COMMON.risk_factors])
COURSES = ("better", "same", "worse", "new", None)


def answer(tables: Tables, hour: int, factor: str | None, name: str, level: int, course: str | None) -> Urgency:
    situation = Situation([BEGAN], risk_factors=[factor] if factor else [])
    check_in = CheckIn(at=moment(hour), symptoms={name: level}, course={name: course} if course else {})
    return assess(tables, situation, check_in).urgency


@FACTORS
def test_in_every_cell_the_more_severe_is_never_calmer(shipped_tables: Tables, factor: str | None) -> None:
    for name, table in shipped_tables.symptoms.items():
        for hour, course in product(table.starts, COURSES):
            urgencies = [answer(shipped_tables, hour, factor, name, level, course) for level in range(5)]
            assert urgencies == sorted(urgencies), f"{name} at hour {hour}, {course}: {urgencies}"


@FACTORS
def test_in_every_cell_the_worse_course_is_never_calmer(shipped_tables: Tables, factor: str | None) -> None:
    for name, table in shipped_tables.symptoms.items():
        for hour, level in product(table.starts, range(1, 5)):
            urgencies = [answer(shipped_tables, hour, factor, name, level, course) for course in COURSES[:3]]
            assert urgencies == sorted(urgencies), f"{name} {level} at hour {hour}: {urgencies}"
