"""Runs drawn tables against the shipped protocol.

Five kinds of table, all with `|` between the columns. Urgencies: self-care, routine, same day, urgent, emergency.

`boundaries`: one line a limit: up to and including this moment it is one thing, from that moment on another.
`grid`: one line a report, one column a time. `day 5` is eight hours into day 5, `day 5 start` its first minute,
`day 5 end` its last; `hour 47` and `hour 47:59` count from the end of needling.
`reports`: one line a report with the columns when, report, urgency, and optionally patient (risk factors) and why.
`stories`: as `reports`, but each line is judged with the lines above it as its history, until the next name in the
first column; a line "procedure" is a further sitting. A column finding names the reason of the most urgent finding.
`patients`: one line a report with its time ("day 8: mild redness"), one column a patient, "nobody" for one without
risk factors; a column may stand for several patients who get the same answers.

A report is a list in plain words: "moderate redness worse, mild swelling at outside, no pain, fever, not pus, 38.1 C,
took painkiller, saw doctor, in hospital, after water, dots lost, wants a call, writes 'my lips feel thick'".
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from triage.rules import COMMON, Assessment, Tables, compile_protocol, judge_case, read_case, read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"
NEEDLING_ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)
SEVERITIES = ("no", "mild", "moderate", "severe", "very severe")
TIME = re.compile(r"(day|hour) (-?\d+)(?::(\d\d))?(?: (start|end))?")
READING = re.compile(
    rf"({'|'.join(SEVERITIES)}) ({'|'.join(COMMON.symptoms)})"
    rf"(?: (better|same|worse|new))?(?: at ({'|'.join(COMMON.zones)}))?"
)
DEGREES = re.compile(r"(\d+(?:\.\d+)?) ([CF])")
NOTE = re.compile(r"writes '(.*?)'(?=,|$)")
SAYINGS: dict[str, tuple[str, Any]] = {
    **{sign.replace("_", " "): ("signs", [sign]) for sign in COMMON.signs},
    **{f"not {sign.replace('_', ' ')}": ("denied", [sign]) for sign in COMMON.signs},
    **{result.replace("_", " "): ("result", [result]) for result in COMMON.results},
    **{f"took {name}": ("treatment", [name]) for name in ("painkiller", "antihistamine", "antibiotic", "steroid")},
    **{f"after {name.replace('_', ' ')}": ("exposed", [name]) for name in COMMON.exposures},
    "saw doctor": ("treatment", ["saw_doctor"]),
    "in hospital": ("treatment", ["hospital"]),
    "wants a call": ("wants_call", True),
}


@lru_cache(maxsize=1)
def shipped() -> Tables:
    """Return the shipped protocol, compiled."""
    return compile_protocol(read_protocol({file.name: file.read_text() for file in FOLDER.glob("*.toml")}))


def boundaries(table: str) -> Callable[..., None]:
    """Return a test of a table with one line a limit: until, is, from, becomes."""
    lines: list[Line] = []
    for row in read_table(table):
        lines += [
            Line([], row["until"], row["report"], row["is"]),
            Line([], row["from"], row["report"], row["becomes"]),
        ]
    return _test_of(lines)


def grid(table: str) -> Callable[..., None]:
    """Return a test of a table with one line a report and one column a time."""
    lines: list[Line] = []
    for row in read_table(table):
        report = next(iter(row.values()))
        lines += [Line([], when, report, urgency) for when, urgency in row.items() if TIME.fullmatch(when)]
    return _test_of(lines)


def reports(table: str) -> Callable[..., None]:
    """Return a test of a table with one line a report."""
    return _test_of([_line(row, []) for row in read_table(table)])


def stories(table: str) -> Callable[..., None]:
    """Return a test of a table whose lines have those above them as their history."""
    lines: list[Line] = []
    past: list[tuple[str, str]] = []
    for row in read_table(table):
        if next(iter(row.values())):
            past = []
        if row["report"] != "procedure":
            lines.append(_line(row, past))
        past = [*past, (row["when"], row["report"])]
    return _test_of(lines)


def patients(table: str, **alike: tuple[str, ...]) -> Callable[..., None]:
    """Return a test of a table with one line a report and its time, and one column a patient or several alike."""
    lines: list[Line] = []
    for row in read_table(table):
        when, report = row.pop("report").split(": ")
        for column, urgency in row.items():
            factors = alike.get(column, (column.removeprefix("nobody"),))
            lines += [Line([], when, report, urgency, factor) for factor in factors]
    return _test_of(lines)


class Line(NamedTuple):
    """One expectation: what is reported when, with what before it, and how urgent it is."""

    past: list[tuple[str, str]]
    when: str
    report: str
    urgency: str
    patient: str = ""
    finding: str = ""

    def name(self) -> str:
        """Return what a failure is called by."""
        return ", ".join(filter(None, (self.when, self.report, self.patient)))

    def judge(self) -> Assessment:
        """Return the assessment of the line by the shipped protocol."""
        further = [moment(when) for when, report in self.past if report == "procedure"]
        told = [(when, report) for when, report in self.past if report != "procedure"]
        case = {
            "id": "drawn",
            "procedures": [{"at": at.isoformat()} for at in (NEEDLING_ENDED, *further)],
            "check_ins": [check_in(report, moment(when)) for when, report in [*told, (self.when, self.report)]],
            "risk_factors": [factor.strip().replace(" ", "_") for factor in self.patient.split(",") if factor.strip()],
        }
        read, faults = read_case(case, shipped().protocol.vocabulary)
        assert read is not None, [fault.sentence() for fault in faults]
        return judge_case(shipped(), read)


LINES: list[Line] = []  # of all tables, so that a forgotten rule is noticed


def read_table(table: str) -> list[dict[str, str]]:
    """Return the lines of a table as column -> cell; rulers and empty lines drop out."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip(" |-")]
    head, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == len(head) for row in rows), [row for row in rows if len(row) != len(head)]
    return [dict(zip(head, row, strict=True)) for row in rows]


