"""Another protocol on what really happened: nothing changes under the same one, and no lost danger goes unnamed."""

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seeds.play import play_all
from seeds.protocols import SHIPPED, read_folder
from tests import started
from tests.houses import OPTIONS, House, Patient
from tests.rules.small_protocol import FILES
from triage.actions import replay
from triage.actions.replay import Question, replay_clinic
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.replay import Replay, Tally
from triage.records import AuditEventRow, Session, lookups
from triage.records.histories import Span
from triage.rules import compile_protocol, read_protocol

FEVER = {"signs": ["fever"]}
RED = {"symptoms": {"redness": 2}}
CALM = {"symptoms": {"redness": 0, "itching": 0}}
SOFT_FEVER = ('[signs.fever]\nurgency = "urgent"', '[signs.fever]\nurgency = "routine"')


def judge_of(files: Mapping[str, str], *changes: tuple[str, str]) -> ColumnJudge:
    text = files["protocol.toml"]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return ColumnJudge(compile_protocol(read_protocol({**files, "protocol.toml": text})), with_rules=True)


def shipped(*changes: tuple[str, str]) -> ColumnJudge:
    return judge_of(read_folder(SHIPPED), *changes)


def replayed(house: House, candidate: ColumnJudge, against: ColumnJudge | None = None, **span: datetime) -> Replay:
    tally = Tally()
    limits = {"since": None, "until": None, **span}
    question = Question(candidate, against, Span(**limits, as_of=house.now))
    for clinic in house.look(lookups.clinics):
        house.wiring.look(lambda session, of=clinic: list(replay_clinic(session, of.id, question, tally)), clinic.id)
    return tally.result()


def close(house: House, patient: Patient, useful: str = "useful") -> None:
    """Close the patient's open alert, as a practitioner."""
    (alert,) = [found for found in house.alerts() if found["patient_id"] == patient.id and found["kind"] == "report"]
    said = {"epoch": alert["epoch"], "outcome": "irritation", "useful": useful}
    assert house.post(f"/alerts/{alert['id']}/resolve", said, house.keys["practitioner"]).status_code == 200


def live_through_much(house: House) -> None:
    """Let patients report as people do: held and closed dangers, amendments, late, unreadable and lonely reports."""
    diabetic, hasty, late, lonely, returning = (
        house.patient(hours_ago=100, risk_factors=["diabetes"]),
        house.patient(),
        house.patient(hours_ago=60),
        house.patient(hours_ago=None),
        house.patient(hours_ago=2300),
    )
    for patient in (diabetic, returning):
        house.report(patient, **FEVER)
        house.later(hours=1)
        house.report(patient, **CALM)  # held
        close(house, patient)
        house.later(hours=1)
        house.report(patient, **CALM)
    house.report(hasty, **RED)
    house.report(hasty, **FEVER)  # the same moment: amended, and then amended back
    house.report(hasty, **CALM)
    house.report(late, **CALM)
    house.report(late, at=house.now - timedelta(hours=20), **FEVER)
    house.report(late, symptoms={"redness": "very much"}, note="It hurts. My brother is Bob.")
    house.report(lonely, **FEVER)
    house.report(lonely, **CALM)
    house.later(hours=30)
    house.procedure(returning.id, 1)
    house.later(hours=60)
    house.report(returning, symptoms={"pain": 3, "swelling": 2}, course={"pain": "worse"})
    house.later(days=2)


def test_the_same_protocol_changes_nothing(house: House) -> None:
    live_through_much(house)
    house.later(days=40)
    clinic = house.look(lookups.clinics)[0]
    house.later(days=30)
    house.do(partial(play_all, clinic=clinic, now=house.now, terms=house.wiring.terms))
    result = replayed(house, shipped())
    assert result.changes == ()
    assert result.reports > 40
    assert result.patients > 8
    assert len(result.labelled) >= 5
    assert result.gone(("useful", "could_have_waited", "not_needed")) == []
    assert {"hold", "unreadable", "not_judged"} <= result.rules.keys()
    assert replayed(house, shipped(), shipped()).matrix == result.matrix


def test_a_softened_danger_is_lost_by_name(house: House) -> None:
    feverish, calm = house.patient(), house.patient()
    danger = house.report(feverish, **FEVER)
    close(house, feverish)
    house.later(hours=1)
    house.report(calm, **CALM)

    result = replayed(house, shipped(SOFT_FEVER))

    (lost,) = result.danger_lost()
    assert (lost.check_in, lost.patient, lost.day) == (danger["id"], feverish.id, 5)
    assert (lost.before.name, lost.after.name) == ("urgent", "routine")
    assert (lost.rules_before, lost.rules_after) == (("sign.fever",), ("sign.fever",))
    assert result.reports == 2
    assert result.matrix[3][1] == 1


def test_a_danger_of_a_patient_without_a_procedure_is_lost_by_name_too(house: House) -> None:
    lonely = house.patient(hours_ago=None)
    danger = house.report(lonely, **FEVER)
    (lost,) = replayed(house, shipped(SOFT_FEVER)).danger_lost()
    assert (lost.check_in, lost.day, lost.after.name) == (danger["id"], None, "same_day")


def test_useful_alerts_are_lost_and_needless_ones_saved(house: House) -> None:
    def end_of_redness(day: int) -> tuple[str, str]:
        return "after_day = 4, at_most = 0", f"after_day = {day}, at_most = 0"

    one, two = house.patient(hours_ago=200), house.patient(hours_ago=200)
    for patient, useful in ((one, "useful"), (two, "not_needed")):
        house.report(patient, symptoms={"redness": 1})
        close(house, patient, useful)
    small = judge_of(FILES)
    assert replayed(house, small).gone(("useful", "not_needed")) == []

    result = replayed(house, judge_of(FILES, end_of_redness(9)))

    assert [(alert.patient, alert.useful) for alert in result.gone(("useful",))] == [(one.id, "useful")]
    assert [alert.patient for alert in result.gone(("not_needed", "could_have_waited"))] == [two.id]
    assert result.danger_lost() == []


