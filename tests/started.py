"""The commands as real processes that start in milliseconds: each is forked from one that has them imported."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

from triage.cli import main

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def start(*command: str, environ: Mapping[str, str], folder: Path | None = None) -> ForkServerProcess:
    """Start a command with nothing in its environment but this; end it with terminate() or kill(), and join().

    It reads and writes the files in, out and err of the folder; without one it reads and writes nothing.
    """
    process = FORKS.Process(target=be, args=(command, dict(environ), folder))
    process.start()
    return process


def run(*command: str, environ: Mapping[str, str], stdin: str = "", timeout: float = 60) -> CompletedProcess[str]:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").write_text(stdin)
        process = start(*command, environ=environ, folder=folder)
        process.join(timeout)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
            raise TimeoutError(f"still running after {timeout} s: {command}")
        process.close()
        return CompletedProcess(command, code, *((folder / stream).read_text() for stream in ("out", "err")))


def be(command: tuple[str, ...], environ: Mapping[str, str], folder: Path | None) -> None:
    """Be the process that was asked for, to its end."""
    os.environ.clear()
    os.environ.update(environ)
    for number, name in enumerate(("in", "out", "err")):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        descriptor = os.open(folder / name if folder else os.devnull, flags)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    main(list(command), prog_name="triage")
