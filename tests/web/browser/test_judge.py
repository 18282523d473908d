"""The script of the phone and the rules say the same of every report: thousands in Chromium, in one page."""

import json
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.rules.oracle.drawn_cases import draw_case
from tests.rules.oracle.limits import Drawn
from tests.web.browsing import IN_CHROMIUM, browser, look, served, store
from tests.web.conftest import FILES, SHIPPED, House
from triage.rules import CheckIn, Tables, compile_protocol, latest_procedure, read_case, read_protocol
from triage.rules.device import judge_as_phone, phone_tables

__all__ = ["browser", "look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM

GOLDEN = Path(__file__).parents[2] / "golden" / "smp.jsonl"
DRAWN, SEED = 4000, 20260302
JUDGE = """async ({ source, tables, cases }) => {
  const { judge } = await import(source);
  return cases.map(([report, hours]) => judge(tables, report, hours));
}"""


@pytest.fixture(scope="module")
def tables() -> Tables:
    return compile_protocol(read_protocol(FILES))


@pytest.fixture(scope="module")
def reports(tables: Tables) -> list[tuple[CheckIn, float]]:
    """Every report of the golden cases, of the protocol's own and of drawn ones, each by itself."""
    drawn, chance = Drawn(tomllib.loads(FILES["protocol.toml"])), Random(SEED)
    found = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    found += tomllib.loads((SHIPPED / "cases.toml").read_text())["cases"]
    found += [draw_case(drawn, chance) for _ in range(DRAWN)]
    return [judged for case in found for judged in alone(case, tables)]


@pytest.fixture
def page(served: tuple[House, str], look: Callable[..., Page]) -> Page:
    house, base = served
    opened = look(java_script_enabled=True)
    opened.goto(base + house.page)
    return opened


def alone(case: dict[str, Any], tables: Tables) -> Iterator[tuple[CheckIn, float]]:
    read, _ = read_case(case, tables.protocol.vocabulary, extra=tuple(case))
    assert read is not None, case
    for check_in in read.check_ins:
        since = latest_procedure(read.procedures, check_in.at)
        yield check_in, max(0.0, (check_in.at - since) / timedelta(hours=1))


def told_to_script(check_in: CheckIn) -> dict[str, Any]:
    said = check_in.as_mapping()
    return {**said, "celsius": check_in.temperature_c, "note": ""}


def told_by_script(page: Page, tables: dict[str, Any], reports: list[tuple[CheckIn, float]], source: str = "") -> Any:
    cases = [(told_to_script(check_in), hours) for check_in, hours in reports]
    return page.evaluate(JUDGE, {"source": source or "/static/web/judge.js", "tables": tables, "cases": cases})


def differences(
    page: Page, tables: Tables, reports: list[tuple[CheckIn, float]], told: dict[str, Any], source: str = ""
) -> int:
    ours = [int(judge_as_phone(tables, check_in, hours)) for check_in, hours in reports]
    return sum(mine != theirs for mine, theirs in zip(ours, told_by_script(page, told, reports, source), strict=True))


def test_script_judges_every_report_as_the_rules_do(
    page: Page, tables: Tables, reports: list[tuple[CheckIn, float]]
) -> None:
    assert len(reports) > 9000
    told = json.loads(json.dumps(phone_tables(tables)))
    assert differences(page, tables, reports, told) == 0


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


def _an_implied_sign(told: dict[str, Any]) -> None:
    told["implied"].clear()


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
    _a_row, _an_hour, _a_fact, _a_course, _early_hours, _an_implied_sign, _a_limit_of_temperature, _a_result,
    _a_combination, _a_zone, _a_wish,
]  # fmt: skip
# What stands in the script, and what stands there instead.
PLANTED_IN_SCRIPT = [
    ("(severity - 1) *", "severity *"),
    ("hour <= Math.floor(hours)", "hour < Math.floor(hours)"),
    ('?? "unknown"', '?? "same"'),
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
    page: Page, tables: Tables, reports: list[tuple[CheckIn, float]], plant: Callable[[dict[str, Any]], None]
) -> None:
    told = deepcopy(phone_tables(tables))
    plant(told)
    assert differences(page, tables, reports, told) > 0


@pytest.mark.parametrize(("right", "wrong"), PLANTED_IN_SCRIPT)
def test_a_change_planted_in_the_script_is_found(
    page: Page, tables: Tables, reports: list[tuple[CheckIn, float]], right: str, wrong: str
) -> None:
    source = (Path(__file__).parents[3] / "triage" / "web" / "static" / "judge.js").read_text()
    assert source.count(right) == 1
    planted = source.replace(right, wrong)
    page.route("**/planted.js", lambda route: route.fulfill(body=planted, content_type="text/javascript"))
    assert differences(page, tables, reports, phone_tables(tables), "/planted.js") > 0
