"""Where pictures lie: files under their digest, in a folder that no web server shows; written whole or not at all."""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

ENDING = ".jpg"
KEPT_UNNAMED = timedelta(days=1)  # as long may a file wait for its row, or for its removal
SWEPT_EVERY = timedelta(hours=1)
MOST_SWEPT = 100  # crashes leave few; more than these are another database's, and stay
DIGEST = re.compile(r"[0-9a-f]{64}")
Named = Callable[[list[str]], Collection[str]]  # of these digests those that a row names


class NoRoom(Exception):
    """The picture could not be written: the disk is full, or the folder is not there."""


class TooMany(Exception):
    """So many pictures belong to no row that it must be the wrong database or folder; nothing was removed."""


class Shelf:
    """The pictures of one service; several processes and hosts may share the folder.

    A file is put here before its row is written, and goes after its row has let go of it, so that a crash leaves at
    worst a file without a row, which `sweep` removes. A lock keeps a removal from crossing the same picture coming in.
    """

    def __init__(self, folder: Path) -> None:
        """The folder is made by the first picture."""
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Return where a picture lies. ValueError for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("that is no digest")
        return self.folder / digest[:2] / (digest + ENDING)

    def put(self, data: bytes) -> str:
        """Keep a picture and return its digest; one that is there already counts as new again. Raises NoRoom."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with self._alone():
                if path.exists():
                    os.utime(path)
                else:
                    _write(path, data)
        except OSError as error:
            raise NoRoom(f"{self.folder}: {error.strerror}") from error
        return digest

    def read(self, digest: str) -> bytes | None:
        """Return a picture; None where it is not there."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def size(self, digest: str) -> int | None:
        """Return how many bytes a picture has; None where it is not there."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, digest: str, named: Named) -> bool:
        """Remove a picture that no row names any more, and tell whether one did go."""
        if not self.path(digest).exists():
            return False
        with self._alone():
            if digest in named([digest]):
                return False
            self.path(digest).unlink(missing_ok=True)
        return True

    def unnamed(self, named: Named, now: datetime) -> Iterator[str]:
        """Yield the pictures that lie here for over a day and that no row names."""
        for part in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            old = [path.stem for path in _files(part) if DIGEST.fullmatch(path.stem) and _is_old(path, now)]
            yield from sorted(set(old) - set(named(old))) if old else ()

    def sweep(self, named: Named, now: datetime) -> int:
        """Remove those, and what writers left that were killed; return how many files went. Raises TooMany."""
        lost = list(self.unnamed(named, now))
        if len(lost) > MOST_SWEPT:
            raise TooMany(f"{len(lost)} pictures in {self.folder} belong to no photo of this database")
        gone = sum(self.remove(digest, named) for digest in lost)
        for draft in list(self.folder.glob("??/.*.part")):
            if _is_old(draft, now):
                draft.unlink(missing_ok=True)
                gone += 1
        return gone

    def is_to_sweep(self, now: datetime) -> bool:
        """Tell, once an hour for whoever asks first, whether it is time to sweep."""
        mark = self.folder / ".swept"
        if not self.folder.is_dir() or (mark.exists() and _age(mark, now) < SWEPT_EVERY):
            return False
        mark.touch(mode=0o600)
        os.utime(mark, (now.timestamp(), now.timestamp()))
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        held = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: a draft beside it, brought to the disk, then renamed."""
    held, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # mode 0600
    try:
        with os.fdopen(held, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _files(part: Path) -> Iterator[Path]:
    yield from (path for path in part.iterdir() if path.suffix == ENDING)


def _is_old(path: Path, now: datetime) -> bool:
    return _age(path, now) > KEPT_UNNAMED


def _age(path: Path, now: datetime) -> timedelta:
    """Return how long ago a file was written; nothing for one that is gone meanwhile."""
    try:
        return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return timedelta(0)
