"""The bench of the replay: its made-up clinic is always the same, and its proof runs."""

import subprocess
import sys
from pathlib import Path

from bench.big_clinic import draw_patients

ROOT = Path(__file__).parents[2]


def test_the_clinic_is_the_same_every_time_and_as_large_as_asked() -> None:
    patients = list(draw_patients(40, 700))
    assert patients == list(draw_patients(40, 700))
    assert sum(len(patient.told.reports) for patient in patients) == 700
    assert any(len(patient.told.procedures) > 2 for patient in patients)
    assert any(patient.told.closed for patient in patients)


def test_the_replay_agrees_with_judging_one_by_one() -> None:
    command = [sys.executable, "-m", "bench.replay", "--episodes", "150", "--check-ins", "3000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3000 compared, 0 different" in done.stdout
    assert "| triage replay | 3000 | 0 | 0 |" in done.stdout
