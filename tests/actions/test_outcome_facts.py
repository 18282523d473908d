"""The columns that the statistics are made from say what was done, on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage.actions import audit
from triage.actions.calls import note_reached
from triage.actions.hours import hours_of
from triage.actions.identify import operator
from triage.actions.outcome_alerts import OpenClock, Taken, taken_by
from triage.actions.outcome_facts import facts_of
from triage.actions.turn import Turn
from triage.outcomes.columns import NOT_ASKED
from triage.outcomes.facts import NOBODY, NONE, Facts, Named
from triage.outcomes.reports import micros
from triage.records import (
    AlertRow,
    CheckInRow,
    ClinicRow,
    EpisodeRow,
    ExpectationRow,
    PatientRow,
    RatingRow,
    ReviewSampleRow,
    Row,
    Session,
    StaffRow,
    outcome_columns,
)
from triage.rules import Urgency
from triage.rules.ladder import DEFAULT_POLICY

on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_US = 24 * 3600 * 1_000_000


def facts(house: House) -> Facts:
    def read(session: Session) -> Facts:
        clinic = session.get(ClinicRow, house.clinic_id)
        assert clinic is not None
        return facts_of(session, clinic, house.now)

    return house.look(read)  # type: ignore[no-any-return]


def word(column: Named, row: int) -> str | None:
    code = int(column.code[row])
    return None if code == NOBODY else column.names[code]


def words(column: Named) -> list[str | None]:
    return [word(column, row) for row in range(len(column.code))]


def change(house: House, work: Callable[[Session], Any]) -> None:
    """Do what no call does here, with the audit event that a change needs."""

    def told(session: Session) -> None:
        work(session)
        turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
        audit.record(session, turn, "tried", ("test", "1"))

    house.do(told)


def add(house: House, *rows: Row) -> None:
    change(house, lambda session: session.add_all(rows))


def answer(house: House, alert: str, verb: str, **said: Any) -> None:
    sent = house.post(f"/alerts/{alert}/{verb}", said, house.keys["practitioner"])
    assert sent.status_code == 200, sent.json


def sitting(house: House, patient: Patient, days_ago: float, **said: Any) -> str:
    at = (house.now - timedelta(days=days_ago)).isoformat()
    made = house.post("/procedures", {"patient_id": patient.id, "at": at, **said})
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def test_sittings_and_what_was_used_in_them(house: House) -> None:
    ana, bo = house.patient(hours_ago=None, language="es", birth_year=1980), house.patient(hours_ago=None)
    ink = {"role": "pigment", "product": "Ink", "lot": "L-1"}
    second = sitting(house, ana, 2, practitioner="Pat", areas=["crown"])
    first = sitting(house, ana, 12, practitioner="Kim", areas=["hairline", "crown"], exposures=[ink])
    only = sitting(house, bo, 5, exposures=[{"role": "diluent", "product": "Water"}])
    change(house, lambda session: setattr(session.get(PatientRow, (house.clinic_id, ana.uuid)), "skin_tone", 5))

    found = facts(house)

    people = {patient: row for row, patient in enumerate(found.patients.id)}
    assert set(people) == {ana.id, bo.id}
    assert word(found.patients.language, people[ana.id]) == "es"
    assert (found.patients.tone[people[ana.id]], found.patients.born[people[ana.id]]) == (5, 1980)
    assert found.patients.tone[people[bo.id]] == 0
    at = {procedure: row for row, procedure in enumerate(found.sittings.id)}
    assert at[second] == at[first] + 1
    assert [int(found.sittings.number[at[one]]) for one in (first, second, only)] == [1, 2, 1]
    assert (
        found.sittings.until_us[at[first]] == found.sittings.at_us[at[second]] == micros(house.now - timedelta(days=2))
    )
    assert [int(found.sittings.until_us[at[one]]) for one in (second, only)] == [NONE, NONE]
    assert found.sittings.episode[at[first]] == found.sittings.episode[at[second]] != found.sittings.episode[at[only]]
    assert [word(found.sittings.practitioner, at[one]) for one in (first, second, only)] == ["Kim", "Pat", None]
    bits = {name: 1 << bit for bit, name in enumerate(found.sittings.area_names)}
    masks = [int(found.sittings.areas[at[one]]) for one in (first, second, only)]
    assert masks == [bits["hairline"] | bits["crown"], bits["crown"], 0]
    used = set(zip(found.uses.sitting.tolist(), words(found.uses.role), words(found.uses.lot), strict=True))
    assert used == {(at[first], "pigment", "L-1"), (at[only], "diluent", None)}


def test_reports_that_count_with_the_urgency_that_stands(house: House) -> None:
    ana = house.patient(hours_ago=24 * 12)
    sitting(house, ana, 2)
    early, late = house.now - timedelta(days=5), house.now - timedelta(days=1)
    house.report(ana, at=late, symptoms={"redness": 1, "itching": 0})
    house.report(ana, at=early, symptoms={"redness": 2}, signs=["fever"])
    house.later(hours=1)
    house.report(ana, at=early, symptoms={"redness": 3})  # for the same moment: the later one amends
    wrong = house.report(ana, at=early + timedelta(hours=1), symptoms={"pain": 1})["id"]
    right = house.report(ana, at=early + timedelta(hours=2), symptoms={"pain": 0})["id"]
    foreign = house.report(ana, at=early + timedelta(hours=3), symptoms={"pain": 4})["id"]

    def correct(session: Session) -> None:
        reports = {str(row.id): row for row in session.exec(select(CheckInRow))}
        reports[right].amends = reports[wrong].id
        reports[foreign].disputed_at = house.now

    change(house, correct)
    found = facts(house)

    reports = found.reports
    assert reports.at_us.tolist() == [micros(at) for at in (early, early + timedelta(hours=2), late)]
    assert (reports.patient == reports.patient[0]).all()
    assert found.sittings.number[reports.sitting].tolist() == [1, 1, 2]
    assert reports.received_us.tolist() == [micros(house.now)] * 2 + [micros(house.now - timedelta(hours=1))]
    assert reports.urgency[0] >= Urgency.urgent  # what was said first stands
    assert reports.has_sign.tolist() == [False, False, False]  # of the amended report, and it no longer counts
    assert reports.severity["redness"].tolist() == [3, NOT_ASKED, 1]
    assert reports.severity["itching"].tolist() == [NOT_ASKED, NOT_ASKED, 0]
    assert reports.severity["pain"].tolist() == [NOT_ASKED, 0, NOT_ASKED]


def test_alerts_taken_reached_and_closed(house: House) -> None:
    """The house's moment is a Monday at 10:00, and the clinic is open from 9:00 to 18:00 on working days."""
    ana, bo = house.patient(), house.patient()
    report = house.report(ana, signs=["fever"])
    alert, opened = report["alert"]["id"], house.now
    house.later(minutes=3)
    answer(house, alert, "acknowledge", epoch=1)
    house.later(minutes=9)
    row, turn = partial(_alert, alert=alert), _as_staff(house)
    house.do(lambda session: note_reached(session, row(session), None, turn()))
    answer(house, alert, "release", epoch=1)  # that somebody had it stays true
    house.later(hours=24)
    answer(house, alert, "resolve", epoch=2, outcome="irritation", useful="useful", seriousness=["antibiotic"])
    waiting = house.report(bo, symptoms={"redness": 3, "warmth": 3, "swelling": 3})["alert"]["id"]
    house.later(hours=2)

    found = facts(house).alerts

    one, other = found.id.index(alert), found.id.index(waiting)
    assert found.opened_us[one] == micros(opened)
    assert found.acked_us[one] - found.opened_us[one] == 3 * 60 * 10**6
    assert found.reached_us[one] - found.opened_us[one] == 12 * 60 * 10**6
    assert (found.closed_us - found.opened_us)[one] == DAY_US + 12 * 60 * 10**6
    open_s = [float(column[one]) for column in (found.open_acked_s, found.open_reached_s, found.open_closed_s)]
    assert open_s == [180, 720, (9 * 60 + 12) * 60]  # 8 hours of Monday, 1 hour 12 of Tuesday
    assert (word(found.owner, one), word(found.outcome, one), word(found.useful, one)) == (
        "Pat",
        "irritation",
        "useful",
    )
    assert (bool(found.is_serious[one]), bool(found.is_exhausted[one])) == (True, False)
    assert word(found.rule, one) == report["assessment"]["findings"][0]["rule"]
    assert (found.acked_us[other], found.closed_us[other], found.reached_us[other]) == (NONE, NONE, NONE)
    assert found.open_acked_s[other] == found.open_closed_s[other] == 2 * 3600
    assert (word(found.owner, other), word(found.outcome, other), word(found.kind, other)) == (None, None, "report")
    for place in (one, other):
        promise = DEFAULT_POLICY.promise[Urgency(found.urgency[place])]
        span = promise.wall or promise.open_time
        assert span is not None
        assert (found.limit_s[place], found.is_by_hours[place]) == (span.total_seconds(), promise.wall is None)


