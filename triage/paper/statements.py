"""What a protocol states about symptoms, one sentence a number, each with its place and its source."""

from collections.abc import Iterator
from typing import NamedTuple

from triage.paper.words import Labels, days_words, listed, sentence, span_words
from triage.rules.labels import urgency_words
from triage.rules.protocol import ExpectedWindow, HistoryLimits, Rule, SymptomRule
from triage.rules.vocabulary import MOST_SEVERE


class Statement(NamedTuple):
    """One sentence of a protocol. Two protocols state the same where key, words and source are equal."""

    key: str  # "redness.late": the rule's id, or where in the file the number stands
    chapter: str  # symptom:redness, signs, combinations, ...
    words: str
    source: str


def window_statements(window: ExpectedWindow, limits: HistoryLimits, labels: Labels) -> Iterator[Statement]:
    """Yield what is stated about one symptom: by when it is gone, the ceilings, the rules."""
    symptom, chapter = window.symptom, f"symptom:{window.symptom}"
    gone = f"Usually gone after {window.low_days:g} to {window.high_days:g} days."
    groups = dict.fromkeys(rule.rule.group for rule in window.rules)
    belongs = f" Belongs to the group {listed(groups)}." if groups else ""
    yield Statement(f"{symptom}.window", chapter, gone + belongs, window.source)
    if window.late_new_from_hour is not None:
        yield Statement(f"{symptom}.late_clock", chapter, _late_words(window), window.late_source)
    for ceiling in window.expected:
        limit = f"at most {labels.severity(ceiling.at_most).lower()}" if ceiling.at_most else "none"
        start = span_words(ceiling.from_hour, None) if ceiling.from_hour else "from the start on"
        words = f"Expected {start}: {limit}."
        yield Statement(f"{symptom}.expected.{ceiling.from_hour}", chapter, words, ceiling.source)
    for rule in window.rules:
        yield Statement(rule.rule.id, chapter, rule_words(rule, limits, labels), rule.rule.source)


def rule_words(found: SymptomRule, limits: HistoryLimits, labels: Labels) -> str:
    """Return a symptom's rule as a sentence."""
    conditions = [_form_condition(found, limits)]
    if found.severity > 1:
        least = "at least " if found.severity < MOST_SEVERE else ""
        conditions.append(f"it is {least}{labels.severity(found.severity).lower()}")
    if found.course:
        conditions.append("it gets worse" if found.course == "worse" else "it does not get better")
    return timed(found.rule, listed(conditions))


def timed(rule: Rule, condition: str) -> str:
    """Return a rule as a sentence with its urgency, its hours, its advice, and why it may end."""
    words = f"{sentence(urgency_words(rule.urgency)).rstrip('.')}"
    words += f" if {condition}, " if condition else ", "
    words += f"{span_words(rule.from_hour, rule.until_hour)}."
    words += f" Advice: {rule.advice}." if rule.advice else ""
    return words + (f" Calmer later, because: {sentence(rule.calmer_later)}" if rule.calmer_later else "")


def _form_condition(found: SymptomRule, limits: HistoryLimits) -> str:
    if found.when == "beyond":
        return "it is more than expected" if found.by == 1 else f"it is {found.by} steps or more above what is expected"
    return {
        "worse": "it gets worse",
        "new": "it was not there at the last report",
        "relapse": "it had gone and has come back",
        "not_improving": f"it is no better than {days_words(limits.not_improving_hours)} before",
        "rapid_rise": f"it rose by {limits.rise_by} steps or more within {limits.rise_within_hours} hours",
        "late": "it began late and is still there",
    }.get(found.when, found.when.replace("_", " "))


def _late_words(window: ExpectedWindow) -> str:
    words = f"Began late means: new {span_words(window.late_new_from_hour or 0, None)}"
    if window.late_any_from_hour is not None:
        words += f", or there at all {span_words(window.late_any_from_hour, None)}"
    if window.late_hidden_until_hour:
        words += f"; gone in the first {window.late_hidden_until_hour} hours after a new procedure does not end it"
    return f"{words}."
