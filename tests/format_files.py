"""What the tests of the protocol language share: the schemas, the examples of the document, the files they go into."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.rules.small_protocol import FILES

DOCS = Path(__file__).parents[1] / "docs"
FORMAT = (DOCS / "protocol-format.md").read_text()
EXAMPLE = re.compile(r"^```toml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"^\[\[?[^\]]+\]\]?$", re.MULTILINE)


def schema_of(file: str) -> dict[str, Any]:
    """Return the schema of a protocol's file."""
    schema: dict[str, Any] = json.loads((DOCS / f"{file.split('.')[0]}.schema.json").read_text())
    return schema


def examples() -> list[tuple[str, str]]:
    """Return (file, text) of every TOML example in the document."""
    return [(found[1], found[2]) for found in EXAMPLE.finditer(FORMAT)]


def with_example(file: str, text: str) -> dict[str, str]:
    """Return the small protocol with an example in it.

    A table takes the place of the table of its name, or comes last; a row of a list comes last; an example that begins
    without a header is a whole file.
    """
    if not HEADER.match(text):
        return FILES | {file: text}
    whole = FILES[file]
    for part in _parts(text):
        header = part.splitlines()[0]
        old = next((each for each in _parts(whole) if each.startswith(header + "\n")), None)
        if old is None or header.startswith("[["):
            whole += "\n" + part
        else:
            whole = whole.replace(old, part + "\n")
    return FILES | {file: whole}


def _parts(text: str) -> list[str]:
    """Return the tables of a text, each with its header."""
    starts = [found.start() for found in HEADER.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def document(files: dict[str, str], file: str) -> dict[str, Any]:
    """Return a file's content."""
    return tomllib.loads(files[file])
