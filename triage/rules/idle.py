"""Rules without effect: one that never fires, is always hidden, or never changes how urgent an answer is.

A rule that does nothing is a mistake of its author: something was meant, and is not what happens.
"""

import json
from collections.abc import Iterator
from itertools import groupby, product

from triage.rules.cases import judge_case, read_case
from triage.rules.compile import forms_of, least_severity
from triage.rules.examples import example_case, show_cell
from triage.rules.faults import Fault
from triage.rules.forms import FORMS_IN, PLAIN_SETS
from triage.rules.meeting import meeting_case
from triage.rules.protocol import Combination, Condition, HistoryLimits, Protocol, SymptomRule
from triage.rules.tables import LEVELS, SymptomTable, Tables
from triage.rules.vocabulary import MOST_SEVERE, RAISED_BELOW, Urgency

EASY_FIRST = sorted(PLAIN_SETS, key=lambda form_set: len(FORMS_IN[form_set]))


def idle_rules(tables: Tables) -> list[Fault]:
    """Return a fault for every rule that has no effect."""
    faults: list[Fault] = []
    for table in tables.symptoms.values():
        for number, rule in enumerate(table.window.rules):
            faults += _idle_symptom_rule(tables.protocol, table, rule, f"{table.path}.rules[{number}]")
    for number, combination in enumerate(tables.protocol.combinations):
        faults += _idle_combination(tables, combination, f"protocol.toml:combinations[{number}]")
    return (
        faults + list(_idle_signs(tables.protocol)) + list(_idle_factors(tables)) + list(_idle_limits(tables.protocol))
    )


def hours_of(table: SymptomTable, interval: int) -> range:
    """Return the whole hours of an interval; the last one has no end, a few of its hours stand for all."""
    ends = (*table.starts[1:], table.starts[-1] + 24 * 30)
    return range(table.starts[interval], ends[interval])


def _idle_symptom_rule(protocol: Protocol, table: SymptomTable, rule: SymptomRule, path: str) -> Iterator[Fault]:
    """Yield a fault unless some case is answered calmer without the rule."""
    own, limits = rule.rule, protocol.history
    if any(others < own.urgency and _show(table, cell, limits) for cell, others in _firing(table, own.id)):
        return
    shortest = ""
    for _, cells in groupby((cell for cell, _ in _firing(table, own.id)), key=lambda cell: cell[0]):
        shortest = shortest or min(filter(None, (_show(table, cell, limits) for cell in cells)), key=len, default="")
    if shortest:
        said = f"{own.id} never changes an answer: wherever it fires, other rules are at least {own.urgency.name}"
        yield Fault(path, said, "make it more urgent, let it hold elsewhere, or leave it out", shortest)
    else:
        yield Fault(path, f"{own.id} can never fire", _why_never(table, rule), _meant(protocol, table, rule))


def _firing(table: SymptomTable, rule: str) -> Iterator[tuple[tuple[int, int, int], Urgency]]:
    """Yield each (interval, form set, severity) in which a rule fires, with the urgency of what else does."""
    for interval, severity, form_set in product(range(len(table.starts)), range(1, LEVELS), EASY_FIRST):
        fired = table.merge(interval, form_set, severity)
        if any(entry.rule.id == rule for entry in fired):
            others = (entry.rule.urgency for entry in fired if entry.rule.id != rule)
            yield (interval, form_set, severity), max(others, default=Urgency.self_care)


def _show(table: SymptomTable, cell: tuple[int, int, int], limits: HistoryLimits) -> str:
    interval, form_set, severity = cell
    return show_cell(table, hours_of(table, interval), severity, form_set, limits)


def _why_never(table: SymptomTable, rule: SymptomRule) -> str:
    if rule.when == "late" and table.window.late_new_from_hour is None:
        return "give the symptom late_new_from_hour"
    if all(least_severity(rule, ceiling) > MOST_SEVERE for ceiling in table.ceilings):
        return "no severity is that far above what is expected"
    return "another rule with the same reason always comes first, or no hour or course allows it"


def _meant(protocol: Protocol, table: SymptomTable, rule: SymptomRule) -> str:
    """Return a case for which the rule may have been meant."""
    severity = max(rule.severity, 1)
    form = forms_of(rule)[0]
    wanted = next((number for number in EASY_FIRST if form in FORMS_IN[number]), 0)
    start = min(rule.rule.from_hour, table.starts[-1])
    hours = range(start, max(start + 1, rule.rule.until_hour or table.starts[-1]))
    return show_cell(table, hours, severity, wanted, protocol.history) or example_case(
        start, {"symptoms": {table.window.symptom: severity}}
    )