def moment(when: str) -> datetime:
    """Return the moment of a cell like "day 5 end"."""
    match = TIME.fullmatch(when)
    assert match, f"{when!r} is no time"
    unit, number, minutes, edge = match.groups()
    hours = 24 * int(number) + {"start": 0, "end": 24, None: 8}[edge] if unit == "day" else int(number)
    return NEEDLING_ENDED + timedelta(hours=hours, minutes=int(minutes or 0), seconds=-1 if edge == "end" else 0)


def check_in(report: str, at: datetime) -> dict[str, Any]:
    """Return a report in words as a check-in of the case format."""
    found: dict[str, Any] = {"at": at.isoformat()}
    note = NOTE.search(report)
    if note:
        found["note"] = note[1]
    for item in filter(None, (part.strip() for part in NOTE.sub("", report).split(","))):
        for field, value in _item(item):
            if isinstance(value, dict):
                found[field] = {**found.get(field, {}), **value}
            elif isinstance(value, list):
                found[field] = [*found.get(field, []), *value]
            else:
                found[field] = value
    return found


def _item(item: str) -> Iterator[tuple[str, Any]]:
    if reading := READING.fullmatch(item):
        severity, symptom, course, zone = reading.groups()
        yield "symptoms", {symptom: SEVERITIES.index(severity)}
        yield "course", {symptom: course} if course else {}
        yield "where", {symptom: [zone]} if zone else {}
    elif degrees := DEGREES.fullmatch(item):
        yield "temperature", {"value": float(degrees[1]), "unit": degrees[2]}
    else:
        assert item.replace("/", " ") in SAYINGS, f"{item!r} is nothing that a patient can report"
        yield SAYINGS[item.replace("/", " ")]


def _line(row: dict[str, str], past: list[tuple[str, str]]) -> Line:
    return Line(past, row["when"], row["report"], row["urgency"], row.get("patient", ""), row.get("finding", ""))


def _test_of(lines: list[Line]) -> Callable[..., None]:
    assert lines, "a table without lines tests nothing"
    LINES.extend(lines)

    @pytest.mark.parametrize(
        "line", lines, ids=lambda line: ", ".join(filter(None, (line.when, line.report, line.patient)))
    )
    def test(line: Line) -> None:
        found = line.judge()
        reasons = [(finding.reason.replace("_", " "), finding.rule) for finding in found.findings]
        said = found.urgency.name.replace("_", " ").replace("self care", "self-care")
        assert said == line.urgency, f"{line.when}: {line.report}: {reasons}"
        if line.finding:
            first = {f.reason.replace("_", " ") for f in found.findings if f.urgency == found.urgency}
            assert line.finding in first, f"{line.when}: {line.report}: {reasons}"

    return test
