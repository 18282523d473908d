"""The heart: one check-in, its history and a compiled protocol give an assessment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.rules.check_in import CLOCK_TOLERANCE, CheckIn
from triage.rules.combinations import Facts, combination_findings
from triage.rules.findings import Assessment, Finding, conclude
from triage.rules.history import EMPTY, Earlier, Summary, derive_course, summarise
from triage.rules.notes import find_signs
from triage.rules.protocol import HistoryLimits, Rule
from triage.rules.tables import LATE, NOT_IMPROVING, RAPID_RISE, RELAPSE, Fired, SymptomTable, Tables
from triage.rules.vocabulary import Course, Urgency

HOUR = timedelta(hours=1)
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
    since = latest_procedure(situation.procedures, check_in.at)
    hours = max(0.0, (check_in.at - since) / HOUR)
    worse: set[str] = set()
    findings = list(_symptom_findings(tables, situation, check_in, since, worse))
    signs = named_signs(tables, check_in)
    findings += [_sign_finding(tables, sign, named, hours) for sign, named in signs.items()]
    known = Facts(frozenset(signs), frozenset(worse), frozenset(situation.risk_factors), hours)
    findings += combination_findings(tables, check_in, known)
    findings += _other_findings(tables, check_in, hours)
    if unreadable:
        findings.append(UNREADABLE)
    findings += list(_risk_findings(tables, situation.risk_factors, findings))
    findings += list(_held_findings(tables, situation.danger, check_in.at, findings))
    review = ("note",) * bool(check_in.note) + ("problem",) * problems
    return conclude(findings, review, tables.protocol.stamp())


def latest_procedure(procedures: Sequence[datetime], at: datetime) -> datetime:
    """Return the procedure that acute symptoms count from: the latest up to `at`, else the first there is."""
    if len(procedures) == 1:
        return procedures[0]
    return max((moment for moment in procedures if moment <= at), default=None) or min(procedures)


def _symptom_findings(
    tables: Tables, situation: Situation, check_in: CheckIn, since: datetime, worse: set[str]
) -> Iterator[Finding]:
    """Yield what the decision table says of each symptom; `worse` is filled with the symptoms that got worse."""
    hour = max(0, int((check_in.at - since) / HOUR))
    limits = tables.protocol.history
    past = _look_back(situation, check_in.at, since, tables.protocol.follow_up_hours)
    for symptom, severity in check_in.symptoms.items():
        if severity == 0:
            continue
        readings = _earlier_readings(symptom, past)
        summary = summarise(readings, tables.symptoms[symptom].window, limits) if readings else EMPTY
        courses = {Course[check_in.course.get(symptom, "unknown")], derive_course(severity, summary.last)}
        if Course.worse in courses:
            worse.add(symptom)
        if len(courses) == 2:
            courses.discard(Course.unknown)
        forms = sorted(courses) + _history_forms(severity, summary, limits)
        for fired in _fired(tables.symptoms[symptom], hour, severity, forms):
            yield _symptom_finding(fired, symptom, severity, hour, summary, courses)


def _fired(table: SymptomTable, hour: int, severity: int, forms: list[int]) -> Iterator[Fired]:
    """Yield each rule once, and for each reason only the most urgent one."""
    best: dict[str, Fired] = {}
    for form in forms:
        for fired in table.answer(hour, form, severity):
            known = best.get(fired.reason)
            if known is None or fired.rule.urgency > known.rule.urgency:
                best[fired.reason] = fired
    yield from best.values()


def _history_forms(severity: int, summary: Summary, limits: HistoryLimits) -> list[int]:
    forms = []
    if summary.has_gone:
        forms.append(RELAPSE)
    if summary.before is not None and severity >= summary.before:
        forms.append(NOT_IMPROVING)
    if summary.lowest is not None and severity - summary.lowest >= limits.rise_by:
        forms.append(RAPID_RISE)
    if summary.is_late:
        forms.append(LATE)
    return forms


class Past(NamedTuple):
    """An earlier check-in as the judged one sees it."""

    check_in: CheckIn
    age: float  # hours before the judged one
    hour: float  # since the procedure that was the latest at its own time
    is_current: bool  # reported since the procedure that is the latest now


def _look_back(situation: Situation, at: datetime, since: datetime, follow_up_hours: int) -> list[Past]:
    past = []
    for check_in in situation.earlier:
        age = (at - check_in.at) / HOUR
        if 0 < age <= follow_up_hours:
            own = latest_procedure(situation.procedures, check_in.at)
            past.append(Past(check_in, age, max(0.0, (check_in.at - own) / HOUR), own == since))
    return past


def _earlier_readings(symptom: str, past: list[Past]) -> list[Earlier]:
    """Return one symptom's readings; of two reports of one moment, which amend each other, the more severe stands."""
    readings: dict[float, Earlier] = {}
    for check_in, age, hour, is_current in past:
        severity = check_in.symptoms.get(symptom)
        if severity is not None:
            reading = Earlier(severity, check_in.course.get(symptom, ""), age, hour, is_current)
            readings[age] = max(readings[age], reading) if age in readings else reading
    return list(readings.values())


def _symptom_finding(
    fired: Fired, symptom: str, severity: int, hour: int, summary: Summary, courses: set[Course]
) -> Finding:
    observed = {"severity": severity, "hour": hour, "last": summary.last, "course": max(courses).name}
    expected = {"at_most": fired.at_most, "from_hour": fired.since_hour}
    rule = fired.rule
    return Finding(
        rule.id, rule.urgency, fired.reason, ("symptom", symptom), observed, expected, rule.source, rule.advice
    )


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
        hit = [f for f in findings if f.urgency < Urgency.urgent and tables.groups.get(f.rule) in raised]
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