def _idle_combination(tables: Tables, combination: Combination, path: str) -> Iterator[Fault]:
    """Yield a fault unless some smallest way to meet the combination is answered calmer without it."""
    rule, seen = combination.rule, ""
    for ways, hour in product(_ways(combination), _hours_within(tables, combination)):
        example = meeting_case(ways, hour, tables.protocol)
        case, faults = read_case(json.loads(example), tables.protocol.vocabulary)
        if case is None:
            raise ValueError(f"an example of {rule.id} is no case: {faults}")
        findings = judge_case(tables, case).findings
        others = max((f.urgency for f in findings if f.rule != rule.id), default=Urgency.self_care)
        if others < rule.urgency and any(finding.rule == rule.id for finding in findings):
            return
        seen = seen or example
    said = f"{rule.id} never changes an answer: its parts alone are at least {rule.urgency.name}"
    yield Fault(path, said, "make it more urgent, let it hold elsewhere, or leave it out", seen)


def _ways(combination: Combination) -> list[tuple[Condition, ...]]:
    return [(*combination.all_of, condition) for condition in combination.any_of] or [combination.all_of]


def _hours_within(tables: Tables, combination: Combination) -> list[int]:
    """Return the hours at which some answer may change, as far as the combination holds at them."""
    starts = {start for table in tables.symptoms.values() for start in table.starts}
    starts |= {entry.early_until for entry in tables.signs.values()} | {combination.rule.from_hour}
    return sorted(hour for hour in starts if combination.rule.holds_at(hour))


def _idle_signs(protocol: Protocol) -> Iterator[Fault]:
    for sign in protocol.signs:
        if sign.early is not None and sign.early.urgency <= sign.rule.urgency:
            said = f"{sign.early.urgency.name} is not more urgent than {sign.rule.urgency.name}, which holds later"
            example = example_case(0, {"signs": [sign.sign]})
            yield Fault(f"protocol.toml:signs.{sign.sign}.early", said, "raise it, or leave early out", example)


def _idle_factors(tables: Tables) -> Iterator[Fault]:
    """A factor raises findings of routine and same_day; a group without such a finding is raised for nothing."""
    lower: dict[str, Urgency] = {}
    for rule in tables.protocol.all_rules():
        lower[rule.group] = min(rule.urgency, lower.get(rule.group, rule.urgency))
    for factor in tables.protocol.risk_factors:
        path = f"protocol.toml:risk_factors.{factor.risk_factor}.raises"
        for group in factor.raises:
            if lower.get(group, Urgency.routine) >= RAISED_BELOW:
                said = f"{group!r} has only findings that are urgent already"
                sign = group.removeprefix("sign.")
                report = {"signs": [sign]} if sign in tables.signs else {"symptoms": {"redness": MOST_SEVERE}}
                example = example_case(0, report, risk_factors=[factor.risk_factor])
                yield Fault(path, said, "a risk factor raises to urgent at most: leave it out", example)


def _idle_limits(protocol: Protocol) -> Iterator[Fault]:
    """Ceilings that change nothing, and thresholds above another one for the same sign."""
    for window in protocol.windows:
        for number, (before, after) in enumerate(zip(window.expected, window.expected[1:], strict=False), 1):
            if before.at_most == after.at_most:
                path = f"protocol.toml:symptoms.{window.symptom}.expected[{number}]"
                example = example_case(
                    after.from_hour, {"symptoms": {window.symptom: min(after.at_most + 1, MOST_SEVERE)}}
                )
                yield Fault(path, f"at_most stays {after.at_most}", "leave the row out, or change at_most", example)
    lowest: dict[str, float] = {}
    for number, limit in enumerate(protocol.temperatures):
        if limit.at_least >= lowest.get(limit.sign, limit.at_least + 1):
            report = {"temperature": {"value": limit.at_least, "unit": "C"}}
            said = f"{limit.sign} is named from {lowest[limit.sign]} C on already"
            yield Fault(f"protocol.toml:temperatures[{number}]", said, "leave it out", example_case(24, report))
        lowest[limit.sign] = min(limit.at_least, lowest.get(limit.sign, limit.at_least))
