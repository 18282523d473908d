"""The rule set as CEL, shared by the two CEL peers: a program a rule, or one expression that gives all that fired."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.rules import rule_set as s
from bench.rules.rule_set import RuleSet


class CelRule(NamedTuple):
    """One rule; every part but `condition` is an expression of the reason."""

    condition: str
    rule: str
    urgency: str
    numbers: dict[str, str]


def expected_at(window: tuple[tuple[int, int], ...]) -> str:
    """Return the highest expected severity as nested choices."""
    text = str(window[0][1])
    for start, value in window[1:]:
        text = f"hours >= {float(start)} ? {value} : {text}"
    return f"({text})"


def rules(given: RuleSet) -> list[CelRule]:
    """Return every rule of the rule set."""
    found = [_window(symptom, window) for symptom, window in given.windows.items()]
    found += [CelRule(f"flags.{sign}", f"'sign.{sign}'", f"'{urgency}'", {}) for sign, urgency in given.signs.items()]
    infection = "flags.fever && (flags.pus || flags.spreading_redness)"
    found.append(CelRule(infection, "'combination.systemic_infection'", "'emergency'", {}))
    blisters = f"symptoms.blistering >= {s.BLISTERING} && symptoms.pain >= {s.PAIN}"
    numbers = {"blistering": "symptoms.blistering", "pain": "symptoms.pain"}
    found.append(CelRule(blisters, "'combination.painful_blisters'", "'urgent'", numbers))
    for symptom in given.windows:
        found += _trends(symptom)
    return found


def _window(symptom: str, window: tuple[tuple[int, int], ...]) -> CelRule:
    now, limit = f"symptoms.{symptom}", expected_at(window)
    urgency = f"({now} - {limit} == 1 ? 'routine' : {now} - {limit} == 2 ? 'same_day' : 'urgent')"
    numbers = {"severity": now, "expected": limit, "hours": "hours"}
    return CelRule(f"{now} > {limit}", f"'{symptom}.excess'", urgency, numbers)


def _trends(symptom: str) -> Iterator[CelRule]:
    now, then = f"symptoms.{symptom}", f"h.symptoms.{symptom}"
    last = f"history[size(history) - 1].symptoms.{symptom}"
    yield CelRule(
        f"{now} >= {s.WORSE_SEVERITY} && hours >= {s.WORSE_FROM_HOUR}.0 && size(history) > 0 && {now} > {last}",
        f"({last} > 0 ? '{symptom}.worse' : '{symptom}.new')",
        "'same_day'",
        {"severity": now, "last": last},
    )
    gone = f"g.symptoms.{symptom} == 0 && history.exists(h, h.hours < g.hours && {then} >= 1)"
    numbers = {"severity": now, "gone_hours": f"history.filter(g, {gone})[0].hours"}
    yield CelRule(f"{now} >= 1 && history.exists(g, {gone})", f"'{symptom}.back'", "'routine'", numbers)
    # The latest reading that is old enough, unless it was gone since.
    since = f"k.symptoms.{symptom} == 0 || hours - k.hours >= {s.STUCK_FOR_HOURS}.0"
    before = (
        f"hours - h.hours >= {s.STUCK_FOR_HOURS}.0 && {then} > 0 && {now} >= {then} "
        f"&& !history.exists(k, k.hours > h.hours && ({since}))"
    )
    yield CelRule(
        f"{now} >= {s.STUCK_SEVERITY} && hours >= {s.STUCK_FROM_HOUR}.0 && history.exists(h, {before})",
        f"'{symptom}.not_improving'",
        "'routine'",
        {"severity": now, "before": f"history.filter(h, {before})[0].symptoms.{symptom}"},
    )
    recent = f"hours - h.hours <= {s.RISE_WITHIN_HOURS}.0 && {now} - {then} >= {s.RISE_BY}"
    numbers = {"severity": now, "low": f"history.filter(h, {recent})[0].symptoms.{symptom}"}
    yield CelRule(
        f"{now} >= {s.RISE_BY} && history.exists(h, {recent})", f"'{symptom}.rising_fast'", "'same_day'", numbers
    )


def list_expression(given: RuleSet) -> str:
    """Return one expression for all that fired; dyn() is what a type-checking CEL needs for the mixed list."""
    parts = []
    for condition, rule, urgency, numbers in rules(given):
        body = "".join(f", '{name}': dyn({value})" for name, value in numbers.items())
        parts.append(f"({condition}) ? dyn({{'rule': dyn({rule}), 'urgency': dyn({urgency}){body}}}) : dyn(null)")
    return f"[{', '.join(parts)}].filter(r, r != null)"
