"""A list as a spreadsheet saves it: bytes or pasted text become lines with named cells, whoever's separator it has."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from triage.actions.errors import Invalid
from triage.rules import Fault
from triage.rules.faults import place

SEPARATORS = ";,\t"
MOST_BYTES, MOST_LINES = 1024 * 1024, 500
AS_CSV = "save the list as CSV (UTF-8) and send that"


class TableLine(NamedTuple):
    """One line of a list: its number in the file, and its cells by the name of their column; empty cells are empty."""

    number: int
    cells: Mapping[str, str]
    too_many: int = 0  # cells beyond the last column: a separator stands inside a cell that is not quoted


class Table(NamedTuple):
    """A list; `unknown`: columns that nobody here knows, and that are left out."""

    lines: Sequence[TableLine]
    columns: Sequence[str]
    unknown: Sequence[str] = ()


def read_table(sent: bytes | str, known: Sequence[str]) -> Table:
    """Return the lines of a list whose first line names the columns (`known` ones, in any order and case).

    UTF-8 or Windows-1252; comma, semicolon or tab; quotes around cells. Raises Invalid for what is no such list, and
    for one that is too long.
    """
    text = sent if isinstance(sent, str) else decoded(sent)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _refused("the list has more than 1 MB", "send it in parts")
    rows = _rows(text)
    if not rows:
        raise _refused("the list is empty", "its first line names the columns, then comes one line a client")
    if len(rows) - 1 > MOST_LINES:
        raise _refused(f"the list has {len(rows) - 1} lines", f"send at most {MOST_LINES} at once")
    columns = [_column(cell) for cell in rows[0][1]]
    if twice := {name for name in columns if name and columns.count(name) > 1}:
        raise _refused(f"the column {place(min(twice))} is there twice", "name each column once")
    if not set(columns) & set(known):
        raise _refused("the first line names no column that is known", "begin with: " + ", ".join(known))
    lines = [_line(number, cells, columns, known) for number, cells in rows[1:]]
    return Table(lines, [name for name in columns if name in known], [n for n in columns if n and n not in known])


def decoded(sent: bytes) -> str:
    """Return text in UTF-8, else as Windows writes it; with a mark at its start also in UTF-16, which Excel saves.

    Raises Invalid for what is no text.
    """
    is_wide = sent.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            return sent.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused("the file is no text", AS_CSV)


def separator_of(header: str) -> str:
    """Return what stands between the cells of the first line: the separator that is there most often."""
    counts = {separator: header.count(separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: counts[separator])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return each line that is not empty, with its number."""
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(first), strict=True)
    rows, number = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise _refused(f"line {number} cannot be read ({error})", "put quotes around a whole cell, or none") from error
    return rows


def _column(cell: str) -> str:
    return " ".join(cell.replace("_", " ").casefold().split())


def _line(number: int, cells: list[str], columns: Sequence[str], known: Sequence[str]) -> TableLine:
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name in known}
    beyond = [cell for cell in cells[len(columns) :] if cell.strip()]
    return TableLine(number, {name: named.get(name, "") for name in columns if name in known}, len(beyond))


def _refused(said: str, expected: str) -> Invalid:
    return Invalid([Fault("list", said, expected)])
