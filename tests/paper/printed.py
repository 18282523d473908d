"""Reads printed decision tables back from the Markdown, knowing nothing of how they were made."""

import re
from typing import NamedTuple

from triage.rules import Urgency

SPAN = re.compile(
    r"(?:from .*?hour (?P<open>\d+).* on|.*?hour (?P<first>\d+)(?: to (?P<last>\d+))?.*|(?P<any>at any time))"
)
CELL = re.compile(r"(?<!\\)\|")


class Line(NamedTuple):
    """One row of a printed decision table."""

    symptom: str
    first_hour: int
    last_hour: int | None
    severities: list[int]
    cells: dict[str, Urgency]  # each course, each thing of the history


def read_tables(markdown: str) -> list[Line]:
    found: list[Line] = []
    symptom, header = "", None
    for text in markdown.splitlines():
        if match := re.search(r"\(id: (\w+); source: ", text.replace("\\", "")):
            symptom = match[1]
        if text.endswith(": the decision table"):
            header = []
        elif header is not None and text.startswith("|"):
            cells = [cell.strip().replace("\\", "") for cell in CELL.split(text)[1:-1]]
            if not header:
                header = cells
            elif cells[0] != "---":
                found.append(_line(symptom, header, cells))
        elif header and not text.startswith("|"):
            header = None
    return found


def _line(symptom: str, header: list[str], cells: list[str]) -> Line:
    match = SPAN.fullmatch(cells[0])
    assert match, cells[0]
    first = int(match["open"] or match["first"] or 0)
    last = None if match["open"] or match["any"] else int(match["last"] or first)
    named = {
        column: Urgency.self_care if cell == "–" else Urgency[cell.replace("-", "_").replace(" ", "_")]
        for names, cell in zip(header[2:], cells[2:], strict=True)
        for column in names.split(", ")
    }
    return Line(symptom, first, last, _severities(cells[1]), named)


def _severities(text: str) -> list[int]:
    words = {"mild": 1, "moderate": 2, "severe": 3, "very severe": 4, "1": 1, "2": 2, "3": 3, "4": 4}
    first, _, last = text.lower().partition(" to ")
    return list(range(words[first], words[last or first] + 1))
