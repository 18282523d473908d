"""A picture that somebody sent becomes one of ours, or a clear refusal; how long and how large is bounded."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from triage.pictures.sniffing import is_of_a_phone, kind_of

MOST_BYTES = 12 * 1024 * 1024
LOG = logging.getLogger(__name__)
AT_ONCE = 2  # drawings of this process; each may take 640 MB for some seconds
IN_LINE = 4  # that are drawn or wait for it: photos must leave threads for reports
LONGEST_WAIT, LONGEST_DRAWING = 10.0, 20.0  # seconds
EASEL = Path(__file__).with_name("easel.py")
VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # without which some interpreters do not start
_places, _turns = threading.BoundedSemaphore(IN_LINE), threading.BoundedSemaphore(AT_ONCE)


class Refused(Exception):
    """It is not taken; `reason` is one of REASONS in sniffing.py. `busy` may succeed later, the others never."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Drawn(NamedTuple):
    """A picture as we drew it: JPEG, upright, at most 1600 pixels on its longer side, nothing in it but the picture."""

    data: bytes
    digest: str  # SHA-256 of `data`, hexadecimal
    width: int  # pixels
    height: int


def draw_anew(data: bytes) -> Drawn:
    """Return our drawing of a JPEG, PNG or WebP file. Raises Refused; what was sent is never kept."""
    kind = drawable_kind(data)
    with _one_of(_places, 0), _one_of(_turns, LONGEST_WAIT):
        return _read(_run(data, kind))


def drawable_kind(data: bytes) -> str:
    """Return JPEG, PNG or WEBP. Raises Refused for what is none of them by its first bytes, or too large."""
    if not data:
        raise Refused("empty")
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    kind = kind_of(data)
    if kind is None:
        raise Refused("heic" if is_of_a_phone(data) else "other_kind")
    return kind


@contextmanager
def _one_of(places: threading.BoundedSemaphore, seconds: float) -> Iterator[None]:
    """Hold a place. Raises Refused where none gets free in time."""
    if not places.acquire(timeout=seconds):
        raise Refused("busy")
    try:
        yield
    finally:
        places.release()


def _run(data: bytes, kind: str) -> bytes:
    """Return what the drawing process wrote. It gets none of our variables, since secrets are among them."""
    command = [sys.executable, "-I", str(EASEL), kind]
    environ = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, env=environ, cwd="/", timeout=LONGEST_DRAWING, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused("broken") from None
    if done.returncode > 0:  # a signal is a hostile picture's; this is a fault of ours
        LOG.error("a picture was not drawn: %s", done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if done.returncode:
        raise Refused("broken")
    return done.stdout


def _read(written: bytes) -> Drawn:
    head, _, data = written.partition(b"\n")
    said = json.loads(head)
    if "refused" in said:
        raise Refused(said["refused"])
    return Drawn(data, hashlib.sha256(data).hexdigest(), said["width"], said["height"])