@on_one_engine
def test_a_ladder_that_ended_before_anybody_answered(house: House) -> None:
    alert = house.report(house.patient(), signs=["fever"])["alert"]["id"]
    for _ in range(4):  # three steps and the fallback
        house.later(minutes=20)
        house.tick()
    answer(house, alert, "acknowledge", epoch=1)
    found = facts(house).alerts
    assert found.is_exhausted.tolist() == [True]
    assert found.acked_us.tolist() == [micros(house.now)]


def test_check_ins_that_should_come(house: House) -> None:
    ana = house.patient(hours_ago=30)
    for _ in range(4):
        house.later(hours=6)
        house.tick()
    house.report(ana, symptoms={"redness": 1})
    rows = house.look(lambda session: session.exec(select(ExpectationRow).order_by(ExpectationRow.due_at)).all())

    due = facts(house).due

    assert len(rows) >= 2
    assert due.due_us.tolist() == [micros(row.due_at) for row in rows]
    assert words(due.state) == [row.state for row in rows]
    assert "answered" in words(due.state)
    for name in ("sent", "delivered", "opened", "reminded", "answered"):
        moments = [getattr(row, f"{name}_at") for row in rows]
        assert getattr(due, f"{name}_us").tolist() == [micros(at) if at else NONE for at in moments]
    assert words(due.silence) == [row.silence for row in rows]
    assert words(due.unasked) == [row.unasked_why for row in rows]
    assert set(due.sitting.tolist()) == {0}


