"""Figures are computed, kept until the next night, and shown with what they rest on: over HTTP and in a terminal."""

import csv
import io
import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import CliRunner
from sqlmodel import select

from tests.houses import House
from triage import figuring
from triage.actions.audit import event
from triage.actions.identify import operator, service
from triage.actions.outcomes import Asked, bounds_of, clinics_to_compute, figure_of, last_night
from triage.actions.turn import Turn
from triage.cli import main
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Column, Figure, Question
from triage.outcomes.reports import micros
from triage.records import ClinicRow, FigureRow, PatientRow, ProtocolRow, Session

on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROME = ZoneInfo("Europe/Rome")
COLUMNS = (Column("who", "Practitioner"), Column("n", "Sessions", "count", "how many were done"))
COMPUTED: list[Question] = []


def counted(facts: Facts, question: Question) -> Figure:
    """Count the sessions of each practitioner in the window."""
    COMPUTED.append(question)
    at_us, named = facts.sittings.at_us, facts.sittings.practitioner
    chosen = np.ones(len(at_us), np.bool_)
    chosen &= at_us >= (question.since_us if question.since_us is not None else 0)
    chosen &= at_us < (question.until_us if question.until_us is not None else np.iinfo(np.int64).max)
    rows = tuple((name, np.count_nonzero(chosen & (named.code == place))) for place, name in enumerate(named.names))
    return Figure("counted", "Sessions", "Somebody works.", int(chosen.sum()), "sessions", COLUMNS, rows, ("Counted.",))


