"""The commands about who answers, as an operator runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from triage.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = ["--lead-name", "Lee", "--practitioner-name", "Pat", "--practitioner-email", "pat@north.example"]
    call(tmp_path, "db", "upgrade")
    call(tmp_path, "clinic", "create", "--name", "North Clinic", "--time-zone", "Europe/Berlin", *people)
    return tmp_path


def call(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words], env={"TRIAGE_DATA_DIR": str(folder)})


def attempt(folder: Path, *options: str) -> Result:
    return call(folder, "escalation", "try", "--urgency", "urgent", "--at", "2026-11-28 03:00", *options)


def test_a_dry_run_names_people_ways_and_local_times(folder: Path) -> None:
    lines = attempt(folder).output.splitlines()
    assert lines[1] == "  Sat 2026-11-28 03:00  step 1: Pat (practitioner) by email pat@north.example"
    assert lines[2].startswith("  Sat 2026-11-28 03:15  step 2: Lee (lead)")
    assert "promised an answer by Sat 2026-11-28 04:00" in lines[-1]


def test_a_policy_is_tried_then_made_then_shown(folder: Path) -> None:
    file = folder / "policy.json"
    file.write_text('{"steps": [{"targets": ["on_call"]}, {"targets": ["role:lead"]}]}')
    assert "warning: nobody is on call on Sat 2026-11-28 03:00" in attempt(folder, "--policy", str(file)).output
    assert json.loads(call(folder, "escalation", "show").output)["steps"][0]["targets"] == ["role:practitioner"]
    made = call(folder, "escalation", "set", str(file), "--by", "Lee")
    assert (made.exit_code, made.output.startswith("North Clinic: policy 1 (")) == (0, True)
    assert json.loads(call(folder, "escalation", "show").output)["steps"][0]["targets"] == ["on_call"]
    assert attempt(folder).output.splitlines()[1].startswith("  Sat 2026-11-28 03:00  step 2: Lee (lead)")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is no JSON"), ('{"steps": [{"targets": ["role:boss"]}]}', "steps[0].targets[0]: 'role:boss' is no target")],
)
def test_a_policy_that_cannot_be_read_is_refused(folder: Path, text: str, said: str) -> None:
    (folder / "policy.json").write_text(text)
    refused = call(folder, "escalation", "set", str(folder / "policy.json"), "--by", "Lee")
    assert refused.exit_code == 1
    assert said in refused.output
    assert "role:practitioner" in call(folder, "escalation", "show").output
