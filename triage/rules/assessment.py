"""The heart: one check-in, its history and a compiled protocol give an assessment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.rules.check_in import CLOCK_TOLERANCE, CheckIn
from triage.rules.combinations import combination_findings, facts_said
from triage.rules.findings import Assessment, Finding, conclude
from triage.rules.forms import CODES, COURSES, FORM_NAMES, NO_HISTORY, WORST_COURSE, last_in
from triage.rules.history import HOUR, Past, is_late, latest_procedure, look_back, recall, recall_last
from triage.rules.notes import find_signs
from triage.rules.protocol import Rule
from triage.rules.tables import FULL, LEVELS, MOST_REMEMBERED, QUIET, Answer, Tables
from triage.rules.vocabulary import RAISED_BELOW, Course, Urgency

UNREADABLE = Finding(
    "unreadable",
    Urgency.routine,
    "unreadable",
    ("report", "unreadable"),
    {},
    {},
    "judgement: what could not be read may have been the worst of it",
    "",
)


class Situation(NamedTuple):
    """What is known of a patient at the moment that is judged."""

    procedures: Sequence[datetime]  # ends of needling, any order; at least one
    earlier: Sequence[CheckIn] = ()  # check-ins before the judged one, oldest first
    risk_factors: Collection[str] = ()
    # The first and the latest finding at urgent or above that no human has closed; None: there is none.
    danger: tuple[datetime, datetime] | None = None


def assess(
    tables: Tables, situation: Situation, check_in: CheckIn, problems: bool = False, unreadable: bool = False
) -> Assessment:
    """Compare a check-in with the course that the protocol expects at its own time.

    Procedures and earlier check-ins after `check_in.at` are not looked at. `problems`: the report has faults, so a
    human must look; `unreadable`: a part was lost that may have said how the patient is, so a human must hear of it.
    """
    hours = max(0.0, (check_in.at - latest_procedure(situation.procedures, check_in.at)) / HOUR)
    past = look_back(situation.procedures, situation.earlier, check_in.at, tables.protocol.follow_up_hours)
    findings = judge(tables, check_in, hours, past, situation.risk_factors)
    if unreadable:
        findings.append(UNREADABLE)
    findings += _held_findings(tables, situation.danger, check_in.at, findings)
    review = ("note",) * bool(check_in.note) + ("problem",) * problems
    return conclude(findings, review, tables.protocol.stamp())


def judge(
    tables: Tables, check_in: CheckIn, hours: float, past: Sequence[Past], risk_factors: Collection[str]
) -> list[Finding]:
    """Return what the rules find in one report, in the order of its words; the hold on later reports comes after.

    `hours`: since the latest procedure, never negative. `past`: the reports before it, oldest first.
    """
    findings: list[Finding] = []
    facts = _judge_symptoms(tables, check_in, int(hours), past, findings)
    says_more = check_in.signs or check_in.note or check_in.temperature_c is not None
    signs = named_signs(tables, check_in) if says_more else {}
    for sign, told in signs.items():
        findings.append(_sign_finding(tables, sign, told, hours))
    if says_more or risk_factors or check_in.treatment or check_in.exposed or check_in.where:
        facts |= facts_said(tables, check_in, signs, risk_factors)
    if facts:
        findings += combination_findings(tables, facts, hours)
    if check_in.result or check_in.wants_call:
        findings += _other_findings(tables, check_in, hours)
    if risk_factors and findings:
        findings += list(_risk_findings(tables, risk_factors, findings))
    return findings


def _judge_symptoms(tables: Tables, check_in: CheckIn, hour: int, past: Sequence[Past], findings: list[Finding]) -> int:
    """Add what the tables say of each symptom to the findings; return the facts that combinations ask for."""
    facts, course, quick, limits = 0, check_in.course, tables.quick, tables.protocol.history
    for symptom, severity in check_in.symptoms.items():
        if not severity:
            continue
        interval_at, end, needs, bits, remembered, clock = quick[symptom]
        place = interval_at[hour if hour < end else end] * LEVELS + severity
        if needs[place] == QUIET:
            facts |= bits[severity]
            continue
        code = NO_HISTORY
        if past:
            code = recall(symptom, past, limits) if needs[place] == FULL else recall_last(symptom, past)
            code += clock is not None and is_late(symptom, past, clock)
        stated = _STATED[course.get(symptom)] if course else UNKNOWN
        key = (place * COURSES + stated) * CODES + code
        try:
            answer = remembered[key]
        except KeyError:  # asked once, not looked up first: another thread may clear it in between
            answer = _remember(tables, symptom, key)
        if answer is not None:
            facts |= answer[1]
            findings += _told(answer, severity, hour) if answer[0] else ()
    return facts


def _told(answer: Answer, severity: int, hour: int) -> list[Finding]:
    parts, _, last, course, forms = answer
    observed = {"severity": severity, "hour": hour, "last": last, "course": course, "forms": forms}
    return [Finding(*head, observed, *tail) for head, tail in parts]


def _remember(tables: Tables, symptom: str, key: int) -> Answer | None:
    """Put together what a severity, course and history mean in an interval; None: nothing."""
    table = tables.symptoms[symptom]
    place, code = divmod(key, COURSES * CODES)
    interval, severity = divmod(place, LEVELS)
    form_set = tables.form_table[severity * COURSES * CODES + code]
    fired = table.merge(interval, form_set, severity)
    bits = table.severity_bits[severity] | table.form_bits[form_set]
    if len(table.remembered) >= MOST_REMEMBERED:
        table.remembered.clear()
    answer = None
    if fired or bits:
        parts = tuple((rule.head, rule.tail) for rule in fired)
        answer = Answer(parts, bits, last_in(code % CODES), WORST_COURSE[form_set], FORM_NAMES[form_set])
    table.remembered[key] = answer
    return answer


UNKNOWN = int(Course.unknown)
_STATED: dict[str | None, int] = {None: UNKNOWN, **{course.name: int(course) for course in Course}}


def named_signs(tables: Tables, check_in: CheckIn) -> dict[str, str]:
    """Return every sign that counts, with how it was told: ticked, measured, or the words of the note."""
    signs = dict.fromkeys(check_in.signs, "ticked")
    if check_in.temperature_c is not None:
        for limit in tables.protocol.temperatures:
            if check_in.temperature_c >= limit.at_least:
                signs.setdefault(limit.sign, f"measured {check_in.temperature_c:.1f} C")
    if check_in.note:
        for sign, words in find_signs(check_in.note, tables.protocol.words).items():
            signs.setdefault(sign, f"note: {words}")
    for sign in tuple(signs):
        for implied in tables.implied.get(sign, ()):
            signs.setdefault(implied, f"because of {sign}")
    return signs


def _sign_finding(tables: Tables, sign: str, told: str, hours: float) -> Finding:
    entry = tables.signs[sign]
    rule = entry.early if entry.early and hours < entry.early_until else entry.rule
    reason = "note" if told.startswith("note: ") else "danger_sign"
    observed = {"told": told, "hour": int(hours)}
    return Finding(rule.id, rule.urgency, reason, ("sign", sign), observed, {}, rule.source, rule.advice)


def _other_findings(tables: Tables, check_in: CheckIn, hours: float) -> Iterator[Finding]:
    """Yield what follows from the look of the result and from the wish for a call."""
    for result in check_in.result:
        rule = tables.results[result]
        if rule.holds_at(hours):
            yield _plain_finding(
                rule, "result", ("result", result), {"hour": int(hours)}, {"until_hour": rule.from_hour}
            )
    if check_in.wants_call:
        yield _plain_finding(tables.protocol.wants_call, "wants_call", ("patient", "wants_call"), {}, {})


def _plain_finding(
    rule: Rule, reason: str, what: tuple[str, str], observed: Mapping[str, object], expected: Mapping[str, object]
) -> Finding:
    return Finding(rule.id, rule.urgency, reason, what, observed, expected, rule.source, rule.advice)


def _risk_findings(tables: Tables, risk_factors: Collection[str], findings: list[Finding]) -> Iterator[Finding]:
    """Yield one finding a risk factor that raises something: one step, at most to urgent, never from self-care."""
    for factor in risk_factors:
        raised = tables.raises.get(factor, frozenset())
        hit = [f for f in findings if f.urgency < RAISED_BELOW and tables.groups.get(f.rule) in raised]
        if hit:
            most = max(hit, key=lambda finding: finding.urgency)
            observed = {"raises": most.rule, "from": most.urgency.name}
            source = next(entry.source for entry in tables.protocol.risk_factors if entry.risk_factor == factor)
            urgency = Urgency(most.urgency + 1)
            yield Finding(f"risk.{factor}", urgency, "risk_factor", ("risk_factor", factor), observed, {}, source, "")


def _held_findings(
    tables: Tables, danger: tuple[datetime, datetime] | None, at: datetime, findings: list[Finding]
) -> Iterator[Finding]:
    hold = tables.protocol.hold
    if danger is None or not danger[0] - CLOCK_TOLERANCE <= at < danger[1] + hold.hours * HOUR:
        return
    if all(finding.urgency < hold.floor for finding in findings):
        observed = {"danger_at": danger[1].isoformat()}
        yield _plain_finding(tables.protocol.held, "held", ("episode", "hold"), observed, {"hours": hold.hours})
