"""Combinations: what several facts mean together, as bit masks over the facts of one report."""

from collections.abc import Collection

from triage.rules.check_in import CheckIn
from triage.rules.findings import Finding
from triage.rules.tables import Tables


def combination_findings(
    tables: Tables,
    check_in: CheckIn,
    signs: frozenset[str],
    worse: set[str],
    risk_factors: Collection[str],
    hours: float,
) -> list[Finding]:
    """Return the combinations that hold for a report."""
    facts = _facts(tables, check_in, signs, worse, risk_factors)
    found = []
    for combination in tables.combinations:
        rule = combination.rule
        if not (rule.from_hour <= hours and (rule.until_hour is None or hours < rule.until_hour)):
            continue
        if any(facts & mask == mask for mask in combination.masks):
            held = [words for bit, words in combination.conditions if facts & bit]
            observed = {"together": held, "hour": int(hours)}
            found.append(
                Finding(
                    rule.id,
                    rule.urgency,
                    "combination",
                    ("combination", rule.id),
                    observed,
                    {},
                    rule.source,
                    rule.advice,
                )
            )
    return found


def _facts(
    tables: Tables, check_in: CheckIn, signs: frozenset[str], worse: set[str], risk_factors: Collection[str]
) -> int:
    """Return the bits of all conditions that the report meets; severity and temperature bits are cumulative."""
    told = {
        "sign": signs,
        "worse": worse,
        "risk": risk_factors,
        "treatment": check_in.treatment,
        "exposed": check_in.exposed,
        "placed": {f"{symptom} in {zone}" for symptom, zones in check_in.where.items() for zone in zones},
    }
    facts = 0
    for (kind, what, least), bit in tables.bits.items():
        if kind == "symptom":
            holds = check_in.symptoms.get(what, 0) >= least
        elif kind == "temperature":
            holds = check_in.temperature_c is not None and check_in.temperature_c >= least
        else:
            holds = what in told[kind]
        if holds:
            facts |= bit
    return facts
