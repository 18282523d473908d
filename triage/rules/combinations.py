"""Combinations: what several facts mean together, as bit masks over the facts of one report."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from triage.rules.check_in import CheckIn
from triage.rules.findings import Finding
from triage.rules.tables import MOST_REMEMBERED, CombinationMask, Tables


def combination_findings(tables: Tables, facts: int, hours: float) -> list[Finding]:
    """Return the combinations that hold for the facts of a report."""
    return [_finding(met, facts, hours) for met in _met_by(tables, facts) if met.rule.holds_at(hours)]


def _met_by(tables: Tables, facts: int) -> tuple[CombinationMask, ...]:
    """Return the combinations that facts meet, at whatever hour they hold."""
    known = tables.matched.get(facts)
    if known is None:
        known = tuple(entry for entry in tables.combinations if any(facts & mask == mask for mask in entry.masks))
        if len(tables.matched) >= MOST_REMEMBERED:
            tables.matched.clear()
        tables.matched[facts] = known
    return known


def _finding(combination: CombinationMask, facts: int, hours: float) -> Finding:
    rule = combination.rule
    held = [words for bit, words in combination.conditions if facts & bit]
    observed = {"together": held, "hour": int(hours)}
    what = ("combination", rule.id)
    return Finding(rule.id, rule.urgency, "combination", what, observed, {}, rule.source, rule.advice)


def facts_said(tables: Tables, check_in: CheckIn, signs: Collection[str], risk_factors: Collection[str]) -> int:
    """Return the bits of what a report says besides its severities, with the signs that count and the risk factors."""
    bits = tables.bits
    facts = _united(bits.signs, signs) | _united(bits.risk_factors, risk_factors)
    facts |= _united(bits.treatments, check_in.treatment) | _united(bits.exposures, check_in.exposed)
    for symptom, zones in check_in.where.items():
        facts |= _united(bits.placed, ((symptom, zone) for zone in zones))
    if check_in.temperature_c is not None:
        facts |= _reached(bits.temperatures, check_in.temperature_c)
    return facts


def _reached(limits: Iterable[tuple[float, int]], degrees: float) -> int:
    facts = 0
    for least, bit in limits:
        facts |= bit if degrees >= least else 0
    return facts


def _united(bits: Mapping[Any, int], words: Iterable[Any]) -> int:
    facts = 0
    for word in words:
        facts |= bits.get(word, 0)
    return facts
