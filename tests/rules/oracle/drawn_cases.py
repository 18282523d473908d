"""Cases of every kind for a protocol, drawn near its limits: hypothesis fills them, the shrinker makes them small."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

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
ZONES = [UTC, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))]
courses = st.sampled_from(["worse", "better", "new", "same", None, None])
severities = st.sampled_from([0, 1, 2, 3, 4, 2, 0, 1])
slips = st.sampled_from([0, 0, 0, SECOND, -SECOND, 1, -1])


@st.composite
def cases(draw: st.DrawFn, drawn: Drawn) -> dict[str, Any]:
    """A patient with one to four procedures and one to ten reports, in any order.

    The first report is mostly the latest; half of the time it says what some rule asks for, near the hours of it.
    """
    procedures = draw(_procedures(drawn))
    aim = draw(drawn.aims) if draw(st.booleans()) else None
    moments = draw(_moments(drawn, procedures, aim))
    focus = draw(st.lists(drawn.symptoms, min_size=1, max_size=3, unique=True))
    reports: list[Report] = [{"symptoms": draw(_severities(focus))} for _ in moments]
    factors = draw(st.lists(drawn.factors, max_size=2))
    for report in reports:
        _state_courses(draw, report)
        for extra in draw(st.sampled_from(HOW_MUCH_MORE)):
            draw(st.sampled_from(extra))(draw, drawn, report)
    if aim:
        factors += _meet(draw, aim, reports)
    for report, at in zip(reports, moments, strict=True):
        report["at"] = _write(at, draw(st.sampled_from(ZONES)))
        _make_valid(report)
    return {
        "id": "drawn",
        "procedures": [{"at": _write(at, UTC)} for at in procedures],
        "check_ins": draw(st.permutations(reports)) if draw(st.booleans()) else reports,
        "risk_factors": factors,
    }


@st.composite
def _procedures(draw: st.DrawFn, drawn: Drawn) -> list[int]:
    found = [0]
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        after = draw(st.sampled_from([7, 7, 14, 1, 0, 30, 100]).map(lambda days: days * DAY) | drawn.hours.map(_micros))
        found.append(draw(st.sampled_from(found)) + after + draw(slips) * (after > 0))
    return draw(st.permutations(found)) if len(found) > 1 else found


@st.composite
def _moments(draw: st.DrawFn, drawn: Drawn, procedures: list[int], aim: Aim | None) -> list[int]:
    """One lies near a limit since a procedure; the others at some age of it, near limits too, or at its moment."""
    hours = st.sampled_from(aim.hours) if aim and aim.hours else drawn.hours
    judged = draw(st.sampled_from(procedures)) + _micros(draw(hours)) + draw(slips)
    found = [judged]
    is_latest = draw(st.sampled_from([True, True, True, False]))
    for _ in range(draw(st.integers(0, 9))):
        way = draw(st.sampled_from("aaahhplo"))
        if way == "a":
            at = judged - _micros(draw(drawn.ages)) + draw(slips)
        elif way == "h":
            at = judged - draw(st.integers(1, 80)) * HOUR
        elif way == "p":
            at = draw(st.sampled_from(procedures)) + _micros(draw(drawn.hours)) + draw(slips)
        elif way == "l":
            at = draw(st.sampled_from(procedures)) + _micros(draw(drawn.late_hours)) + draw(slips)
        else:
            at = draw(st.sampled_from(found)) + draw(slips)
        found.append(min(at, judged) if is_latest else at)
    return [max(at, min(procedures) + EARLIEST) for at in found]


def _micros(hours: int) -> int:
    return hours * HOUR


def _write(micros: int, zone: timezone) -> str:
    return (BEGAN + timedelta(microseconds=micros)).astimezone(zone).isoformat()


@st.composite
def _severities(draw: st.DrawFn, focus: list[str]) -> dict[str, int]:
    return {name: draw(severities) for name in focus if draw(st.sampled_from([True, True, True, False]))}


def _state_courses(draw: st.DrawFn, report: Report) -> None:
    stated = {name: course for name in report["symptoms"] if (course := draw(courses))}
    if stated:
        report["course"] = stated


def _some(draw: st.DrawFn, words: st.SearchStrategy[str]) -> list[str]:
    """One word twice is one word."""
    return draw(st.lists(words, min_size=1, max_size=3))


def _add_signs(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["signs"] = _some(draw, drawn.signs)


def _add_denied(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["denied"] = _some(draw, drawn.signs)


def _add_results(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["result"] = _some(draw, drawn.results)


def _add_temperature(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    is_fahrenheit = draw(st.integers(0, 3)) == 3
    value = draw(st.sampled_from(FAHRENHEIT) if is_fahrenheit else drawn.degrees)
    report["temperature"] = {"value": value, "unit": "F" if is_fahrenheit else "C"}


def _add_treatments(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["treatment"] = _some(draw, drawn.treatments)
    report["exposed"] = _some(draw, drawn.exposures)


def _add_places(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    names = [*report["symptoms"], draw(drawn.symptoms)]
    report["where"] = {draw(st.sampled_from(names)): _some(draw, drawn.zones)}


def _add_wish(draw: st.DrawFn, _: Drawn, report: Report) -> None:
    report["wants_call"] = draw(st.sampled_from([True, True, False]))


def _add_note(draw: st.DrawFn, _: Drawn, report: Report) -> None:
    report["note"] = draw(st.sampled_from(NOTES))


EXTRAS = [
    _add_signs, _add_results, _add_temperature, _add_treatments, _add_places, _add_wish, _add_note, _add_denied,
]  # fmt: skip
HOW_MUCH_MORE = [[], [], [], [EXTRAS], [EXTRAS, EXTRAS]]


def _meet(draw: st.DrawFn, aim: Aim, reports: list[Report]) -> list[str]:
    """Make the first report say most of what a rule asks for; return the risk factors that it needs."""
    factors: list[str] = []
    for fact in [*aim.facts, *([draw(st.sampled_from(aim.one_of))] if aim.one_of else [])]:
        kind, colon, word = fact.partition(":")
        if colon and kind == "risk":
            factors.append(word)
        elif colon:
            field = {"sign": "signs"}.get(kind, kind)
            reports[0][field] = [*reports[0].get(field, []), word]
        else:
            _say(draw, reports, *fact.split(" ", 1))
    return factors


def _say(draw: st.DrawFn, reports: list[Report], name: str, rest: str) -> None:
    judged = reports[0]
    if name == "temperature":
        value = float(rest.removeprefix(">= ")) + draw(st.sampled_from([0, 0, 0.01, -0.01]))
        judged["temperature"] = {"value": round(value, 2), "unit": "C"}
    elif rest.startswith("in "):
        where = judged.setdefault("where", {})
        where[name] = [*where.get(name, []), rest.removeprefix("in ")]
    elif rest.startswith(">= "):
        least = int(rest.removeprefix(">= "))
        judged["symptoms"][name] = draw(st.integers(least - 1, 4))
    else:  # of its course: what was said before matters as well
        judged["symptoms"][name] = draw(st.integers(1, 4))
        for earlier in reports[1:]:
            earlier["symptoms"].setdefault(name, draw(severities))


def _make_valid(report: Report) -> None:
    """No sign is ticked and denied, and something is said."""
    if "denied" in report:
        report["denied"] = [sign for sign in report["denied"] if sign not in report.get("signs", [])]
    said = report["symptoms"] or report.get("signs") or report.get("result") or report.get("temperature")
    if not said and not report.get("note", "").strip():
        report["wants_call"] = True
