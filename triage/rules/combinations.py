"""Combinations: what several facts mean together, as bit masks over the facts of one report."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from triage.rules.check_in import CheckIn
from triage.rules.findings import Finding
from triage.rules.tables import CombinationMask, Tables


class Facts(NamedTuple):
    """What is known of one report, besides what it says itself."""

    signs: frozenset[str]  # with those measured, implied or named in the note
    worse: frozenset[str]  # symptoms that got worse, as stated or as the history shows
    risk_factors: frozenset[str]
    hours: float


def combination_findings(tables: Tables, check_in: CheckIn, known: Facts) -> list[Finding]:
    """Return the combinations that hold for a report."""
    facts = _facts(tables, check_in, known)
    if not facts:
        return []
    return [
        _finding(combination, facts, known.hours)
        for combination in tables.combinations
        if combination.rule.holds_at(known.hours) and any(facts & mask == mask for mask in combination.masks)
    ]


def _finding(combination: CombinationMask, facts: int, hours: float) -> Finding:
    rule = combination.rule
    held = [words for bit, words in combination.conditions if facts & bit]
    observed = {"together": held, "hour": int(hours)}
    what = ("combination", rule.id)
    return Finding(rule.id, rule.urgency, "combination", what, observed, {}, rule.source, rule.advice)


def _facts(tables: Tables, check_in: CheckIn, known: Facts) -> int:
    """Return the bits of all conditions that the report meets; severity and temperature bits are cumulative."""
    facts = 0
    said: dict[str, Collection[str]] = {
        "sign": known.signs,
        "worse": known.worse,
        "risk": known.risk_factors,
        "treatment": check_in.treatment,
        "exposed": check_in.exposed,
        "placed": [f"{symptom} in {zone}" for symptom, zones in check_in.where.items() for zone in zones],
    }
    for kind, words in said.items():
        if words:
            entries = tables.bits.get(kind, {})
            facts |= _union(entry for word in words for entry in entries.get(word, ()))
    severities = tables.bits.get("symptom", {})
    for symptom, severity in check_in.symptoms.items():
        if severity:
            facts |= _union(entry for entry in severities.get(symptom, ()) if severity >= entry[0])
    if check_in.temperature_c is not None:
        limits = tables.bits.get("temperature", {}).values()
        facts |= _union(entry for entries in limits for entry in entries if check_in.temperature_c >= entry[0])
    return facts


def _union(entries: Iterable[tuple[float, int]]) -> int:
    facts = 0
    for _, bit in entries:
        facts |= bit
    return facts
