"""What two protocols judge otherwise of danger signs, results, temperatures, calls and combinations.

Each is judged by the engine itself: the least that makes a rule fire, at every hour at which anything can change. What
is more than the least is never judged calmer, so nothing that grew less urgent can hide behind it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from triage.paper.cell_changes import direction, instead, raised
from triage.paper.change import DANGER, Change
from triage.paper.grid import Span, spans
from triage.paper.words import Labels, span_words, with_factors
from triage.rules import CheckIn, Protocol, Situation, Tables, Urgency, assess
from triage.rules.conditions import condition_in_words
from triage.rules.meeting import least_severity, reports_before
from triage.rules.protocol import COURSE_WORDS, Condition

Facts = frozenset[Condition]
PROCEDURE_AT = datetime(2000, 1, 1, tzinfo=UTC)  # any moment: only hours since then are judged
Findings = tuple[tuple[Urgency, str], ...]
Runs = tuple[tuple[Span, Urgency, Urgency], ...]


class Judge:
    """One of the two protocols, with what it answers to facts at an hour."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.groups = {rule.id: rule.group for rule in tables.protocol.all_rules()}
        self.raises = tables.raises
        self.known: dict[tuple[Facts, int], Findings] = {}

    def findings(self, facts: Facts, hour: int) -> Findings:
        """Return the urgency and the group of every finding, for a patient without further risk factors."""
        if (facts, hour) not in self.known:
            factors = [fact.what for fact in facts if fact.kind == "risk"]
            check_in = report(facts, hour, self.tables)
            before, reports = reports_before(sorted(facts), check_in.symptoms, hour, self.tables.protocol)
            procedures = [PROCEDURE_AT - timedelta(hours=hours) for hours in before]
            earlier = [CheckIn(at=check_in.at - timedelta(hours=age), **said) for age, said in reports]
            found = assess(self.tables, Situation(procedures, earlier, factors), check_in).findings
            self.known[facts, hour] = tuple((entry.urgency, self.groups.get(entry.rule, "")) for entry in found)
        return self.known[facts, hour]

    def urgency(self, facts: Facts, hour: int, factor: str) -> Urgency:
        """Return how urgent facts are, with a risk factor; empty: without one."""
        return raised(self.findings(facts, hour), self.raises.get(factor, frozenset()))


def situation_changes(old: Tables, new: Tables, labels: Labels) -> Iterator[Change]:
    """Yield what is judged otherwise, for anybody and for patients with a risk factor."""
    judges = Judge(old), Judge(new)
    hours = spans(tuple(sorted({*hours_of(old), *hours_of(new)})))
    factors = ["", *dict.fromkeys([*judges[0].raises, *judges[1].raises])]
    done: set[Facts] = set()
    for least in dict.fromkeys([*situations(old.protocol), *situations(new.protocol)]):
        told: dict[str, Runs] = {}
        for facts in dict.fromkeys([*ways(least, old.protocol), *ways(least, new.protocol)]):
            if facts in done:
                continue
            done.add(facts)
            runs = {factor: tuple(_changed_hours(judges, facts, factor, hours)) for factor in factors}
            # Another way to the same facts is told only where it changes otherwise than they do themselves.
            yield from _told(facts, {factor: r for factor, r in runs.items() if r != told.get(factor)}, new, labels)
            told = told or runs


def _told(facts: Facts, runs: dict[str, Runs], new: Tables, labels: Labels) -> Iterator[Change]:
    alike: dict[Runs, list[str]] = {}
    for factor, changed in runs.items():
        alike.setdefault(changed, []).append(factor)
    for changed, names in alike.items():
        who = "" if "" in names else with_factors(names, new, labels)
        for span, before, after in changed:
            said = f"{who}{facts_words(facts, labels)}, {span_words(*span)}: {instead(before, after)}"
            yield Change(DANGER, direction(before, after), said)


def hours_of(tables: Tables) -> set[int]:
    """Return every hour at which an answer can change."""
    hours = {0, tables.protocol.follow_up_hours}
    for table in tables.symptoms.values():
        hours |= set(table.starts)
    for rule in tables.protocol.all_rules():
        hours |= {rule.from_hour, rule.until_hour or 0}
    return hours