def broken(facts: Facts, question: Question) -> Figure:
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure whose truth is plain, in the place of all the others."""
    for name in list(FIGURES):
        monkeypatch.delitem(FIGURES, name)  # type: ignore[arg-type]
    monkeypatch.setitem(FIGURES, "counted", counted)  # type: ignore[arg-type]
    COMPUTED.clear()


def sitting(house: House, days_ago: float, practitioner: str) -> None:
    at = (house.now - timedelta(days=days_ago)).isoformat()
    body = {"patient_id": house.patient(hours_ago=None).id, "at": at, "practitioner": practitioner}
    assert house.post("/procedures", body).status_code == 201


def get(house: House, path: str = "/outcomes/counted", role: str = "auditor") -> Any:
    return house.call("GET", path, key=house.keys[role])


def compute_nightly(house: House) -> None:
    house.run(figuring.figures)


def test_a_figure_is_kept_until_the_night_is_over(house: House) -> None:
    sitting(house, 3, "Ann")
    first = get(house).json
    sitting(house, 2, "Ann")
    house.later(hours=15)  # 01:00
    assert get(house).json == first
    house.later(hours=2)
    later = get(house).json
    assert (first["rows"], later["rows"]) == ([{"who": "Ann", "n": 1}], [{"who": "Ann", "n": 2}])
    assert later["frame"]["computed_at"] == house.now.isoformat()
    rows = house.look(lambda session: session.exec(select(FigureRow)).all())
    assert [(row.name, row.asked) for row in rows] == [("counted", "{}")]


@on_one_engine
def test_it_is_computed_anew_when_somebody_wants_that(house: House) -> None:
    get(house)
    sitting(house, 3, "Ann")
    assert get(house).json["n"] == 0
    assert get(house, "/outcomes/counted?fresh=true").json["n"] == 1
    assert get(house).json["n"] == 1


@on_one_engine
def test_another_protocol_makes_what_was_kept_void(house: House) -> None:
    get(house)

    def move(session: Session) -> None:
        row = session.exec(select(FigureRow)).one()
        row.content = {**row.content, "frame": {**row.content["frame"], "protocol": ["other", "Other", "1"]}}
        session.add(row)

    house.do(move)
    assert get(house).json["frame"]["protocol"]["name"] != "Other"
    assert len(COMPUTED) == 2


def test_a_figure_says_what_it_rests_on(house: House) -> None:
    sitting(house, 3, "Ann")
    house.report(house.patient(), symptoms={"redness": 1})
    [version] = house.look(lambda session: session.exec(select(ProtocolRow)).all())
    told = get(house, "/outcomes/counted?since=2026-02-01&until=2026-02-28&by=lot").json
    stamp = {"digest": version.digest, "name": version.name, "version": version.version}
    assert told == {
        "id": "counted",
        "title": "Sessions",
        "frame": {
            "clinic": "North Clinic",
            "since": "2026-02-01",
            "until": "2026-02-28",
            "by": "lot",
            "as_of": house.now.isoformat(),
            "computed_at": house.now.isoformat(),
            "protocol": stamp,
            "judged_by": [stamp],
        },
        "n": 2,
        "of": "sessions",
        "answer": "Somebody works.",
        "columns": [column._asdict() for column in COLUMNS],
        "rows": [{"who": "Ann", "n": 1}],
        "method": ["Counted."],
    }


def test_the_window_is_of_the_clinics_own_days() -> None:
    since_us, until_us = bounds_of(Asked(date(2026, 3, 28), date(2026, 3, 29)), ROME)
    assert since_us == micros(datetime(2026, 3, 28, tzinfo=ROME))
    assert until_us == micros(datetime(2026, 3, 30, tzinfo=ROME))  # the night of the change of clocks is shorter
    assert until_us - since_us == 47 * 3600 * 10**6
    assert bounds_of(Asked(), ROME) == (None, None)


def test_the_night_is_the_clinics_own() -> None:
    before, after = datetime(2026, 3, 2, 1, 59, tzinfo=ROME), datetime(2026, 3, 2, 2, tzinfo=ROME)
    assert last_night(ROME, before) == datetime(2026, 3, 1, 2, tzinfo=ROME)
    assert last_night(ROME, after) == after
    assert last_night(ROME, after + timedelta(hours=23)) == after


@on_one_engine
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("counted?since=2026-02-30", 422),
        ("counted?since=yesterday", 422),
        ("counted?since=2026-02-02&until=2026-02-01", 422),
        ("counted?by=name", 422),
        ("counted?format=xml", 422),
        ("nothing", 404),
        ("counted?until=2026-02-01&since=2026-02-01", 200),
    ],
)
def test_a_question_without_an_answer_is_refused(house: House, query: str, status: int) -> None:
    assert get(house, f"/outcomes/{query}").status_code == status


@on_one_engine
def test_leads_and_auditors_alone_may_ask(house: House) -> None:
    patient = house.patient()
    for path in ("/outcomes", "/outcomes/counted", "/outcomes/nothing"):
        for role in ("intake", "practitioner"):
            assert get(house, path, role).status_code == 403
        assert house.call("GET", path, key=patient.token).status_code == 403
        assert house.call("GET", path).status_code == 401
    assert get(house, role="admin").status_code == 200


@on_one_engine
def test_csv_has_the_meaning_of_its_columns_above_it_and_nothing_to_compute(house: House) -> None:
    sitting(house, 3, "=1+1")
    answer = get(house, "/outcomes/counted?format=csv")
    assert answer.mimetype == "text/csv"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    said = [line for line in lines if line.startswith("# ")]
    assert "# column n (count): how many were done" in said
    assert "# clinic: North Clinic" in said
    assert f"# as of: {house.now.isoformat()}; computed at: {house.now.isoformat()}" in said
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if line not in said))))
    assert rows == [["who", "n"], ["'=1+1", "1"]]


@on_one_engine
def test_what_cannot_be_told_is_null(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(facts: Facts, question: Question) -> Figure:
        rows = (("Ann", None), ("Bob", float("nan")))
        return Figure("unsure", "Unsure", "Too few.", 0, "sessions", COLUMNS, rows, ())

    monkeypatch.setitem(FIGURES, "unsure", unsure)  # type: ignore[arg-type]
    for _ in range(2):  # computed, and as it was kept
        assert [row["n"] for row in get(house, "/outcomes/unsure").json["rows"]] == [None, None]


def test_the_clock_computes_every_night_once_and_the_list_says_so(house: House) -> None:
    sitting(house, 3, "Ann")
    assert get(house, "/outcomes").json["items"] == [
        {"id": "counted", "title": None, "answer": None, "computed_at": None}
    ]
    compute_nightly(house)
    compute_nightly(house)
    assert len(COMPUTED) == 1
    [listed] = get(house, "/outcomes").json["items"]
    assert (listed["title"], listed["answer"], listed["computed_at"]) == (
        "Sessions",
        "Somebody works.",
        house.now.isoformat(),
    )
    get(house)
    get(house, "/outcomes/counted?by=lot")
    house.later(hours=17)  # 03:00
    compute_nightly(house)
    assert len(COMPUTED) == 3
    rows = house.look(lambda session: session.exec(select(FigureRow)).all())
    assert [(row.asked, row.computed_at) for row in rows] == [("{}", house.now)]  # what somebody asked is forgotten


@on_one_engine
def test_a_figure_that_fails_holds_no_other_and_is_tried_again_after_an_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(FIGURES, "counted")  # type: ignore[arg-type]
    monkeypatch.setitem(FIGURES, "broken", broken)  # type: ignore[arg-type]
    monkeypatch.setitem(FIGURES, "counted", counted)  # type: ignore[arg-type]
    failed = 0
    for piece in figuring.figures(house.wiring, "test"):
        try:
            piece()
        except ZeroDivisionError:
            failed += 1
    assert (failed, len(COMPUTED)) == (1, 1)
    due = partial(clinics_to_compute, now=house.now)
    assert house.look(due) == []
    assert get(house).json["id"] == "counted"
    assert len(COMPUTED) == 1
    house.later(minutes=61)
    assert house.look(partial(clinics_to_compute, now=house.now)) == [house.clinic_id]


@on_one_engine
def test_without_a_protocol_it_says_why_nothing_can_be_told(house: House) -> None:
    def empty(session: Session) -> ClinicRow:
        clinic = ClinicRow(name="Bare", time_zone="UTC", created_at=house.now)
        session.add(clinic)
        session.flush()
        patient = PatientRow(clinic_id=clinic.id, reference="P", created_at=house.now)
        session.add(patient)
        turn = Turn(service(clinic.id, "test"), house.now, house.wiring.terms)
        session.add(event(turn, "tried", ("test", "1")))
        return clinic

    clinic = house.do(empty)
    turn = Turn(operator(clinic.id, "test"), house.now, house.wiring.terms)
    shown = house.look(partial(figure_of, clinic_id=clinic.id, name="counted", asked=Asked(), turn=turn))
    assert "no protocol is in effect" in shown.figure.answer
    assert (shown.figure.rows, COMPUTED) == ((), [])


@pytest.fixture
def run(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in [name for name in os.environ if name.startswith("TRIAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", house.wiring.store.url.render_as_string(hide_password=False))
    mask = os.umask(0o022)
    yield lambda *words: CliRunner().invoke(main, ["outcomes", *words])
    os.umask(mask)


@on_one_engine
def test_the_terminal_prints_the_same_figures(house: House, run: Any) -> None:
    sitting(house, 3, "Ann")
    assert "not yet" in run().output
    table = run("counted").output
    assert "Somebody works." in table
    assert ["Ann", "1"] in [line.split() for line in table.splitlines()]
    assert "judged by: none" in table
    assert "Somebody works." in run().output
    told = json.loads(run("counted", "--json").output)
    assert told["rows"] == [{"who": "Ann", "n": 1}]
    assert told == get(house).json
    assert run("counted", "--csv").output.endswith("who,n\nAnn,1\n")
    assert json.loads(run("counted", "--since", "2031-01-01", "--json").output)["n"] == 0


@on_one_engine
def test_the_terminal_says_what_is_wrong(house: House, run: Any) -> None:
    assert run("nothing").exit_code == 2
    assert run("counted", "--by", "name").exit_code == 2
    wrong = run("counted", "--since", "2026-02-02", "--until", "2026-02-01")
    assert (wrong.exit_code, "is before since" in wrong.output) == (1, True)
    assert "counted" in run("--help").output
