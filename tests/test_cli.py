"""The commands, run as an operator runs them: real processes, real exit statuses."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from seeds.mailbox import Mailbox
from tests import started
from triage.cli import main

ROOT = Path(__file__).parents[1]
SMP = ROOT / "seeds" / "protocols" / "smp"
NORMAL = {
    "id": "calm",
    "procedures": [{"at": "2026-03-02T10:00:00Z"}],
    "check_ins": [{"at": "2026-03-03T10:00:00Z", "symptoms": {"redness": 2}}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a folder with spaces"


def run(*command: str, folder: Path | None = None, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
    clean |= environ | ({"TRIAGE_DATA_DIR": str(folder)} if folder else {})
    return started.run(*command, environ=clean, stdin=stdin)


def call(*command: str, folder: Path | None = None, **set_to: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a process of its own, for those of which there are many; the same answer."""
    done = CliRunner().invoke(main, [*command], env={"TRIAGE_DATA_DIR": str(folder) if folder else None, **set_to})
    return subprocess.CompletedProcess([*command], done.exit_code, done.stdout, done.stderr)


def test_evaluate_judges_good_lines_among_broken_ones() -> None:
    strict = {**NORMAL, "id": "strict", "mood": "x"}
    empty = {**NORMAL, "id": "empty", "check_ins": [{"at": "2026-03-03T10:00:00Z"}]}
    lines = [json.dumps(NORMAL), "{broken", json.dumps(strict), "", json.dumps(empty), "7", "[" * 5000]

    done = run("evaluate", stdin="\n".join(lines))

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [answer["id"] for answer in answers] == ["calm", None, "strict", "empty", None, None]
    assert [answer.get("urgency") for answer in answers] == ["self_care", None, None, None, None, None]
    assert answers[2]["error"]["faults"][0]["path"] == "mood"
    assert answers[3]["error"]["faults"][0]["path"] == "check_ins.0"


def test_evaluate_is_content_with_good_lines(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(NORMAL) + "\n")
    call = [sys.executable, "-m", "triage.cli", "evaluate", "--protocol", str(SMP), str(file)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert set(json.loads(done.stdout)) == {"id", "urgency", "findings", "review", "advice", "protocol"}


def test_protocol_check_lists_every_fault_with_its_path(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(SMP, tmp_path / "broken"))
    path = broken / "protocol.toml"
    text = path.read_text()
    text = text.replace('urgency = "emergency"', 'urgency = "emergancy"', 1).replace(
        'when = "relapse"', 'when = "again"', 1
    )
    path.write_text(text.replace('sign = "fever"', 'sign = "feaver"', 1))

    done = run("protocol", "check", str(SMP), str(broken))

    assert done.returncode == 1
    assert "holds" in done.stdout
    for found in (
        "'emergancy' is not known",
        "symptoms.redness.rules[",
        "'feaver' is not known; did you mean 'fever'?",
    ):
        assert found in done.stderr


def test_a_clinic_is_made_and_a_faulty_protocol_keeps_the_old_one(folder: Path, tmp_path: Path) -> None:
    assert run("clinic", "create", "--name", "North", folder=folder).returncode == 1  # no database yet
    assert run("db", "upgrade", folder=folder).returncode == 0
    made = json.loads(run("clinic", "create", "--name", "North", folder=folder).stdout)
    assert set(made["keys"]) == {"admin", "practitioner", "intake", "auditor"}
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600

    broken = Path(shutil.copytree(SMP, tmp_path / "broken"))
    (broken / "cases.toml").write_text("")
    refused = run("protocol", "publish", str(broken), "--by", "Dr Ada", folder=folder)
    assert refused.returncode == 1
    assert "cases.toml" in refused.stderr

    newer = Path(shutil.copytree(SMP, tmp_path / "newer"))
    path = newer / "protocol.toml"
    path.write_text(path.read_text().replace('version = "2"', 'version = "3"'))
    published = run("protocol", "publish", str(newer), "--by", "Dr Ada", folder=folder)
    assert published.returncode == 0
    assert "scalp-micropigmentation 3" in published.stdout
    checked = run("db", "check", folder=folder)
    assert (checked.returncode, checked.stdout) == (0, "0 violations\n")


def test_mail_test_says_what_became_of_it(folder: Path) -> None:
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    url = f"smtp://127.0.0.1:{mailbox.smtp_port}"
    try:
        done = run("mail", "test", "ops@clinic.example", folder=folder, TRIAGE_SMTP_URL=url)
        assert done.returncode == 0
        assert [mail.to for mail in mailbox.messages] == ["ops@clinic.example"]
    finally:
        mailbox.stop()
    failed = run("mail", "test", "ops@clinic.example", folder=folder, TRIAGE_SMTP_URL=url)
    assert failed.returncode == 1
    assert "not sent" in failed.stderr


def test_faulty_settings_end_a_command_with_every_name(folder: Path) -> None:
    done = run("db", "upgrade", folder=folder, TRIAGE_PORT="x", TRIAGE_BASEURL="y")
    assert done.returncode == 1
    assert "TRIAGE_PORT" in done.stderr
    assert "TRIAGE_BASEURL" in done.stderr


@pytest.mark.parametrize("command", ["serve", "clock"])
@pytest.mark.parametrize(("setting", "value"), [("TRIAGE_SMTP_URL", "smtp:/bad"), ("TRIAGE_SMS_URL", "https://x")])
def test_an_address_that_cannot_be_one_ends_a_command_in_words(
    tmp_path: Path, command: str, setting: str, value: str
) -> None:
    done = call(command, folder=tmp_path / "new", **{setting: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: the settings have faults:\n{setting}: ")
    assert not (tmp_path / "new").exists()