def test_ratings_and_the_sample(house: House) -> None:
    ana = house.patient(hours_ago=24 * 40)
    report = house.report(ana, at=house.now - timedelta(days=3), symptoms={"redness": 0})["id"]
    [episode] = house.look(lambda session: session.exec(select(EpisodeRow)).all())
    [check_in] = house.look(lambda session: session.exec(select(CheckInRow)).all())
    assert str(check_in.id) == report
    own = {"clinic_id": house.clinic_id, "patient_id": ana.uuid}
    rated = {**own, "episode_id": episode.id, "rated_by": "patient"}
    add(
        house,
        RatingRow(**rated, at=house.now - timedelta(days=1), density=1, replaced_at=house.now),
        RatingRow(**rated, at=house.now, density=4, colour=5),
        RatingRow(**{**rated, "rated_by": "practitioner"}, at=house.now, evenness=3),
        ReviewSampleRow(
            **own, check_in_id=check_in.id, month="2026-02", stratum="with", chance=0.25, drawn_at=house.now
        ),
    )
    found = facts(house)

    by = {bool(found.ratings.is_patients[row]): row for row in range(2)}
    assert len(found.ratings.at_us) == 2
    assert [int(found.ratings.marks[name][by[True]]) for name in ("density", "dot_size", "colour")] == [4, 0, 5]
    assert int(found.ratings.marks["evenness"][by[False]]) == 3
    assert found.ratings.sitting.tolist() == [0, 0]
    assert found.sampled.at_us.tolist() == [micros(check_in.at)]
    assert (found.sampled.chance.tolist(), words(found.sampled.stratum)) == ([0.25], ["with"])
    assert words(found.sampled.verdict) == [None]


