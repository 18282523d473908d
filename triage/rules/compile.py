"""Protocol -> Tables: every hour, form and severity of every symptom gets exactly one answer."""

from itertools import pairwise

from triage.rules.protocol import Combination, Condition, ExpectedWindow, Protocol, SymptomRule
from triage.rules.tables import (
    FORMS,
    HISTORY_FORMS,
    LEVELS,
    CombinationMask,
    Fired,
    SignRule,
    SymptomTable,
    Tables,
)
from triage.rules.vocabulary import Course

BEYOND_COURSES = {"": tuple(Course), "same": tuple(Course)[1:], "worse": (Course.worse,)}
MOST_INTERVALS = 255


def compile_protocol(protocol: Protocol) -> Tables:
    """Return the decision tables of a protocol. Pure arithmetic: the same protocol gives the same bytes."""
    bits: dict[tuple[str, str, float], int] = {}
    return Tables(
        protocol=protocol,
        symptoms={window.symptom: compile_window(window, protocol) for window in protocol.windows},
        signs={s.sign: SignRule(s.rule, s.early, (s.early and s.early.until_hour) or 0) for s in protocol.signs},
        implied={sign.sign: sign.implies for sign in protocol.signs if sign.implies},
        combinations=tuple(_compile_combination(combination, bits) for combination in protocol.combinations),
        bits=_by_kind(bits),
        raises={factor.risk_factor: frozenset(factor.raises) for factor in protocol.risk_factors},
        results=dict(protocol.results),
        groups={rule.id: rule.group for rule in protocol.all_rules()},
    )


def compile_window(window: ExpectedWindow, protocol: Protocol) -> SymptomTable:
    """Return the table of one symptom."""
    starts = _starts(window, protocol.follow_up_hours)
    ceilings = tuple(_ceiling(window, start) for start in starts)
    numbers: dict[tuple[Fired, ...], int] = {(): 0}
    cells = bytearray()
    for start, ceiling in zip(starts, ceilings, strict=True):
        columns = _columns(window, start, ceiling, protocol)
        for form in range(FORMS):
            for severity in range(LEVELS):
                cells.append(numbers.setdefault(columns[form][severity], len(numbers)))
    return SymptomTable(
        window=window,
        starts=starts,
        ceilings=ceilings,
        interval_at=_interval_at(starts),
        cells=bytes(cells),
        answers=tuple(numbers),
    )


def _starts(window: ExpectedWindow, follow_up_hours: int) -> tuple[int, ...]:
    hours = {0, follow_up_hours} | {ceiling.from_hour for ceiling in window.expected}
    for rule in window.rules:
        hours |= {rule.rule.from_hour, rule.rule.until_hour or 0}
    return tuple(sorted(hour for hour in hours if hour <= follow_up_hours))


def _interval_at(starts: tuple[int, ...]) -> bytes:
    """Return the number of the interval for each whole hour up to the start of the last one."""
    spans = [bytes([number]) * (end - start) for number, (start, end) in enumerate(pairwise(starts))]
    return b"".join(spans) + bytes([len(starts) - 1])


def _ceiling(window: ExpectedWindow, hour: int) -> int:
    return [ceiling.at_most for ceiling in window.expected if ceiling.from_hour <= hour][-1]


def _columns(window: ExpectedWindow, hour: int, ceiling: int, protocol: Protocol) -> list[list[tuple[Fired, ...]]]:
    """Return, for one interval, the answer for each form and severity."""
    columns: list[list[tuple[Fired, ...]]] = [[() for _ in range(LEVELS)] for _ in range(FORMS)]
    since = max(c.from_hour for c in window.expected if c.from_hour <= hour)
    if hour >= protocol.follow_up_hours:
        left = (Fired(protocol.afterwards, "persisting", 0, protocol.follow_up_hours),)
        return [[(), *[left] * (LEVELS - 1)] if form < len(Course) else column for form, column in enumerate(columns)]
    active = [rule for rule in window.rules if rule.rule.holds_at(hour)]
    for rule in sorted(active, key=lambda rule: -rule.rule.urgency):
        for form in _forms(rule):
            for severity in range(_least(rule, ceiling), LEVELS):
                _add(columns[form], severity, Fired(rule.rule, _reason(rule, ceiling), ceiling, since))
    return columns


def _add(column: list[tuple[Fired, ...]], severity: int, fired: Fired) -> None:
    """Add a rule to a cell; of several rules for the same reason the most urgent, which comes first, stands."""
    if all(other.reason != fired.reason for other in column[severity]):
        column[severity] = (*column[severity], fired)


def _forms(rule: SymptomRule) -> tuple[int, ...]:
    if rule.when == "beyond":
        return BEYOND_COURSES[rule.course]
    if rule.when in ("worse", "new"):
        return (Course[rule.when],)
    return (HISTORY_FORMS[rule.when],)


def _least(rule: SymptomRule, ceiling: int) -> int:
    """Return the lowest severity at which a rule fires under a ceiling."""
    return max(rule.severity, ceiling + rule.by) if rule.when == "beyond" else rule.severity


def _reason(rule: SymptomRule, ceiling: int) -> str:
    if rule.when == "beyond":
        return "above_expected" if ceiling else "persisting"
    return {"worse": "worsening", "new": "new_late", "late": "late_onset"}.get(rule.when, rule.when)


def _compile_combination(combination: Combination, bits: dict[tuple[str, str, float], int]) -> CombinationMask:
    """Return one mask for each way to meet the combination."""
    base = sum(_bit(condition, bits) for condition in dict.fromkeys(combination.all_of))
    masks = tuple(base | _bit(condition, bits) for condition in combination.any_of) or (base,)
    conditions = tuple(
        (_bit(condition, bits), condition.words()) for condition in combination.all_of + combination.any_of
    )
    return CombinationMask(combination.rule, masks, conditions)


def _bit(condition: Condition, bits: dict[tuple[str, str, float], int]) -> int:
    return bits.setdefault((condition.kind, condition.what, condition.least), 1 << len(bits))


def _by_kind(bits: dict[tuple[str, str, float], int]) -> dict[str, dict[str, tuple[tuple[float, int], ...]]]:
    """Return the bits so that a report's own words find theirs, instead of every bit asking the report."""
    found: dict[str, dict[str, tuple[tuple[float, int], ...]]] = {}
    for (kind, what, least), bit in bits.items():
        words = found.setdefault(kind, {})
        words[what] = (*words.get(what, ()), (least, bit))
    return found