def situations(protocol: Protocol) -> Iterator[Facts]:
    """Yield the least that makes each rule fire which is not about one symptom alone."""
    for sign in protocol.signs:
        yield frozenset({Condition("sign", sign.sign)})
    for result, _ in protocol.results:
        yield frozenset({Condition("result", result)})
    yield frozenset({Condition("wants_call", "")})
    for limit in protocol.temperatures:
        yield frozenset({Condition("temperature", str(limit.at_least), limit.at_least)})
    for combination in protocol.combinations:
        every = frozenset(combination.all_of)
        yield from ([every | {one} for one in combination.any_of] or [every])


def ways(least: Facts, protocol: Protocol) -> Iterator[Facts]:
    """Yield the facts themselves, then every way to them by what else counts as one of their signs."""
    yield least
    choices = [[fact, *_counts_as(fact, protocol)] for fact in sorted(least)]
    yield from (frozenset(chosen) for chosen in product(*choices))


def _counts_as(fact: Condition, protocol: Protocol) -> Iterator[Condition]:
    if fact.kind != "sign":
        return
    signs = {fact.what, *(sign.sign for sign in protocol.signs if fact.what in sign.implies)}
    yield from (Condition("sign", sign) for sign in sorted(signs - {fact.what}))
    for limit in protocol.temperatures:
        if limit.sign in signs:
            yield Condition("temperature", str(limit.at_least), limit.at_least)


def report(facts: Facts, hour: int, tables: Tables) -> CheckIn:
    """Return the report that says these facts and no more; what a protocol does not know it cannot be told."""
    symptoms: dict[str, int] = {}
    for fact in facts:
        if fact.kind in ("symptom", *COURSE_WORDS) and fact.what in tables.symptoms:
            least = least_severity(fact, tables.protocol.history)
            symptoms[fact.what] = max(symptoms.get(fact.what, 0), least)
    worse = {fact.what for fact in facts if fact.kind in ("worse", "growing")}
    said = {kind: tuple(fact.what for fact in facts if fact.kind == kind) for kind in ("treatment", "exposed")}
    places = [fact.place for fact in facts if fact.kind == "placed"]
    return CheckIn(
        at=PROCEDURE_AT + timedelta(hours=hour),
        symptoms=symptoms,
        course={symptom: "worse" if symptom in worse else "better" for symptom in symptoms},
        where={symptom: tuple(zone for s, zone in places if s == symptom) for symptom, _ in places},
        signs=tuple(fact.what for fact in facts if fact.kind == "sign" and fact.what in tables.signs),
        result=tuple(fact.what for fact in facts if fact.kind == "result" and fact.what in tables.results),
        temperature_c=max((fact.least for fact in facts if fact.kind == "temperature"), default=None),
        treatment=said["treatment"],
        exposed=said["exposed"],
        wants_call=any(fact.kind == "wants_call" for fact in facts),
    )


def facts_words(facts: Facts, labels: Labels) -> str:
    """Return facts in words."""
    ordered = sorted(facts)
    words = " together with ".join(_fact_words(fact, labels) for fact in ordered)
    return words[:1].upper() + words[1:]


def _fact_words(fact: Condition, labels: Labels) -> str:
    if fact.kind == "result":
        return labels.short("results", fact.what)
    return "A wish for a call" if fact.kind == "wants_call" else condition_in_words(fact, labels.say)


def _changed_hours(
    judges: tuple[Judge, Judge], facts: Facts, factor: str, hours: list[Span]
) -> Iterator[tuple[Span, Urgency, Urgency]]:
    """Yield the spans in which facts are judged otherwise, and not only because one fact by itself is.

    With a risk factor: only where that goes another way than without it.
    """
    last: tuple[Span, Urgency, Urgency] | None = None
    for span in hours:
        old, new = (judge.urgency(facts, span.from_hour, factor) for judge in judges)
        plain_old, plain_new = (judge.urgency(facts, span.from_hour, "") for judge in judges)
        is_told = old != new and (not factor or direction(old, new) != direction(plain_old, plain_new))
        if not is_told or (old, new) == _alone(judges, facts, factor, span.from_hour):
            continue
        if last and last[1:] == (old, new) and last[0].until_hour == span.from_hour:
            last = (Span(last[0].from_hour, span.until_hour), old, new)
            continue
        if last:
            yield last
        last = (span, old, new)
    if last:
        yield last


def _alone(judges: tuple[Judge, Judge], facts: Facts, factor: str, hour: int) -> tuple[Urgency, ...] | None:
    """Return what the most urgent single fact is judged by each; None: there is only one."""
    if len(facts) < 2:
        return None
    return tuple(max(judge.urgency(frozenset({fact}), hour, factor) for fact in facts) for judge in judges)
