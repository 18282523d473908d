"""What must hold before a protocol may be published, proved over every cell of its tables."""

from collections.abc import Iterator
from itertools import pairwise, product

from triage.rules.cases import judge_case, read_case
from triage.rules.faults import Fault
from triage.rules.forms import FORMS
from triage.rules.protocol import Protocol
from triage.rules.read_protocol import CASES_FILE, check_switched_off, parse
from triage.rules.tables import LEVELS, STRIDE, SymptomTable, Tables
from triage.rules.vocabulary import COMMON, Course, Urgency
from triage.rules.wording import day_of

CASE_EXTRAS = ("expect", "title", "evidence", "source", "why")


def prove(tables: Tables) -> list[Fault]:
    """Return every property that a compiled protocol breaks; empty: it may be published."""
    faults: list[Fault] = []
    for table in tables.symptoms.values():
        for proof in (_total, _monotone_in_severity, _monotone_in_course, _monotone_in_hours, _reachable):
            faults += proof(table)
    faults += _outside_follow_up(tables.protocol)
    faults += check_switched_off(tables.protocol)
    faults += _run_cases(tables)
    return faults


def calmer_later_rules(protocol: Protocol) -> list[str]:
    """Return, for the reviewer, every rule that may give a later report a calmer answer, with its reason."""
    return [f"{rule.id}: {rule.calmer_later}" for rule in protocol.all_rules() if rule.calmer_later]


def urgency_at(table: SymptomTable, interval: int, form: int, severity: int) -> Urgency:
    """Return the urgency of one cell."""
    fired = table.answers[table.cells[interval * STRIDE + form * LEVELS + severity]]
    return max((entry.rule.urgency for entry in fired), default=Urgency.self_care)


def _path(table: SymptomTable) -> str:
    return f"protocol.toml:symptoms.{table.window.symptom}"


def _example(table: SymptomTable, interval: int, form: int, severity: int) -> str:
    course = Course(form).name if form < len(Course) else "history"
    symptom = table.window.symptom
    return f"{symptom} {severity}, course {course}, {day_of(table.starts[interval])}"


def _total(table: SymptomTable) -> Iterator[Fault]:
    """Every symptom, hour, severity and course has exactly one answer."""
    cells = len(table.starts) * STRIDE
    if len(table.cells) != cells or max(table.cells) >= len(table.answers):
        yield Fault(_path(table), f"{len(table.cells)} of {cells} cells answered", "cover every hour")


def _rises(table: SymptomTable, calm: tuple[int, int, int], worse: tuple[int, int, int], said: str) -> Iterator[Fault]:
    """Yield a fault where the worse of two reports gets the calmer answer."""
    calm_urgency, worse_urgency = urgency_at(table, *calm), urgency_at(table, *worse)
    if worse_urgency < calm_urgency:
        found = (
            f"{_example(table, *worse)} is {worse_urgency.name}, but {_example(table, *calm)} is {calm_urgency.name}"
        )
        yield Fault(_path(table), found, said)


def _monotone_in_severity(table: SymptomTable) -> Iterator[Fault]:
    for interval, form in product(range(len(table.starts)), range(FORMS)):
        for low, high in pairwise(range(LEVELS)):
            yield from _rises(
                table, (interval, form, low), (interval, form, high), "a more severe report must not be calmer"
            )


def _monotone_in_course(table: SymptomTable) -> Iterator[Fault]:
    order = (Course.better, Course.same, Course.worse)
    for interval, severity in product(range(len(table.starts)), range(LEVELS)):
        for calm, worse in pairwise(order):
            yield from _rises(
                table, (interval, calm, severity), (interval, worse, severity), "a worse course must not be calmer"
            )
        pair = (interval, Course.better, severity), (interval, Course.unknown, severity)
        yield from _rises(table, *pair, "an unknown course must not be calmer than a better one")


def _monotone_in_hours(table: SymptomTable) -> Iterator[Fault]:
    """From the end of the highest plateau on, later is never calmer, but for rules that say why."""
    top = max(range(len(table.ceilings)), key=lambda number: (table.ceilings[number], number))
    for early, form, severity in product(range(top, len(table.starts) - 1), range(FORMS), range(LEVELS)):
        declared = any(fired.rule.calmer_later for fired in _answer(table, early, form, severity))
        ends = early + 1 == len(table.starts) - 1  # the follow-up is over: declared by its own rule
        if not declared and not ends:
            said = "a later report must not be calmer; or say why with calmer_later on the rule"
            yield from _rises(table, (early, form, severity), (early + 1, form, severity), said)


def _answer(table: SymptomTable, interval: int, form: int, severity: int) -> tuple:  # type: ignore[type-arg]
    return table.answers[table.cells[interval * STRIDE + form * LEVELS + severity]]


def _reachable(table: SymptomTable) -> Iterator[Fault]:
    """Every rule fires in some cell, and is not always hidden by a more urgent one."""
    firing = {fired.rule.id for answer in table.answers for fired in answer}
    for number, rule in enumerate(table.window.rules):
        if rule.rule.id not in firing:
            path = f"{_path(table)}.rules[{number}]"
            yield Fault(path, f"{rule.rule.id} can never fire", "another rule always comes first, or no hour allows it")


def _outside_follow_up(protocol: Protocol) -> Iterator[Fault]:
    for rule in protocol.all_rules():
        if rule.from_hour >= protocol.follow_up_hours:
            yield Fault(f"protocol.toml:{rule.id}", "starts after the follow-up", "start it earlier")
    if not protocol.afterwards.calmer_later:
        yield Fault("protocol.toml:follow_up.calmer_later", "missing", "say why the end of the follow-up is calmer")
    missing = set(COMMON.signs) - {sign.sign for sign in protocol.signs}
    yield from (Fault(f"protocol.toml:signs.{sign}", "missing", "every danger sign needs a rule") for sign in missing)


def _run_cases(tables: Tables) -> Iterator[Fault]:
    """Judge every case of the protocol; each must come out exactly as it expects."""
    faults: list[Fault] = []
    cases = parse(CASES_FILE, tables.protocol.unread[CASES_FILE], faults).get("cases")
    if faults:
        yield from faults
    elif not isinstance(cases, list) or not cases:
        yield Fault("cases.toml:cases", "is no list of cases", "a protocol carries the cases that it must judge right")
    seen: set[str] = set()
    for number, mapping in enumerate(cases if isinstance(cases, list) else ()):
        path = f"cases.toml:cases[{number}]"
        yield from _run_case(tables, mapping, path)
        case_id = repr(mapping.get("id") if isinstance(mapping, dict) else number)
        if case_id in seen:
            yield Fault(f"{path}.id", f"{case_id} is used twice", "give each case an id of its own")
        seen.add(case_id)


def _run_case(tables: Tables, mapping: object, path: str) -> Iterator[Fault]:
    case, faults = read_case(mapping, tables.protocol.vocabulary, CASE_EXTRAS)
    yield from (fault._replace(path=f"{path}.{fault.path}".rstrip(".")) for fault in faults)
    expect = mapping.get("expect") if isinstance(mapping, dict) else None
    if not isinstance(expect, str) or expect not in Urgency.__members__:
        yield Fault(f"{path}.expect", f"{expect!r} is no urgency", "give one of: " + ", ".join(Urgency.__members__))
    elif case is not None:
        found = judge_case(tables, case).urgency.name
        if found != expect:
            yield Fault(f"{path}.expect", f"{case.id!r} is judged {found}, not {expect}", "mend rule or case")
