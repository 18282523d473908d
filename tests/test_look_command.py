"""`triage clinic look`: how a clinic's pages look, changed by an operator."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seeds.demo import LOGO
from triage.cli import main
from triage.paper.contrast import weakness_of

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    for name in [name for name in os.environ if name.startswith("TRIAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", sqlite_url)
    mask = os.umask(0o022)
    assert CliRunner().invoke(main, ["clinic", "create", "--name", "North"]).exit_code == 0
    yield lambda *words: CliRunner().invoke(main, ["clinic", "look", *words])
    os.umask(mask)


def test_name_colour_and_logo_change_and_go(run: Run) -> None:
    changed = run("--name", "South", "--colour", "#3F4A9B", "--logo", str(LOGO))
    assert (changed.exit_code, changed.output) == (0, "South: colour #3f4a9b; the logo has changed\n")
    assert run().output == "South: colour #3f4a9b\n"
    assert run("--colour", "", "--no-logo").output == "South: colour ours; the logo has changed\n"


def test_what_cannot_be_taken_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    pale = run("--colour", "#ffcc00")
    assert pale.exit_code == 1
    weak = weakness_of("#ffcc00")
    assert weak is not None
    assert f"{weak.ratio:.2f} to 1" in pale.output
    assert f"the nearest colour that passes is {weak.nearest}" in pale.output
    drawing = tmp_path / "logo.svg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    refused = run("--logo", str(drawing), "--name", "West")
    assert refused.exit_code == 1
    assert "save it as PNG" in refused.output
    assert run().output == "North: colour ours\n"


def test_of_several_clinics_one_has_to_be_named(run: Run) -> None:
    CliRunner().invoke(main, ["clinic", "create", "--name", "East"])
    assert "name one with --clinic" in run("--colour", "#3f4a9b").output
