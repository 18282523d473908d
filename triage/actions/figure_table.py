"""A figure as a table for programs: JSON with its frame, and CSV whose first lines say what the columns mean."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from triage.actions.outcomes import Frame, Shown
from triage.outcomes.figure import Figure
from triage.outcomes.figure_json import as_mapping

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet takes a text for something to compute
VERSION = ("digest", "name", "version")


def as_told(shown: Shown) -> dict[str, Any]:
    """Return a figure as the API tells it: a row is an object by the ids of its columns."""
    plain = as_mapping(shown.figure)
    ids = [column.id for column in shown.figure.columns]
    return {
        "id": plain["id"],
        "title": plain["title"],
        "frame": frame_told(shown.frame),
        "n": plain["n"],
        "of": plain["of"],
        "answer": plain["answer"],
        "columns": [column._asdict() for column in shown.figure.columns],
        "rows": [dict(zip(ids, (_number(value) for value in row), strict=True)) for row in plain["rows"]],
        "method": plain["method"],
    }


def frame_told(frame: Frame) -> dict[str, Any]:
    """Return what a figure rests on as plain values."""
    return {
        "clinic": frame.clinic,
        "since": frame.since.isoformat() if frame.since else None,
        "until": frame.until.isoformat() if frame.until else None,
        "by": frame.by,
        "as_of": frame.as_of.isoformat(),
        "computed_at": frame.computed_at.isoformat(),
        "protocol": dict(zip(VERSION, frame.protocol, strict=True)) if frame.protocol[0] else None,
        "judged_by": [dict(zip(VERSION, version, strict=True)) for version in frame.versions],
    }


def as_csv(shown: Shown) -> str:
    """Return the rows as CSV below lines that begin with # and say what they are: the frame and each column."""
    written = io.StringIO()
    for line in _preface(shown):
        written.write("# " + " ".join(line.split()) + "\r\n")
    table = csv.writer(written)
    table.writerow([column.id for column in shown.figure.columns])
    for row in as_mapping(shown.figure)["rows"]:
        table.writerow([_cell(_number(value)) for value in row])
    return written.getvalue()


def cells_of(figure: Figure) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a figure in words: shares in per cent, other numbers short; what cannot be told is a dash."""
    for row in as_mapping(figure)["rows"]:
        yield tuple(_in_words(_number(value), column.kind) for value, column in zip(row, figure.columns, strict=True))


def _in_words(value: Any, kind: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "share" and isinstance(value, (int, float)):
        return f"{value:.1%}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _preface(shown: Shown) -> Iterator[str]:
    figure, frame = shown.figure, shown.frame
    yield f"{figure.title}. {figure.answer}"
    yield f"n: {figure.n} {figure.of}"
    yield f"clinic: {frame.clinic}"
    yield f"window: {frame.since or 'the first'} to {frame.until or 'now'}; by: {frame.by or 'the figure itself'}"
    yield f"as of: {frame.as_of.isoformat()}; computed at: {frame.computed_at.isoformat()}"
    yield f"expectation: {' '.join(frame.protocol[1:]).strip() or 'none'}"
    yield "judged by: " + ("; ".join(" ".join(version[1:]) for version in frame.versions) or "none")
    yield from (f"method: {said}" for said in figure.method)
    for column in figure.columns:
        yield f"column {column.id} ({column.kind}): {column.about or column.heading}"
    yield "an empty cell: cannot be told, or too small to be shown"


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _number(value: Any) -> Any:
    """Return a value of a row; a number that is not finite cannot be told."""
    return None if isinstance(value, dict) else value
