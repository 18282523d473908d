"""The fault points themselves: each stands in the code, and costs nothing where no fault is planned."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.scene import DANGER, Scene
from triage import faults
from triage.config import Settings

CODE = "\n".join(path.read_text() for path in Path(faults.__file__).parent.rglob("*.py"))


def test_each_point_stands_once_in_the_code() -> None:
    standing = re.findall(r'faults\.at\("(\w+)"\)', CODE)
    assert sorted([*standing, "statement"]) == sorted(faults.POINTS)


def test_without_a_plan_nothing_is_looked_at() -> None:
    assert faults.arm("") is faults.arm(" ")
    assert faults.at is faults.arm("")


def test_a_fault_comes_at_its_turn_and_at_no_other() -> None:
    at = faults.arm("claimed:raise:3, settled:raise")
    at("claimed")
    at("answered")
    at("claimed")
    with pytest.raises(faults.SimulatedCrash):
        at("claimed")
    at("claimed")
    with pytest.raises(faults.SimulatedCrash):
        at("settled")


@pytest.mark.parametrize("text", ["claimed", "claimd:kill", "claimed:slap", "claimed:kill:x"])
def test_a_plan_that_plans_nothing_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="give point:action"):
        faults.arm(text)


def test_the_setting_is_known_and_kills_a_process_as_it_is_run(scene: Scene) -> None:
    environ = {**scene.environ, faults.VARIABLE: "claimed:kill"}
    Settings.from_environ(environ)
    scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    command = [sys.executable, "-m", "triage.cli", "clock"]
    assert subprocess.run(command, env=environ, timeout=30, check=False).returncode == -signal.SIGKILL
    assert scene.states() == {"leased": 1}
