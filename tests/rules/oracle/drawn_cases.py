"""Cases of every kind for a protocol, drawn near its limits: hypothesis fills them, the shrinker makes them small."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from triage.rules import COMMON

Table = Mapping[str, Any]
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


def hours_in(part: Any, key: str = "") -> Iterator[int]:
    """Yield every limit of a protocol in hours."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            yield from hours_in(inner, name)
    elif isinstance(part, list):
        for inner in part:
            yield from hours_in(inner, key)
    elif key.endswith(("_hour", "_hours")) or key == "hours":
        yield part
    elif key in ("after_day", "through_day"):
        yield 24 * (part + 1)
    elif key in ("days", "not_improving_days"):
        yield 24 * part


class Drawn:
    """What cases of one protocol are drawn from."""

    def __init__(self, document: Table) -> None:
        own = document.get("own_words", {})
        judging = {name: part for name, part in document.items() if name not in ("check_ins", "aftercare", "own_words")}
        limits = sorted({0, *hours_in(judging)})
        history, hold = document["history"], document["hold"]
        ages = 24 * history["not_improving_days"], history["rise_within_hours"], hold["hours"]
        self.document = document
        self.hours = st.sampled_from(limits) | st.integers(0, limits[-1] + 48)
        self.ages = st.sampled_from([*ages, *ages, 24 * document["follow_up"]["days"], 0])
        self.symptoms = _oftener(
            [name for name, part in document["symptoms"].items() if len(part["rules"]) > 1], list(document["symptoms"])
        )
        self.signs = _rich(document["signs"], ("early", "implies", "advice"))
        self.factors = _rich(document["risk_factors"], ("raises",))
        self.results = list(document["results"])
        self.zones = [*COMMON.zones, *own.get("zones", [])]
        self.treatments = [*COMMON.treatments, *own.get("treatments", [])]
        self.exposures = [*COMMON.exposures, *own.get("exposures", [])]
        self.combinations = [(rule.get("all", []), rule.get("any", []) or [""]) for rule in document["combinations"]]
        limits_c = {row["at_least"] for row in document["temperatures"]}
        limits_c |= {
            float(one.split()[-1])
            for all_of, any_of in self.combinations
            for one in (*all_of, *any_of)
            if one.startswith("temperature")
        }
        self.degrees = [30, 45.0, 36.8, *(round(t + d, 2) for t in sorted(limits_c) for d in (0, 0.01, -0.01))]


def _oftener(rich: list[str], every: list[str]) -> st.SearchStrategy[str]:
    """Words with more than the plainest rules are drawn oftener, since there is more to differ about."""
    return st.sampled_from(rich * (4 * len(every) // max(1, len(rich))) + every)


def _rich(tables: Table, keys: tuple[str, ...]) -> list[str]:
    return sorted(tables, key=lambda name: -sum(bool(tables[name].get(key)) for key in keys))


@st.composite
def cases(draw: st.DrawFn, drawn: Drawn, most_reports: int = 9) -> dict[str, Any]:
    """A patient with one to four procedures and some reports, in any order."""
    procedures = draw(_procedures(drawn))
    moments = draw(_moments(drawn, procedures, most_reports))
    focus = draw(st.lists(drawn.symptoms, min_size=1, max_size=3, unique=True))
    reports: list[Report] = [{"symptoms": draw(_severities(focus))} for _ in moments]
    factors = draw(st.lists(st.sampled_from(drawn.factors), max_size=2))
    for report in reports:
        _state_courses(draw, report)
        for extra in draw(st.sampled_from(HOW_MUCH_MORE)):
            draw(st.sampled_from(extra))(draw, drawn, report)
    last = max(range(len(moments)), key=lambda number: moments[number])
    if drawn.combinations and draw(st.booleans()):
        factors += _meet(draw, drawn, reports[last])
    for report, at in zip(reports, moments, strict=True):
        report["at"] = _write(at, draw(st.sampled_from(ZONES)))
        _make_valid(report)
    return {
        "id": "drawn",
        "procedures": [{"at": _write(at, UTC)} for at in procedures],
        "check_ins": reports,
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
def _moments(draw: st.DrawFn, drawn: Drawn, procedures: list[int], most: int) -> list[int]:
    """One lies near a limit since a procedure; the others at some age of it, near the same limits, or at its moment."""
    judged = draw(st.sampled_from(procedures)) + _micros(draw(drawn.hours)) + draw(slips)
    found = [judged]
    for _ in range(draw(st.integers(0, most))):
        way = draw(st.sampled_from("aaahhpo"))
        if way == "a":
            at = judged - _micros(draw(drawn.ages)) + draw(slips)
        elif way == "h":
            at = judged - draw(st.integers(1, 80)) * HOUR
        elif way == "p":
            at = draw(st.sampled_from(procedures)) + _micros(draw(drawn.hours)) + draw(slips)
        else:
            at = draw(st.sampled_from(found)) + draw(slips)
        found.append(at)
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


def _some(draw: st.DrawFn, words: list[str]) -> list[str]:
    """One word twice is one word."""
    return draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))


def _add_signs(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["signs"] = _some(draw, drawn.signs)


def _add_denied(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["denied"] = _some(draw, drawn.signs)


def _add_results(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    report["result"] = _some(draw, drawn.results)


def _add_temperature(draw: st.DrawFn, drawn: Drawn, report: Report) -> None:
    is_fahrenheit = draw(st.integers(0, 3)) == 3
    value = draw(st.sampled_from(FAHRENHEIT if is_fahrenheit else drawn.degrees))
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


def _meet(draw: st.DrawFn, drawn: Drawn, report: Report) -> list[str]:
    """Make a report meet most of what one combination asks; return the risk factors that it needs."""
    all_of, any_of = draw(st.sampled_from(drawn.combinations))
    factors: list[str] = []
    for condition in [*all_of, draw(st.sampled_from(any_of))]:
        kind, colon, word = condition.partition(":")
        name, _, rest = condition.partition(" ")
        if colon and kind == "risk":
            factors.append(word)
        elif colon:
            field = "signs" if kind == "sign" else kind
            report[field] = [*report.get(field, []), word]
        elif name == "temperature":
            value = float(rest.split()[-1]) + draw(st.sampled_from([0, 0, 0.01, -0.01]))
            report["temperature"] = {"value": round(value, 2), "unit": "C"}
        elif rest.startswith("in "):
            where = report.setdefault("where", {})
            where[name] = [*where.get(name, []), rest.removeprefix("in ")]
        elif name:
            least = int(rest.removeprefix(">= ")) if rest.startswith(">= ") else 1
            report["symptoms"][name] = draw(st.integers(max(0, least - 1), 4))
    return factors


def _make_valid(report: Report) -> None:
    """No sign is ticked and denied, and something is said."""
    if "denied" in report:
        report["denied"] = [sign for sign in report["denied"] if sign not in report.get("signs", [])]
    said = report["symptoms"] or report.get("signs") or report.get("result") or report.get("temperature")
    if not said and not report.get("note", "").strip():
        report["wants_call"] = True
