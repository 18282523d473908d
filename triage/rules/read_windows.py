"""The part of a protocol document about symptoms: expected windows and the rules beyond them."""

from collections.abc import Collection

from triage.rules.document import Walk
from triage.rules.protocol import Ceiling, ExpectedWindow, SymptomRule
from triage.rules.read_rules import LAST_HOUR, RuleReader, check_covered
from triage.rules.vocabulary import MOST_SEVERE

FORMS = ("beyond", "worse", "new", "relapse", "not_improving", "rapid_rise", "late")


def read_windows(walk: Walk, known: Collection[str], rules: RuleReader) -> tuple[ExpectedWindow, ...]:
    """Return one expected window a symptom of the vocabulary."""
    check_covered(walk, known)
    return tuple(_read_window(symptom, entry, rules) for symptom, entry in walk.each())


def _read_window(symptom: str, walk: Walk, rules: RuleReader) -> ExpectedWindow:
    part = walk.inner("window")
    low, high = part.number("low_days", 0, 365), part.number("high_days", 0, 365)
    if low > high:
        part.fault("high_days", f"{high} is before low_days {low}", "give the longer time second")
    group, advice = walk.text("group"), walk.text("advice")
    window = ExpectedWindow(
        symptom=symptom,
        low_days=low,
        high_days=high,
        source=rules.source(part),
        expected=_read_ceilings(walk, rules),
        rules=tuple(_read_rule(symptom, row, rules, group, advice) for row in walk.rows("rules")),
        late_new_from_hour=walk.optional_whole("late_new_from_hour", 1, LAST_HOUR),
        late_any_from_hour=walk.optional_whole("late_any_from_hour", 1, LAST_HOUR),
        late_source=rules.source(walk, "late_source") if "late_source" in walk.table else "",
        late_hidden_until_hour=walk.whole("late_hidden_until_hour", 0, LAST_HOUR, 0),
    )
    has_clock = window.late_any_from_hour is not None or window.late_hidden_until_hour > 0
    if window.late_new_from_hour is None and (has_clock or any(rule.when == "late" for rule in window.rules)):
        walk.fault("late_new_from_hour", "missing", "a late clock needs the hour from which a new reading is late")
    part.finish()
    walk.finish()
    return window


def _read_ceilings(walk: Walk, rules: RuleReader) -> tuple[Ceiling, ...]:
    ceilings = []
    for row in walk.rows("expected"):
        start, end = rules.hours(row)
        if end is not None:
            row.fault("until_hour", "a ceiling holds until the next row begins", "leave the end out")
        ceilings.append(Ceiling(start, row.whole("at_most", 0, MOST_SEVERE), rules.source(row)))
        row.finish()
    hours = [ceiling.from_hour for ceiling in ceilings]
    if not hours or hours[0] != 0:
        walk.fault("expected", "does not start at hour 0", "say what is expected from hour 0 on")
    if hours != sorted(set(hours)):
        walk.fault("expected", "the hours do not rise", "list each start once, rising")
    return tuple(ceilings)


def _read_rule(symptom: str, row: Walk, rules: RuleReader, group: str, advice: str) -> SymptomRule:
    rule = rules.read(row, f"{symptom}.{row.text('id')}", group, when="hours")
    found = SymptomRule(
        rule=rule if rule.advice else rule._replace(advice=advice),
        when=row.word("when", FORMS),
        severity=row.whole("severity", 1, MOST_SEVERE, 1),
        by=row.whole("by", 1, MOST_SEVERE, 1),
        course=row.word("course", ("same", "worse"), ""),
    )
    if found.when != "beyond" and ("by" in row.table or "course" in row.table):
        row.fault("by", "by and course go with when = 'beyond' only", "leave them out")
    row.finish()
    return found
