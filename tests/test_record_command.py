"""One patient's record at the command line: as JSON, as PDF, and noted in the log."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.houses import House
from triage.cli import main
from triage.records import Store, log_lookups


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """One engine is enough: what the command reads, tests/actions asks both."""
    with closing(Store(sqlite_url)) as opened:
        yield opened


@pytest.fixture
def runner(house: House, tmp_path: Path) -> CliRunner:
    url = house.wiring.store.url.render_as_string(hide_password=False)
    return CliRunner(env={"TRIAGE_DATABASE_URL": url, "TRIAGE_DATA_DIR": str(tmp_path)})


def test_the_record_is_written_as_json_and_as_pdf_and_that_is_noted(
    house: House, runner: CliRunner, tmp_path: Path
) -> None:
    patient = house.patient(name="Zelda Quill")
    house.report(patient, symptoms={"redness": 1}, note="a little warm")
    done = runner.invoke(main, ["record", patient.id])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["patient"]["name"] == "Zelda Quill"
    assert found["check_ins"][0]["content"]["note"] == "a little warm"
    file = tmp_path / "record.pdf"
    assert runner.invoke(main, ["record", patient.id, "--pdf", str(file)]).exit_code == 0
    assert file.read_bytes().startswith(b"%PDF")
    noted = house.look(
        lambda session: log_lookups.changes_of(session, house.clinic_id, patient.id, "patient_record_taken")
    )
    assert [event.actor_kind for event in noted] == ["operator", "operator"]


def test_a_patient_who_is_not_there_ends_it_in_words(runner: CliRunner) -> None:
    done = runner.invoke(main, ["record", str(uuid.uuid4())])
    assert done.exit_code == 1
    assert "there is no patient with this id" in done.output
