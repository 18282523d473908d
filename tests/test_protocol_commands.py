"""The commands of a protocol's way, run as an operator runs them, and what they say when it cannot be done."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.test_cli import SMP
from tests.test_cli import call as run

BY_LEE, BY_ADA = ("--by", "Lee Okafor"), ("--by", "Dr Ada Byron")


SHIPPED_VERSION = tomllib.loads((SMP / "protocol.toml").read_text())["protocol"]["version"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("opened") / "data"
    assert run("db", "upgrade", folder=made).returncode == 0
    assert run("clinic", "create", "--name", "North", "--lead-name", "Lee Okafor", folder=made).returncode == 0
    return made


@pytest.fixture
def folder(opened: Path, tmp_path: Path) -> Path:
    """A data folder with one clinic in it."""
    return Path(shutil.copytree(opened, tmp_path / "a folder with spaces"))


def version(tmp_path: Path, name: str) -> Path:
    """Return a folder with a changed copy of the shipped protocol."""
    copy = Path(shutil.copytree(SMP, tmp_path / name))
    path = copy / "protocol.toml"
    path.write_text(re.sub(r'^version = ".*"$', f'version = "{name}"', path.read_text(), count=1, flags=re.MULTILINE))
    return copy


def states(folder: Path) -> dict[str, str]:
    """Return the state of each version by its name, as the list tells it."""
    lines = run("protocol", "list", folder=folder).stdout.splitlines()[2:]
    cells = [re.split(r" {2,}", line.strip()) for line in lines]
    return {row[2]: row[0] for row in cells}


def test_one_step_at_a_time_from_draft_to_published(folder: Path, tmp_path: Path) -> None:
    drafted = run("protocol", "draft", str(version(tmp_path, "two")), *BY_LEE, folder=folder)
    found = re.search(r"\(([0-9a-f]{12})\) draft", drafted.stdout)
    assert found is not None, drafted.stderr
    digest = found[1]
    assert states(folder) == {SHIPPED_VERSION: "published *", "two": "draft"}

    early = run("protocol", "approve", digest, *BY_ADA, folder=folder)
    assert (early.returncode, "submit it first" in early.stderr) == (1, True)
    assert "in review" in run("protocol", "submit", digest[:8], *BY_LEE, folder=folder).stdout
    alone = run("protocol", "approve", digest, "--by", " lee  OKAFOR", folder=folder)
    assert (alone.returncode, "takes two people" in alone.stderr) == (1, True)
    later = ("--effective-from", "2035-01-01T06:00:00+01:00")
    approved = run("protocol", "approve", digest, *BY_ADA, *later, folder=folder)
    assert "published from 2035-01-01T05:00:00+00:00" in approved.stdout
    assert states(folder) == {SHIPPED_VERSION: "published *", "two": "published"}

    assert run("protocol", "retire", digest, *BY_ADA, folder=folder).returncode == 0
    again = run("protocol", "publish", str(tmp_path / "two"), *BY_ADA, "--running", folder=folder)
    assert again.returncode == 0, again.stderr
    assert "not reviewed: the rules name no reviewer" in again.stdout
    last = run("protocol", "retire", digest, *BY_ADA, folder=folder)
    assert (last.returncode, "publish another in its place" in last.stderr) == (1, True)
    assert run("db", "check", folder=folder).stdout == "0 violations\n"


def test_a_shadow_is_started_read_and_stopped(folder: Path, tmp_path: Path) -> None:
    assert run("protocol", "shadow", "--report", folder=folder).returncode == 1
    started = run("protocol", "shadow", str(version(tmp_path, "two")), *BY_LEE, folder=folder)
    assert "judges beside the published one" in started.stdout
    assert states(folder)["two"] == "draft (shadow)"

    (told,) = json.loads(run("protocol", "shadow", "--report", "--json", folder=folder).stdout)
    assert (told["clinic"], told["reports"], told["danger_lost"]) == ("North", 0, [])
    assert "danger lost: none" in run("protocol", "shadow", "--report", folder=folder).stdout

    assert run("protocol", "shadow", "--stop", folder=folder).returncode == 2  # by whom?
    assert "0 judged otherwise" in run("protocol", "shadow", "--stop", *BY_LEE, folder=folder).stdout
    assert states(folder)["two"] == "draft"


def test_the_shipped_protocol_takes_one_command_and_its_author_alone_no_other(folder: Path, tmp_path: Path) -> None:
    assert run("protocol", "publish", str(SMP), *BY_LEE, folder=folder).returncode == 0
    author = ("--by", "AFTERCARE triage  founding engineers")
    assert run("protocol", "publish", str(SMP), *author, folder=folder).returncode == 0
    refused = run("protocol", "publish", str(version(tmp_path, "two")), *author, folder=folder)
    assert (refused.returncode, "is its author" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("submit", "12", *BY_LEE), "8 or more letters"),
        (("submit", "0123456789ab", *BY_LEE), "see triage protocol list"),
        (("submit", "zzzzzzzzzz", *BY_LEE), "is no digest"),
        (("publish", str(SMP), "--by", " "), "is no name"),
        (("publish", str(SMP), *BY_LEE, "--effective-from", "tomorrow"), "with offset"),
        (("publish", str(SMP), *BY_LEE, "--clinic", "nowhere"), "no such clinic"),
        (("shadow", *BY_LEE), "give a FOLDER"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(folder: Path, command: tuple[str, ...], said: str) -> None:
    done = run("protocol", *command, folder=folder)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