def test_a_period_compares_its_own_reports_with_all_that_was_before(house: House) -> None:
    patient = house.patient(hours_ago=24)
    house.report(patient, **FEVER)
    house.later(hours=24)
    held = house.report(patient, **CALM)
    assert held["assessment"]["urgency"] == "same_day"
    house.later(hours=24)
    house.report(patient, **CALM)
    second_day = house.now - timedelta(hours=25)

    result = replayed(house, shipped(), since=second_day, until=second_day + timedelta(hours=2))

    assert (result.reports, result.changes) == (1, ())
    assert result.rules == {"hold": 1}
    assert replayed(house, shipped(), since=house.now + timedelta(days=9)).reports == 0


def test_a_clinic_does_not_see_another_ones_reports(house: House) -> None:
    house.report(house.patient(), **FEVER)
    other = house.open({**OPTIONS, "name": "South", "lead_email": "l@s.example", "practitioner_email": "p@s.example"})
    tally, question = Tally(), Question(shipped(), None, Span(None, None, house.now))
    clinic = next(row for row in house.look(lookups.clinics) if str(row.id) == other["clinic"]["id"])
    house.wiring.look(lambda session: list(replay_clinic(session, clinic.id, question, tally)), clinic.id)
    assert tally.result().reports == 0


def test_pages_lose_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    live_through_much(house)
    whole = replayed(house, shipped(SOFT_FEVER))
    monkeypatch.setattr(replay, "PATIENTS_A_PAGE", 2)
    assert replayed(house, shipped(SOFT_FEVER)) == whole
    assert whole.patients == 5


def test_the_service_goes_on_while_a_replay_reads(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patients = [house.patient() for _ in range(3)]
    for patient in patients:
        house.report(patient, **CALM)
    monkeypatch.setattr(replay, "PATIENTS_A_PAGE", 1)
    tally, question = Tally(), Question(shipped(), None, Span(None, None, house.now))
    house.later(hours=1)
    with house.wiring.store.read(house.clinic_id) as session:
        pages = replay_clinic(session, house.clinic_id, question, tally)
        assert next(pages) == 1
        answer = house.report(patients[2], **FEVER)
        assert (answer["alert"]["state"], list(pages)) == ("open", [1, 1])
    assert tally.result().before()["urgent"] == 0  # it came after the moment that was asked for


def test_a_replay_changes_nothing(house: House) -> None:
    def written(session: Session) -> int:
        return lookups.count_of(session, AuditEventRow)

    house.report(house.patient(), **FEVER)
    before = len(house.alerts()), house.look(written)  # that somebody has looked at the list is written once
    replayed(house, shipped(SOFT_FEVER))
    assert (len(house.alerts()), house.look(written)) == before


def folder_of(files: Mapping[str, str], folder: Path) -> str:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return str(folder)


def command(house: House, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `triage replay` on the house's database as an operator does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
    url = house.wiring.store.url.render_as_string(hide_password=False)
    environ = {**clean, "TRIAGE_DATABASE_URL": url, "TRIAGE_DATA_DIR": str(folder)}
    return started.run("replay", *words, environ=environ)


def test_the_command_names_every_lost_danger_and_ends_with_1(house: House, tmp_path: Path) -> None:
    patient = house.patient(name="Zora Neale")
    lost = [house.report(patient, signs=["pus"], note="Zora writes of pus.")["id"] for _ in range(3)]
    house.later(days=5)
    house.report(house.patient(), **CALM)
    small = folder_of(FILES, tmp_path / "small")

    done = command(house, tmp_path, "--protocol", small, "--list", "1")

    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    assert "4 check-ins of 2 patients" in done.stdout
    assert "DANGER LOST in 3 of 3 check-ins" in done.stdout
    assert all(check_in in done.stdout for check_in in lost)
    told = command(house, tmp_path, "--protocol", small, "--json")
    assert told.returncode == 1
    assert sorted(entry["check_in"] for entry in json.loads(told.stdout)["danger_lost"]) == sorted(lost)
    assert "Zora" not in done.stdout + told.stdout


def test_the_command_ends_with_0_where_no_danger_is_lost(house: House, tmp_path: Path) -> None:
    live_through_much(house)
    same = command(house, tmp_path, "--protocol", str(SHIPPED))
    assert same.returncode == 0, same.stdout + same.stderr
    assert "changed: 0" in same.stdout
    assert "No danger is lost" in same.stdout
    small = folder_of(FILES, tmp_path / "small")
    told = command(house, tmp_path, "--protocol", small, "--against", small, "--json", "--clinic", str(house.clinic_id))
    assert told.returncode == 0
    answer: dict[str, Any] = json.loads(told.stdout)
    assert answer["protocols_before"] == [{**answer["protocol_after"], "reports": answer["reports"]}]
    assert (answer["before"], answer["changes"]) == ("protocol", [])


@pytest.mark.parametrize("words", [("--clinic", "nobody"), ("--since", "yesterday"), ("--against", "nowhere")])
def test_the_command_refuses_what_is_not_there(house: House, tmp_path: Path, words: tuple[str, str]) -> None:
    done = command(house, tmp_path, "--protocol", folder_of(FILES, tmp_path / "small"), *words)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_command_refuses_a_protocol_with_faults(house: House, tmp_path: Path) -> None:
    broken = folder_of(FILES | {"cases.toml": ""}, tmp_path / "broken")
    done = command(house, tmp_path, "--protocol", broken)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cases.toml" in done.stderr