def test_a_clinic_without_anything_has_empty_columns_and_sees_no_other_clinics(house: House) -> None:
    other = house.open({"name": "South", "time_zone": "UTC", "lead_name": "Lo", "lead_email": "lo@south.example",
                        "practitioner_name": "Pi", "practitioner_email": "pi@south.example"})  # fmt: skip
    house.report(house.patient(), signs=["fever"])

    def read(session: Session) -> tuple[Facts, int]:
        clinic = next(row for row in session.exec(select(ClinicRow)) if str(row.id) == other["clinic"]["id"])
        return facts_of(session, clinic, house.now), outcome_columns.count_rows(session, clinic.id)

    found, rows = house.look(read)
    parts = (found.patients.id, found.sittings.id, found.uses.sitting, found.reports.at_us, found.alerts.id)
    parts += (found.due.due_us, found.ratings.at_us, found.sampled.at_us)
    assert [len(part) for part in parts] == [0] * 8
    assert (rows, found.versions) == (0, ())


@on_one_engine
def test_progress_is_told_of_every_row(house: House) -> None:
    for _ in range(3):
        house.report(house.patient(), signs=["fever"])
    told: list[int] = []

    def read(session: Session) -> int:
        clinic = session.get(ClinicRow, house.clinic_id)
        assert clinic is not None
        facts_of(session, clinic, house.now, told.append)
        return outcome_columns.count_rows(session, clinic.id)

    assert house.look(read) == sum(told)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Taken()),
        ([(5, "alert_acknowledged", "ann", False)], Taken(5, "ann")),
        ([(5, "alert_snoozed", "ann", False), (9, "alert_resolved", "bob", False)], Taken(5, "ann")),
        ([(5, "alert_resolved", "ann", False), (6, "alert_back_to_open", "ann", False)], Taken()),
        (
            [
                (5, "alert_acknowledged", "ann", False),
                (7, "alert_resolved", "bob", False),
                (8, "alert_back_to_acked", "bob", False),
            ],
            Taken(5, "ann"),
        ),
        ([(4, "alert_escalated", "", False), (5, "alert_resolved", "", False)], Taken(5, "")),
        ([(4, "alert_escalated", "", True), (5, "alert_resolved", "ann", False)], Taken(5, "ann", True)),
        ([(4, "alert_resolved", "ann", False), (5, "alert_escalated", "", True)], Taken(4, "ann")),
    ],
)
def test_who_took_it_first(events: list[tuple[int, str, str, bool]], expected: Taken) -> None:
    assert taken_by(events) == expected


def test_open_time_is_that_of_the_ladder() -> None:
    """Over two years, with the clocks of summer, public holidays of each year, and a lunch."""
    week = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "thu", "fri")}
    clinic = ClinicRow(
        name="North",
        time_zone="Europe/Berlin",
        opening_hours=week,
        holidays={"country": "DE", "closed": ["2025-08-04"]},
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
    )
    first = datetime(2024, 11, 20, 7, tzinfo=UTC)
    clock = OpenClock(clinic, first, first + timedelta(days=730))
    starts = [first + timedelta(days=17 * number, minutes=271 * number) for number in range(42)]
    waits = [timedelta(minutes=37 * number) for number in range(42)]
    ends = [hours_of(clinic, at).after(at, wait) for at, wait in zip(starts, waits, strict=True)]

    found = clock.seconds(np.array([*map(micros, starts)]), np.array([*map(micros, ends)]))

    assert found.tolist() == [wait.total_seconds() for wait in waits]


def test_a_clinic_without_hours_is_always_open() -> None:
    clinic = ClinicRow(name="North", time_zone="UTC", opening_hours={}, created_at=datetime(2024, 1, 1, tzinfo=UTC))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    clock = OpenClock(clinic, now - timedelta(days=9), now)
    began = np.array([micros(now - timedelta(days=2))])
    assert clock.seconds(began, np.array([NONE])).tolist() == [2 * 86400]


def _alert(session: Session, alert: str) -> AlertRow:
    return next(row for row in session.exec(select(AlertRow)) if str(row.id) == alert)


def _as_staff(house: House) -> Callable[[], Turn]:
    [pat] = house.look(lambda session: session.exec(select(StaffRow).where(StaffRow.name == "Pat")).all())
    by = operator(house.clinic_id, "x")._replace(kind="staff", id=str(pat.id), role="practitioner", staff_id=pat.id)
    return lambda: Turn(by, house.now, house.wiring.terms)
