"""The bench compares like with like: floor and engine give the same findings, and a peer that is missing is named."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.rules import floor_bench, floor_smp, mistakes, ours_batch, rule_set
from bench.rules.__main__ import check
from bench.rules.cohort import cohort
from bench.rules.columns import read
from bench.rules.peers import Given, batch_numpy, batch_python
from bench.rules.process import is_not_installed, run_child
from bench.rules.reports import Report, as_mapping, columns, reports, write
from bench.rules.single import fired
from bench.rules.tables import document
from seeds.protocols import SHIPPED, read_folder
from triage.rules import Finding, Tables, prove
from triage.rules.assessment import judge

REPORTS = 2000


@pytest.fixture(scope="module")
def bench_tables() -> Tables:
    return rule_set.load(rule_set.read_files())


@pytest.fixture(scope="module")
def bench_reports(bench_tables: Tables) -> list[Report]:
    return reports(REPORTS, rule_set.plain(bench_tables.protocol))


def told(findings: Iterable[Finding]) -> list[tuple[object, ...]]:
    """Return what findings say, but for source, advice and the names of the forms, which a floor has no use for.

    Of several findings that are equally urgent a risk factor may name any as the one it raises.
    """
    return sorted((f.rule, f.urgency, f.reason, f.what, repr(f.expected), repr(_observed(f))) for f in findings)


def _observed(finding: Finding) -> dict[str, object]:
    left_out = ("forms", "raises", "from")
    return {name: value for name, value in finding.observed.items() if name not in left_out}


def test_bench_rule_set_judges_its_cases_as_they_expect(bench_tables: Tables) -> None:
    assert [fault.sentence() for fault in prove(bench_tables) if fault.path.startswith("cases.toml")] == []


def test_floor_and_engine_find_the_same_under_the_bench_rules(
    bench_tables: Tables, bench_reports: list[Report]
) -> None:
    seen = set()
    for report in bench_reports:
        found = judge(bench_tables, *report)
        assert told(found) == told(floor_bench.judge(*report)), report
        seen |= {finding.reason for finding in found}
    assert seen == {
        "above_expected", "persisting", "worsening", "new_late", "relapse", "not_improving", "rapid_rise",
        "danger_sign", "combination",
    }  # fmt: skip


def test_floor_and_engine_find_the_same_under_the_shipped_protocol() -> None:
    tables = rule_set.load(read_folder(SHIPPED))
    seen = set()
    for report in cohort(REPORTS, tables.protocol):
        found = judge(tables, *report)
        assert told(found) == told(floor_smp.judge(*report)), report
        seen |= {finding.rule for finding in found}
    assert len(seen) > 120


def test_numbers_for_other_engines_are_those_of_the_protocol(bench_tables: Tables) -> None:
    protocol = bench_tables.protocol
    window = protocol.windows[0]
    rules = {rule.rule.id.split(".")[1]: rule for rule in window.rules}
    assert (rules["worse"].rule.from_hour, rules["worse"].severity) == (
        rule_set.WORSE_FROM_HOUR,
        rule_set.WORSE_SEVERITY,
    )
    stuck = rules["not_improving"]
    assert (stuck.rule.from_hour, stuck.severity) == (rule_set.STUCK_FROM_HOUR, rule_set.STUCK_SEVERITY)
    assert protocol.history[:3] == (rule_set.STUCK_FOR_HOURS, rule_set.RISE_BY, rule_set.RISE_WITHIN_HOURS)
    assert {by: rules[f"excess_{by}"].rule.urgency.name for by in rule_set.EXCESS} == rule_set.EXCESS
    assert [w.rules == tuple(_renamed(window.rules, w.symptom)) for w in protocol.windows[:8]] == [True] * 8


def _renamed(rules: Iterable[Any], symptom: str) -> Iterable[Any]:
    for rule in rules:
        yield rule._replace(rule=rule.rule._replace(id=f"{symptom}.{rule.rule.id.split('.')[1]}"))


def test_same_reports_come_out_however_many_are_asked_for(bench_tables: Tables, bench_reports: list[Report]) -> None:
    rules = rule_set.plain(bench_tables.protocol)
    assert reports(20, rules) == bench_reports[:20]
    assert list(columns(10_001, rules).hours)[:REPORTS] == [report.hours for report in bench_reports]


def test_columns_are_judged_as_single_reports_are(
    tmp_path: Path, bench_tables: Tables, bench_reports: list[Report]
) -> None:
    given = Given(rule_set.read_files(), rule_set.plain(bench_tables.protocol))
    write(tmp_path, columns(REPORTS, given.rules))
    urgency, mask = batch_python.Engine().judge(bench_reports)
    arrays = read(tmp_path, REPORTS)[1]
    ours, by_hand = ours_batch.build(given, with_rules=True), batch_numpy.build(given, with_rules=True)
    our_urgency, judged = ours.judge(ours.derive(ours.load(arrays, bench_reports)))
    hand_urgency, hand_mask = by_hand.judge(by_hand.derive(by_hand.load(arrays, bench_reports)))
    assert np.array_equal(our_urgency, urgency)
    assert np.array_equal(ours.as_mask(judged), mask)
    assert np.array_equal(hand_urgency, urgency)
    assert np.array_equal(hand_mask, mask)


def test_other_engines_get_the_same_history(bench_reports: list[Report]) -> None:
    report = next(report for report in bench_reports if len(report.past) > 1)
    mapping = as_mapping(report)
    assert [reading["hours"] for reading in mapping["history"]] == [past.hour for past in report.past]
    assert [mapping["hours"] - reading["hours"] for reading in mapping["history"]] == [p.age for p in report.past]
    assert [reading["symptoms"] for reading in mapping["history"]] == [past.symptoms for past in report.past]


def test_steps_above_a_window_are_one_rule_to_the_peers(bench_tables: Tables, bench_reports: list[Report]) -> None:
    found = frozenset().union(*(fired(judge(bench_tables, *report)) for report in bench_reports))
    assert {("pain.excess", "routine"), ("pain.excess", "same_day"), ("pain.excess", "urgent")} <= found
    assert fired([{"rule": "pain.excess", "urgency": "urgent"}]) <= found


def test_peer_that_is_not_installed_is_named() -> None:
    error = "ModuleNotFoundError: No module named 'datalogic_py'"
    row = {"peer": "datalogic", "missing": error}
    assert is_not_installed(error)
    assert document([row]) == f"No figures of datalogic: {error}"
    assert check([row]) == []


def test_peer_that_breaks_is_no_missing_one() -> None:
    row = run_child("bench.rules.single", "bench", "10", "0.01", "no_such_peer")
    assert row["failed"] == "ModuleNotFoundError: No module named 'bench.rules.peers.no_such_peer'"
    assert check([row]) == [f"no_such_peer broke: {row['failed']}"]


def test_peer_that_answers_otherwise_fails_the_run() -> None:
    row = {"rules": "bench", "peer": "Calm", "disagree": 3}
    assert check([row]) == ["Calm disagrees on 3 reports"]
    assert check([{"peer": "Broken", "failed": "KeyError"}]) == ["Broken broke: KeyError"]


def test_our_engine_names_the_place_of_an_authors_mistake() -> None:
    said = mistakes.ours()
    assert said["right"] == "fires"
    for case in ("malformed", "misspelt", "text"):
        assert said[case].startswith("load: protocol.toml:combinations[2].all[0]: ")
    assert said["misspelt"].endswith("did you mean 'redness'?")
    assert said["lacking"].startswith("quiet, by policy: what was not asked is not 0")
    assert "symptoms.rednes" in said["lacking"]
