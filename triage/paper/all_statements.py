"""Everything else that a protocol states, one sentence a number, each with its place and its source."""

from collections.abc import Iterator

from triage.paper.statements import Statement, timed, window_statements
from triage.paper.words import Labels, group_words, listed, span_words
from triage.rules import Protocol
from triage.rules.conditions import condition_in_words
from triage.rules.labels import urgency_words
from triage.rules.protocol import Combination, HistoryLimits, Sign

WANTS_CALL = "the patient asks for a call"


def all_statements(protocol: Protocol, labels: Labels, limits: HistoryLimits | None = None) -> Iterator[Statement]:
    """Yield every statement of a protocol that needs a source. `limits`: how the rules of symptoms say what "not
    improving" and "rising fast" mean; None: as the protocol itself has it."""
    for window in protocol.windows:
        yield from window_statements(window, limits or protocol.history, labels)
    for sign in protocol.signs:
        yield from sign_statements(sign, labels)
    for combination in protocol.combinations:
        yield combination_statement(combination, labels)
    yield from risk_statements(protocol, labels)
    yield from result_statements(protocol, labels)
    yield from limit_statements(protocol, labels)
    yield from timing_statements(protocol)
    yield from aftercare_statements(protocol, labels)


def sign_statements(sign: Sign, labels: Labels) -> Iterator[Statement]:
    """Yield what a danger sign means, and what it means in the first hours where that differs."""
    name = labels.short("signs", sign.sign)
    if sign.early is not None:
        yield Statement(sign.early.id, "signs", timed(sign.early, f"there is: {name}"), sign.early.source)
    also = f" Counts as well: {listed(labels.short('signs', other) for other in sign.implies)}." if sign.implies else ""
    start = (sign.early.until_hour or 0) if sign.early else 0
    words = timed(sign.rule._replace(from_hour=start), f"there is: {name}") + also
    yield Statement(sign.rule.id, "signs", words, sign.rule.source)


def combination_statement(combination: Combination, labels: Labels) -> Statement:
    """Return a combination as a sentence."""
    words = timed(combination.rule, combination_words(combination, labels))
    return Statement(combination.rule.id, "combinations", words, combination.rule.source)


def combination_words(combination: Combination, labels: Labels) -> str:
    """Return the conditions of a combination in words."""
    every = " and ".join(condition_in_words(condition, labels.say) for condition in combination.all_of)
    some = "; ".join(condition_in_words(condition, labels.say) for condition in combination.any_of)
    if not some:
        return f"all of these come together: {every}" if len(combination.all_of) > 1 else f"there is: {every}"
    return f"{every} comes together with one of: {some}" if every else f"there is one of: {some}"


def risk_statements(protocol: Protocol, labels: Labels) -> Iterator[Statement]:
    """Yield what each risk factor raises."""
    for factor in protocol.risk_factors:
        raised = "; ".join(f"{group} ({group_words(group, protocol, labels)})" for group in factor.raises)
        words = f"{labels.short('risk_factors', factor.risk_factor)} raises by one step: {raised or 'nothing'}."
        yield Statement(f"risk.{factor.risk_factor}", "risk_factors", words, factor.source)


def result_statements(protocol: Protocol, labels: Labels) -> Iterator[Statement]:
    """Yield what is said about the look of the result."""
    for result, rule in protocol.results:
        yield Statement(rule.id, "results", timed(rule, f"seen: {labels.short('results', result)}"), rule.source)


def limit_statements(protocol: Protocol, labels: Labels) -> Iterator[Statement]:
    """Yield temperatures, the wish for a call, the hold, how history is summarised, and the end of the follow-up."""
    for number, limit in enumerate(protocol.temperatures):
        words = f"A measured {limit.at_least:g} C or more counts as: {labels.short('signs', limit.sign)}."
        yield Statement(f"temperature.{number + 1}", "limits", words, limit.source)
    yield Statement("wants_call", "limits", timed(protocol.wants_call, WANTS_CALL), protocol.wants_call.source)
    hold, history, end = protocol.hold, protocol.history, protocol.afterwards
    words = f"For {hold.hours} hours after a finding at {urgency_words(hold.after)} or above, unless a clinician has "
    words += f"closed it, no report is judged below {urgency_words(hold.floor)}."
    yield Statement("hold", "limits", words, hold.source)
    days = history.not_improving_hours // 24
    words = f"Not improving: no better than {days} days before. Rising fast: by {history.rise_by} steps or more within "
    yield Statement("history", "limits", f"{words}{history.rise_within_hours} hours.", history.source)
    after = f"The follow-up lasts {protocol.follow_up_days} days. "
    words = after + timed(end._replace(from_hour=protocol.follow_up_hours), "a symptom is still there")
    yield Statement("follow_up", "limits", words, end.source)


def timing_statements(protocol: Protocol) -> Iterator[Statement]:
    """Yield when the patient is asked."""
    plan = protocol.schedule
    words = (
        f"The patient is asked at {plan.at_hour}:00 local time on day {listed(map(str, plan.days))}; a check-in that "
    )
    words += f"has not come {plan.overdue_after_hours} hours later is silence, and somebody is told."
    yield Statement("check_ins", "schedule", words, plan.source)
    if plan.when_well_days:
        words = f"Whoever is well is asked on day {listed(map(str, plan.when_well_days))} only."
        yield Statement("check_ins.when_well", "schedule", words, plan.when_well_source)
    words = (
        f"After a report beyond normal the patient is asked again {plan.when_beyond_hours} hours later at the latest."
    )
    yield Statement("check_ins.when_beyond", "schedule", words, plan.when_beyond_source)


def aftercare_statements(protocol: Protocol, labels: Labels) -> Iterator[Statement]:
    """Yield from which day on each aftercare text is shown."""
    for stage in protocol.aftercare:
        words = f"The text {stage.topic}.{stage.from_day} is shown {span_words(24 * stage.from_day, None)}."
        yield Statement(f"aftercare.{stage.topic}.{stage.from_day}", "aftercare", words, stage.source)
