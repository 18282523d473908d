"""The commands `triage protocol print` and `triage protocol diff`, run as an operator runs them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.test_cli import SMP
from tests.test_cli import call as run


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMP, tmp_path / "changed"))
    path = folder / "protocol.toml"
    path.write_text(path.read_text().replace("overdue_after_hours = 24", "overdue_after_hours = 48"))
    return folder


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMP, tmp_path / "broken"))
    (folder / "cases.toml").write_text("")
    return folder


def test_print_writes_markdown_to_standard_output() -> None:
    done = run("protocol", "print", str(SMP))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Scalp micropigmentation, adult scalp")
    assert "## Approval" in done.stdout


def test_print_writes_a_page_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "protocol.html"
    done = run("protocol", "print", str(SMP), "--format", "html", "--output", str(file), "--language", "en")
    assert (done.returncode, done.stdout) == (0, "")
    assert file.read_text().startswith("<!DOCTYPE html>")


def test_print_says_what_is_wrong(tmp_path: Path, broken: Path) -> None:
    unknown = run("protocol", "print", str(SMP), "--language", "xx")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "choose one of en" in unknown.stderr
    faulty = run("protocol", "print", str(broken))
    assert (faulty.returncode, faulty.stdout) == (1, "")
    assert "cases.toml" in faulty.stderr
    nowhere = run("protocol", "print", str(SMP), "--output", str(tmp_path / "none" / "x.md"))
    assert nowhere.returncode == 1
    assert "cannot write" in nowhere.stderr


def test_diff_ends_as_diff_does(changed: Path, broken: Path) -> None:
    same = run("protocol", "diff", str(SMP), str(SMP))
    assert (same.returncode, same.stdout) == (0, "no difference\n")
    other = run("protocol", "diff", str(SMP), str(changed))
    assert other.returncode == 1
    assert "LESS URGENT: 1." in other.stdout
    assert "Silence is told after: 48 hours instead of 24 hours" in other.stdout
    for pair in ((SMP, broken), (broken, SMP), (SMP, SMP / "nowhere")):
        faulty = run("protocol", "diff", *map(str, pair))
        assert (faulty.returncode, faulty.stdout) == (2, "")
        assert faulty.stderr


def test_diff_speaks_json(changed: Path) -> None:
    done = run("protocol", "diff", str(SMP), str(changed), "--format", "json")
    assert done.returncode == 1
    shown = json.loads(done.stdout)
    assert shown["less_urgent"] == 1
    assert json.loads(run("protocol", "diff", str(SMP), str(SMP), "--format", "json").stdout)["changes"] == []
