"""The floors of the house hold: each import contract fails when it is broken on purpose."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLANTED = {
    "a rule reads the clock": ("triage/rules/retry.py", "import time"),
    "a rule keeps rows": ("triage/rules/retry.py", "import triage.records"),
    "a rule draws lots": ("triage/rules/schedule.py", "import random"),
    "an action speaks HTTP": ("triage/actions/alerts.py", "import flask"),
    "an action writes SQL": ("triage/actions/alerts.py", "import sqlmodel"),
    "an action reads settings": ("triage/actions/alerts.py", "import triage.config"),
    "a table sends mail": ("triage/records/alert.py", "import triage.channels"),
    "paper reads the clock": ("triage/paper/words.py", "import time"),
    "paper keeps rows": ("triage/paper/words.py", "import triage.records"),
    "paper speaks HTTP": ("triage/paper/page.py", "import flask"),
    "paper leans on seeds": ("triage/paper/sheet.py", "import seeds"),
    "a rule is put on paper": ("triage/rules/wording.py", "import triage.paper"),
    "a channel keeps rows": ("triage/channels/console.py", "import triage.records"),
    "an action draws": ("triage/actions/alerts.py", "import PIL.Image"),
    "a picture is kept as a row": ("triage/pictures/shelf.py", "import triage.records"),
    "an action plots": ("triage/actions/alerts.py", "import matplotlib"),
    "a chart keeps rows": ("triage/charts/values.py", "import triage.records"),
    "a chart reads the clock": ("triage/charts/values.py", "import time"),
    "the API schedules": ("triage/api/health.py", "import apscheduler"),
    "the API knows the pages": ("triage/api/health.py", "import triage.web"),
    "the wiring leans on seeds": ("triage/wiring.py", "import seeds"),
    "a room without a floor": ("triage/helpers.py", "import os"),
    "two that need each other": ("triage/rules/faults.py", "import triage.rules.check_in"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for name in ("triage", "seeds", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def keeps(folder: Path) -> bool:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False).returncode == 0


def test_the_contracts_hold(copy: Path) -> None:
    assert keeps(copy)


@pytest.mark.parametrize("planted", PLANTED)
def test_a_broken_contract_is_found(copy: Path, planted: str) -> None:
    name, line = PLANTED[planted]
    path = copy / name
    before = path.read_text() if path.exists() else None
    try:
        path.write_text(f"{line}\n{before or ''}")
        assert not keeps(copy)
    finally:
        path.write_text(before) if before is not None else path.unlink()
