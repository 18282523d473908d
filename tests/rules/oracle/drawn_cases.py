"""Cases of every kind for a protocol, drawn by chance near its limits."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from tests.rules.oracle.limits import Aim, Drawn

Report = dict[str, Any]

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000  # in microseconds
EARLIEST = -DAY  # before the first procedure
NOTES = [
    "fever", "no fever", "no idea, fever", "hay fever but fever", "no fever or chills but pus", "all is well", "  ",
    "I have a\u00a0fever\r\n", "cold hands\tand feet", "I fainted", "pus", "my lips are swollen", "no pain, fever",
    "nodes",
]  # fmt: skip
FAHRENHEIT = [96.8, 99.4, 99.5, 99.6, 100.3, 100.4, 100.5, 101.3, 102.2, 102, 100.39, 100.41, 100.409]
OFFSETS = [UTC, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))]
COURSES = ["worse", "better", "new", "same", None, None]
SEVERITIES = [0, 0, 1, 1, 2, 2, 3, 4]
SLIPS = [0, 0, 0, 0, SECOND, -SECOND, 1, -1]


def draw_case(drawn: Drawn, chance: Random) -> dict[str, Any]:
    """Return a patient with one to four procedures and one to ten reports, in any order.

    The first drawn report is mostly the latest; often it says what some rule asks for, near the hours of it.
    """
    procedures = _procedures(drawn, chance)
    aim = chance.choice(chance.choice(drawn.aims)) if chance.random() < 0.7 else None
    moments = _moments(drawn, chance, procedures, aim)
    focus = [chance.choice(drawn.symptoms) for _ in range(chance.choice([1, 2, 3]))]
    reports = [_report(drawn, chance, focus) for _ in moments]
    _repeat(chance, moments, reports)
    factors = [chance.choice(drawn.factors) for _ in range(chance.choice([0, 0, 1, 2, 3]))]
    if aim:
        factors += _meet(chance, aim, reports)
    for report, at in zip(reports, moments, strict=True):
        report["at"] = _write(at, chance.choice(OFFSETS))
        _make_valid(report)
    chance.shuffle(reports)
    return {
        "id": "drawn",
        "procedures": [{"at": _write(at, UTC)} for at in procedures],
        "check_ins": reports,
        "risk_factors": factors,
    }


def _write(micros: int, offset: timezone) -> str:
    return (BEGAN + timedelta(microseconds=micros)).astimezone(offset).isoformat()


def _procedures(drawn: Drawn, chance: Random) -> list[int]:
    found = [0]
    for _ in range(chance.choice([0, 0, 0, 1, 1, 2, 3])):
        after = chance.choice([0, 7 * DAY, 7 * DAY, 14 * DAY, 100 * DAY, HOUR * _hour(drawn, chance), HOUR * 120])
        found.append(max(0, chance.choice(found) + after + chance.choice(SLIPS)))
    chance.shuffle(found)
    return found


def _hour(drawn: Drawn, chance: Random) -> int:
    return chance.choice(drawn.hours) if chance.random() < 0.7 else chance.randint(0, drawn.hours[-1] + 48)


def _moments(drawn: Drawn, chance: Random, procedures: list[int], aim: Aim | None) -> list[int]:
    """One lies near a limit since a procedure; the others at some age of it, near limits too, or at its moment."""
    hour = chance.choice(aim.hours) if aim and aim.hours else _hour(drawn, chance)
    judged = chance.choice(procedures) + HOUR * hour + chance.choice(SLIPS)
    found = [judged]
    is_latest = chance.random() < 0.8
    is_about_late = aim is not None and any(fact.endswith(" late") for fact in aim.facts)
    ways, many = ("lllllahoo", [2, 3, 4, 6, 9]) if is_about_late else ("aaahhhhplsso", [0, 1, 2, 3, 4, 6, 9])
    for _ in range(chance.choice(many)):
        at = {
            "a": judged - HOUR * chance.choice(drawn.ages),
            "h": judged - HOUR * chance.randint(1, 80),
            "p": chance.choice(procedures) + HOUR * _hour(drawn, chance),
            "l": chance.choice(procedures) + HOUR * chance.choice(drawn.late_hours),
            "s": chance.choice(procedures) + HOUR * chance.randint(0, 24),
            "o": chance.choice(found),
        }[chance.choice(ways)] + chance.choice(SLIPS)
        found.append(min(at, judged) if is_latest else at)
    return [max(at, min(procedures) + EARLIEST) for at in found]


def _report(drawn: Drawn, chance: Random, focus: Sequence[str]) -> Report:
    symptoms = {name: chance.choice(SEVERITIES) for name in focus if chance.random() < 0.8}
    report: Report = {"symptoms": symptoms}
    stated = {name: course for name in symptoms if (course := chance.choice(COURSES))}
    if stated:
        report["course"] = stated
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        chance.choice(EXTRAS)(drawn, chance, report)
    return report


def _repeat(chance: Random, moments: list[int], reports: list[Report]) -> None:
    """Let a second report of one moment often say the same of the symptoms, but for their courses."""
    for number, at in enumerate(moments):
        first = moments.index(at)
        if first != number and chance.random() < 0.5:
            symptoms = dict(reports[first]["symptoms"])
            course = {name: found for name in symptoms if (found := chance.choice(COURSES))}
            reports[number] = {**reports[number], "symptoms": symptoms, "course": course}


def _some(chance: Random, words: Sequence[str]) -> list[str]:
    """One word twice is one word."""
    return [chance.choice(words) for _ in range(chance.choice([1, 1, 2, 3]))]


def _add_signs(drawn: Drawn, chance: Random, report: Report) -> None:
    report["signs"] = _some(chance, drawn.signs)


def _add_denied(drawn: Drawn, chance: Random, report: Report) -> None:
    report["denied"] = _some(chance, drawn.signs)


def _add_results(drawn: Drawn, chance: Random, report: Report) -> None:
    report["result"] = _some(chance, drawn.results)


def _add_temperature(drawn: Drawn, chance: Random, report: Report) -> None:
    if chance.random() < 0.3:
        report["temperature"] = {"value": chance.choice(FAHRENHEIT), "unit": "F"}
    else:
        report["temperature"] = {"value": chance.choice(drawn.degrees), "unit": "C"}


def _add_deeds(drawn: Drawn, chance: Random, report: Report) -> None:
    report["treatment"] = _some(chance, drawn.treatments)
    report["exposed"] = _some(chance, drawn.exposures)


def _add_places(drawn: Drawn, chance: Random, report: Report) -> None:
    names = [*report["symptoms"], chance.choice(drawn.symptoms)]
    report["where"] = {chance.choice(names): _some(chance, drawn.zones)}


def _add_wish(_: Drawn, chance: Random, report: Report) -> None:
    report["wants_call"] = chance.choice([True, True, False])


def _add_note(_: Drawn, chance: Random, report: Report) -> None:
    report["note"] = chance.choice(NOTES)


EXTRAS: list[Callable[[Drawn, Random, Report], None]] = [
    _add_signs, _add_results, _add_temperature, _add_deeds, _add_places, _add_wish, _add_note, _add_denied,
]  # fmt: skip


def _meet(chance: Random, aim: Aim, reports: list[Report]) -> list[str]:
    """Make the first report say most of what a rule asks for; return the risk factors that it needs."""
    factors: list[str] = []
    for fact in [*aim.facts, *([chance.choice(aim.one_of)] if aim.one_of else [])]:
        kind, colon, word = fact.partition(":")
        if colon and kind == "risk":
            factors.append(word)
        elif colon:
            field = {"sign": "signs"}.get(kind, kind)
            reports[0][field] = [*reports[0].get(field, []), word]
        else:
            _say(chance, reports, *fact.split(" ", 1))
    return factors


def _say(chance: Random, reports: list[Report], name: str, rest: str) -> None:
    judged = reports[0]
    if name == "temperature":
        value = float(rest.removeprefix(">= ")) + chance.choice([0, 0, 0.01, -0.01])
        judged["temperature"] = {"value": round(value, 2), "unit": "C"}
    elif rest.startswith("in "):
        where = judged.setdefault("where", {})
        where[name] = [*where.get(name, []), rest.removeprefix("in ")]
    elif rest.startswith(">= "):
        least = int(rest.removeprefix(">= "))
        judged["symptoms"][name] = chance.choice([least - 1, least, least, 4])
    else:  # of its course: what was said before matters as well
        judged["symptoms"][name] = chance.randint(1, 4)
        for earlier in reports[1:]:
            earlier["symptoms"].setdefault(name, chance.choice(SEVERITIES))


def _make_valid(report: Report) -> None:
    """No sign is ticked and denied, and something is said."""
    if "denied" in report:
        report["denied"] = [sign for sign in report["denied"] if sign not in report.get("signs", [])]
    said = report["symptoms"] or report.get("signs") or report.get("result") or report.get("temperature")
    if not said and not report.get("note", "").strip():
        report["wants_call"] = True
