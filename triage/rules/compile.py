"""Protocol -> Tables: every hour, form and severity of every symptom gets exactly one answer."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from triage.rules.faults import Fault
from triage.rules.forms import FORM_SETS, FORMS, HISTORY_FORMS, MEETING, form_table
from triage.rules.protocol import COURSE_WORDS, Combination, Condition, ExpectedWindow, Protocol, SymptomRule
from triage.rules.read_protocol import ProtocolError
from triage.rules.tables import (
    COURSE,
    FULL,
    LEVELS,
    QUIET,
    STRIDE,
    CombinationMask,
    ConditionBits,
    Fired,
    SignRule,
    SymptomTable,
    Tables,
)
from triage.rules.vocabulary import Course

BEYOND_COURSES = {"": tuple(Course), "same": tuple(Course)[1:], "worse": (Course.worse,)}
MOST = 255  # intervals and answers of one symptom: each is one byte of the table
NO_BITS = (0,) * FORM_SETS

Columns = list[list[tuple[int, ...]]]  # form -> severity -> numbers of rules in a list of Fired


def compile_protocol(protocol: Protocol) -> Tables:
    """Return the decision tables of a protocol. Pure arithmetic: the same protocol gives the same bytes.

    Raises ProtocolError where a symptom has more hours or answers than a table holds.
    """
    bits: dict[Condition, int] = {}
    combinations = tuple(_compile_combination(combination, bits) for combination in protocol.combinations)
    symptoms = {window.symptom: compile_window(window, protocol, bits) for window in protocol.windows}
    return Tables(
        protocol=protocol,
        form_table=form_table(protocol.history.rise_by),
        symptoms=symptoms,
        quick={symptom: table.quick() for symptom, table in symptoms.items()},
        signs={s.sign: SignRule(s.rule, s.early, (s.early and s.early.until_hour) or 0) for s in protocol.signs},
        implied={sign.sign: sign.implies for sign in protocol.signs if sign.implies},
        combinations=combinations,
        bits=_by_words(bits),
        matched={},
        raises={factor.risk_factor: frozenset(factor.raises) for factor in protocol.risk_factors},
        results=dict(protocol.results),
        groups={rule.id: rule.group for rule in protocol.all_rules()},
    )


def compile_window(window: ExpectedWindow, protocol: Protocol, bits: Mapping[Condition, int]) -> SymptomTable:
    """Return the table of one symptom."""
    starts = _starts(window, protocol.follow_up_hours)
    ceilings = tuple(_ceiling(window, start) for start in starts)
    fired: list[Fired] = []
    numbers: dict[tuple[int, ...], int] = {(): 0}
    cells = bytearray()
    for start, ceiling in zip(starts, ceilings, strict=True):
        for column in _columns(window, start, ceiling, protocol, fired):
            found = [numbers.setdefault(cell, len(numbers)) for cell in column]
            if len(starts) > MOST or len(numbers) > MOST:
                raise _too_large(window)
            cells += bytes(found)
    return SymptomTable(
        window=window,
        starts=starts,
        ceilings=ceilings,
        interval_at=_interval_at(starts),
        cells=bytes(cells),
        answers=tuple(tuple(fired[number] for number in cell) for cell in numbers),
        severity_bits=tuple(_severity_bits(window.symptom, severity, bits) for severity in range(LEVELS)),
        form_bits=_form_bits(window.symptom, bits),
        needs=_needs(cells, [condition for condition in bits if condition.what == window.symptom]),
        remembered={},
    )


def _needs(cells: Sequence[int], conditions: Iterable[Condition]) -> bytes:
    """Return for each interval and severity how much of the history must be looked at."""
    kinds = {condition.kind for condition in conditions} & COURSE_WORDS.keys()
    least = FULL if kinds - {"worse", "growing"} else COURSE if kinds else QUIET
    return bytes(
        FULL if any(cells[start + severity : start + STRIDE : LEVELS]) else least
        for start in range(0, len(cells), STRIDE)
        for severity in range(LEVELS)
    )


def _too_large(window: ExpectedWindow) -> ProtocolError:
    said = f"has more than {MOST} different hours or answers"
    return ProtocolError([Fault(f"protocol.toml:symptoms.{window.symptom}", said, "give fewer rules or hours")])


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


def _columns(window: ExpectedWindow, hour: int, ceiling: int, protocol: Protocol, fired: list[Fired]) -> Columns:
    """Return, for one interval, the answer for each form and severity; the rules of it are added to `fired`."""
    columns: Columns = [[()] * LEVELS for _ in range(FORMS)]
    since = max(c.from_hour for c in window.expected if c.from_hour <= hour)
    if hour >= protocol.follow_up_hours:
        fired.append(_fired(window, SymptomRule(protocol.afterwards, "beyond"), 0, protocol.follow_up_hours))
        left = [(), *[(len(fired) - 1,)] * (LEVELS - 1)]
        return [left if form < len(Course) else column for form, column in enumerate(columns)]
    active = [rule for rule in window.rules if rule.rule.holds_at(hour)]
    for rule in sorted(active, key=lambda rule: -rule.rule.urgency):
        fired.append(_fired(window, rule, ceiling, since))
        for form in forms_of(rule):
            for severity in range(least_severity(rule, ceiling), LEVELS):
                _add(columns[form], severity, fired)
    return columns


def _add(column: list[tuple[int, ...]], severity: int, fired: list[Fired]) -> None:
    """Add the last rule to a cell; of several for the same reason the most urgent, which comes first, stands."""
    if all(fired[number].reason != fired[-1].reason for number in column[severity]):
        column[severity] = (*column[severity], len(fired) - 1)


def _fired(window: ExpectedWindow, rule: SymptomRule, ceiling: int, since: int) -> Fired:
    common, reason = rule.rule, _reason(rule, ceiling)
    head = (common.id, common.urgency, reason, ("symptom", window.symptom))
    tail = ({"at_most": ceiling, "from_hour": since}, common.source, common.advice)
    return Fired(common, reason, ceiling, since, head, tail)


def forms_of(rule: SymptomRule) -> tuple[int, ...]:
    """Return the forms in which a rule fires."""
    if rule.when == "beyond":
        return BEYOND_COURSES[rule.course]
    if rule.when in ("worse", "new"):
        return (Course[rule.when],)
    return (HISTORY_FORMS[rule.when],)


def least_severity(rule: SymptomRule, ceiling: int) -> int:
    """Return the lowest severity at which a rule fires under a ceiling."""
    return max(rule.severity, ceiling + rule.by) if rule.when == "beyond" else rule.severity


def _reason(rule: SymptomRule, ceiling: int) -> str:
    if rule.when == "beyond":
        return "above_expected" if ceiling else "persisting"
    return {"worse": "worsening", "new": "new_late", "late": "late_onset"}.get(rule.when, rule.when)


def _compile_combination(combination: Combination, bits: dict[Condition, int]) -> CombinationMask:
    """Return one mask for each way to meet the combination."""
    base = sum(_bit(condition, bits) for condition in dict.fromkeys(combination.all_of))
    masks = tuple(base | _bit(condition, bits) for condition in combination.any_of) or (base,)
    conditions = tuple(
        (_bit(condition, bits), condition.words()) for condition in combination.all_of + combination.any_of
    )
    return CombinationMask(combination.rule, masks, conditions)


def _bit(condition: Condition, bits: dict[Condition, int]) -> int:
    return bits.setdefault(condition, 1 << len(bits))


def _by_words(bits: dict[Condition, int]) -> ConditionBits:
    """Return the bits so that a report's own words find theirs, instead of every bit asking the report."""
    kinds: dict[str, dict[str, int]] = {}
    for condition, bit in bits.items():
        kinds.setdefault(condition.kind, {})[condition.what] = bit
    return ConditionBits(
        signs=kinds.get("sign", {}),
        placed={c.place: bit for c, bit in bits.items() if c.kind == "placed"},
        risk_factors=kinds.get("risk", {}),
        treatments=kinds.get("treatment", {}),
        exposures=kinds.get("exposed", {}),
        temperatures=tuple((c.least, bit) for c, bit in bits.items() if c.kind == "temperature"),
    )


def _severity_bits(symptom: str, severity: int, bits: Mapping[Condition, int]) -> int:
    return sum(bits.get(Condition("symptom", symptom, step), 0) for step in range(1, severity + 1))


def _form_bits(symptom: str, bits: Mapping[Condition, int]) -> tuple[int, ...]:
    asked = [(MEETING[c.kind], bit) for c, bit in bits.items() if c.kind in COURSE_WORDS and c.what == symptom]
    if not asked:
        return NO_BITS
    return tuple(sum(bit for meeting, bit in asked if form_set in meeting) for form_set in range(FORM_SETS))
