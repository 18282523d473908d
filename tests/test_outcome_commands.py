"""Commands of the audit: made clinics whose truth is known, lots, windows; as an operator runs them."""

from pathlib import Path

from click.testing import CliRunner

from seeds.simulated import CONTAMINATED, TRUTH
from triage.cli import main


def trial(*options: str) -> list[str]:
    done = CliRunner().invoke(main, ["outcomes", "trial", "--repetitions", "1", "--episodes", "8000", *options])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_the_table_has_the_truth_and_how_many_intervals_hold_it() -> None:
    lines = trial()
    for symptom, truth in TRUTH.items():
        (line,) = [line for line in lines if line.startswith(symptom) and "day 50%" in line]
        assert f"{truth.quantile(0.5):.2f}" in line
        assert line.endswith("1 of 1")
    assert f"contaminated lot {CONTAMINATED} found: 1 of 1" in lines


def test_clean_clinics_have_no_contaminated_lot_to_be_found() -> None:
    lines = trial("--clean")
    assert not any("found" in line for line in lines)
    assert "clinics with a false lot signal: 0 of 1" in lines


def test_a_lot_and_windows_are_asked_for_on_an_empty_clinic_too(tmp_path: Path) -> None:
    def call(*words: str) -> str:
        done = CliRunner().invoke(main, [*words], env={"TRIAGE_DATA_DIR": str(tmp_path)})
        assert done.exit_code == 0, done.output
        return done.stdout

    call("db", "upgrade")
    call("clinic", "create", "--name", "North")
    assert "0 people received lot RB0624" in call("lots", "trace", "RB0624")
    assert call("lots", "trace", "RB0624", "--csv").startswith("patient_id,reference")
    assert "nothing new is proposed" in call("outcomes", "propose", "--by", "Lee")
