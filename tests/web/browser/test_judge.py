"""The script of the phone and the rules say the same of every report: thousands in Chromium, in one page."""

import json
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.rules.oracle.drawn_cases import draw_case
from tests.rules.oracle.drawn_protocols import draw_protocol, files_of
from tests.rules.oracle.limits import Drawn
from tests.web.browsing import IN_CHROMIUM
from tests.web.conftest import FILES, SHIPPED
from triage.rules import CheckIn, Tables, compile_protocol, latest_procedure, read_case, read_protocol
from triage.rules.device import judge_as_phone, phone_tables

pytestmark = IN_CHROMIUM

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "smp.jsonl"
SCRIPT = (ROOT / "triage" / "web" / "static" / "judge.js").read_text()
SEED, DRAWN, PROTOCOLS, OF_EACH = 20260302, 3000, 12, 60
KEEP = "text => { window.reports = JSON.parse(text); }"  # one text: a tree of thousands takes the driver a minute
JUDGE = """async ([source, tables, from, to]) => {
  const [{ judge }, read] = [await import(source), JSON.parse(tables)];
  return reports.slice(from, to).map(([report, hours]) => judge(read, report, hours));
}"""


class Batch(NamedTuple):
    """Reports under one protocol, what the rules say of each, and where they lie among all."""

    tables: Tables
    reports: list[tuple[CheckIn, float]]
    expected: list[int]
    first: int

    def differences(self, page: Page, told: Any, source: str = "/judge.js") -> int:
        """Return how many reports the script judges otherwise by some tables."""
        text, last = json.dumps(told), self.first + len(self.reports)
        found = page.evaluate(JUDGE, [source, text, self.first, last])
        return sum(mine != theirs for mine, theirs in zip(self.expected, found, strict=True))


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    """The golden cases, those of the protocol and drawn ones, each report by itself; and other protocols."""
    chance = Random(SEED)
    cases = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    cases += tomllib.loads((SHIPPED / "cases.toml").read_text())["cases"]
    found = [_batch(FILES, cases, DRAWN, chance, 0)]
    for _ in range(PROTOCOLS):
        first = found[-1].first + len(found[-1].reports)
        found.append(_batch(files_of(draw_protocol(chance)), [], OF_EACH, chance, first))
    return found


@pytest.fixture(scope="module")
def page(browser: Browser, batches: list[Batch]) -> Iterator[Page]:
    """A page with the script and every report in it, and no server."""
    context = browser.new_context()
    opened = context.new_page()
    opened.route("**/*", _serve)
    opened.goto("http://phone.test/")
    opened.evaluate(KEEP, json.dumps([_told(report) for batch in batches for report in batch.reports]))
    yield opened
    context.close()


def _serve(route: Route) -> None:
    is_script = route.request.url.endswith(".js")
    route.fulfill(body=SCRIPT if is_script else "", content_type="text/javascript" if is_script else "text/html")


def _batch(files: dict[str, str], cases: list[dict[str, Any]], drawn: int, chance: Random, first: int) -> Batch:
    tables, limits = compile_protocol(read_protocol(files)), Drawn(tomllib.loads(files["protocol.toml"]))
    cases = cases + [draw_case(limits, chance) for _ in range(drawn)]
    reports = [report for case in cases for report in _alone(case, tables)]
    return Batch(tables, reports, [int(judge_as_phone(tables, *report)) for report in reports], first)


def _alone(case: dict[str, Any], tables: Tables) -> Iterator[tuple[CheckIn, float]]:
    read, _ = read_case(case, tables.protocol.vocabulary, extra=tuple(case))
    assert read is not None, case
    for check_in in read.check_ins:
        since = latest_procedure(read.procedures, check_in.at)
        yield check_in, max(0.0, (check_in.at - since) / timedelta(hours=1))


def _told(report: tuple[CheckIn, float]) -> tuple[dict[str, Any], float]:
    check_in, hours = report
    return {**check_in.as_mapping(), "celsius": check_in.temperature_c}, hours


def test_script_judges_every_report_as_the_rules_do(page: Page, batches: list[Batch]) -> None:
    assert sum(len(batch.reports) for batch in batches) > 10_000
    assert set(batches[0].expected) == {0, 1, 2, 3, 4}
    assert [batch.differences(page, phone_tables(batch.tables)) for batch in batches] == [0] * len(batches)


def _a_row(told: dict[str, Any]) -> None:
    """One cell: redness, the second interval, moderate and worse."""
    rows = told["symptoms"]["redness"]["rows"]
    rows[1] = rows[1][:8] + str((int(rows[1][8]) + 1) % 5) + rows[1][9:]


def _an_hour(told: dict[str, Any]) -> None:
    told["symptoms"]["swelling"]["from"][2] += 1


def _a_fact(told: dict[str, Any]) -> None:
    told["symptoms"]["redness"]["at_least"][0][0] -= 1


def _a_course(told: dict[str, Any]) -> None:
    del told["symptoms"]["pain"]["course"]["worse"]


def _early_hours(told: dict[str, Any]) -> None:
    told["signs"]["face_swelling"][2] += 1


def _a_limit_of_temperature(told: dict[str, Any]) -> None:
    told["temperatures"][0][0] += 0.1


def _a_result(told: dict[str, Any]) -> None:
    next(iter(told["results"].values()))[0] += 1


def _a_combination(told: dict[str, Any]) -> None:
    told["combinations"].pop(0)


def _a_zone(told: dict[str, Any]) -> None:
    told["facts"]["where"].clear()


def _a_wish(told: dict[str, Any]) -> None:
    told["wants_call"] = 1


PLANTED_IN_TABLES = [
    _a_row, _an_hour, _a_fact, _a_course, _early_hours, _a_limit_of_temperature, _a_result,
    _a_combination, _a_zone, _a_wish,
]  # fmt: skip
# What stands in the script, and what stands there instead.
PLANTED_IN_SCRIPT = [
    ("tables.implied[sign]", "tables.implied.none"),
    ("(severity - 1) *", "severity *"),
    ("hour <= Math.floor(hours)", "hour <= Math.round(hours)"),
    ('?? "unknown"', '?? "better"'),
    ("severity >= least", "severity > least"),
    ("from <= hours", "from < hours"),
    ("hours < until)", "hours <= until)"),
    ("hours < until ? early", "hours <= until ? early"),
    ("way.every", "way.some"),
    ("report.celsius >= least) signs", "report.celsius > least) signs"),
    ("report.treatment ??", "report.exposed ??"),
    ("if (report.wants_call)", "if (!report)"),
    ("Math.max(worst, urgency)", "urgency"),
]


@pytest.mark.parametrize("plant", PLANTED_IN_TABLES, ids=lambda plant: plant.__name__.strip("_"))
def test_a_change_planted_in_the_tables_is_found(
    page: Page, batches: list[Batch], plant: Callable[[dict[str, Any]], None]
) -> None:
    told = deepcopy(phone_tables(batches[0].tables))
    plant(told)
    assert batches[0].differences(page, told) > 0


@pytest.mark.parametrize(("right", "wrong"), PLANTED_IN_SCRIPT)
def test_a_change_planted_in_the_script_is_found(page: Page, batches: list[Batch], right: str, wrong: str) -> None:
    assert SCRIPT.count(right) == 1
    planted = f"/planted-{PLANTED_IN_SCRIPT.index((right, wrong))}.js"
    body = SCRIPT.replace(right, wrong)
    page.route(f"**{planted}", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    assert any(batch.differences(page, phone_tables(batch.tables), planted) for batch in batches)
