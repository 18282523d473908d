"""Where pictures lie: whole or not at all, for this user alone, and nothing that belongs to no photo for long."""

import os
import resource
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.pictures import NoRoom, Shelf, TooMany
from triage.pictures.shelf import MOST_SWEPT

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "photos")


def nobody(digests: list[str]) -> set[str]:
    return set()


def everybody(digests: list[str]) -> set[str]:
    return set(digests)


def age(shelf: Shelf, digest: str, hours: float) -> None:
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(shelf.path(digest), (at, at))


def test_a_picture_lies_under_its_digest_for_this_user_alone(shelf: Shelf) -> None:
    digest = shelf.put(b"a picture")
    path = shelf.folder / digest[:2] / f"{digest}.jpg"
    assert path.read_bytes() == shelf.read(digest) == b"a picture"
    assert path.stat().st_mode & 0o777 == 0o600
    assert shelf.folder.stat().st_mode & 0o777 == 0o700
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert shelf.put(b"a picture") == digest
    assert [path.name for path in path.parent.iterdir()] == [f"{digest}.jpg"]


def test_what_is_not_there_is_none_and_no_path_leads_elsewhere(shelf: Shelf) -> None:
    assert shelf.read("0" * 64) is shelf.size("0" * 64) is None
    for name in ("", "../../etc/passwd", "0" * 63, "0" * 64 + "/x", "G" * 64):
        with pytest.raises(ValueError, match="no digest"):
            shelf.read(name)


@pytest.fixture
def full_disk() -> Iterator[None]:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))  # stands in for it
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def test_a_full_disk_leaves_nothing_half_written(shelf: Shelf, full_disk: None) -> None:
    with pytest.raises(NoRoom, match="photos"):
        shelf.put(b"x" * 5000)
    assert [path for path in shelf.folder.rglob("*") if path.is_file()] == [shelf.folder / ".lock"]


def test_a_folder_that_cannot_be_made_is_no_room(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoRoom):
        Shelf(tmp_path / "file" / "photos").put(b"x")


def test_what_no_row_names_goes_after_a_day_and_nothing_else_does(shelf: Shelf) -> None:
    old, young, named = (shelf.put(data) for data in (b"old", b"young", b"named"))
    for digest, hours in ((old, 25), (young, 23), (named, 99)):
        age(shelf, digest, hours)
    draft = shelf.path(old).with_name(".killed.part")
    draft.write_text("half")
    os.utime(draft, (0, 0))
    assert list(shelf.unnamed(lambda digests: {named}, NOW)) == [old]
    assert shelf.sweep(lambda digests: {named}, NOW) == 2
    assert (shelf.read(old), shelf.read(young), shelf.read(named)) == (None, b"young", b"named")
    assert not draft.exists()


def test_the_folder_of_another_database_is_left_alone(shelf: Shelf) -> None:
    """A clock on a new, empty database must not take all the old photos for what a crash has left."""
    digests = [shelf.put(bytes([number])) for number in range(MOST_SWEPT + 1)]
    for digest in digests:
        age(shelf, digest, 99)
    with pytest.raises(TooMany, match="101 pictures"):
        shelf.sweep(nobody, NOW)
    assert all(shelf.read(digest) for digest in digests)
    assert shelf.sweep(lambda asked: set(asked) - {digests[0]}, NOW) == 1


def test_one_that_comes_in_again_counts_as_new(shelf: Shelf) -> None:
    digest = shelf.put(b"again")
    age(shelf, digest, 99)
    shelf.put(b"again")
    assert shelf.sweep(nobody, datetime.now(UTC)) == 0


def test_a_sweep_is_due_once_an_hour_and_never_without_a_folder(shelf: Shelf) -> None:
    assert not shelf.is_to_sweep(NOW)
    shelf.put(b"x")
    assert shelf.is_to_sweep(NOW)
    assert not shelf.is_to_sweep(NOW + timedelta(minutes=59))
    assert shelf.is_to_sweep(NOW + timedelta(minutes=61))


def test_a_picture_that_a_row_names_is_not_removed(shelf: Shelf) -> None:
    digest = shelf.put(b"x")
    assert not shelf.remove(digest, everybody)
    assert shelf.remove(digest, nobody)
    assert not shelf.remove(digest, nobody)


def test_a_removal_waits_for_the_same_picture_coming_in(shelf: Shelf) -> None:
    """Its question and its removal are one: who puts it meanwhile waits, and then puts it anew."""
    digest = shelf.put(b"x")
    put = threading.Thread(target=shelf.put, args=(b"x",))

    def asked(digests: list[str]) -> set[str]:
        put.start()
        put.join(0.2)
        assert put.is_alive()
        return set()

    assert shelf.remove(digest, asked)
    put.join()
    assert shelf.read(digest) == b"x"
