"""The chapters about danger signs, combinations, risk factors, results, limits and the schedule."""

from collections.abc import Iterator

from triage.paper.all_statements import (
    aftercare_statements,
    combination_statement,
    limit_statements,
    result_statements,
    timing_statements,
)
from triage.paper.blocks import Block, Bullets, Cell, Heading, Paragraph, Table, plain_row
from triage.paper.statements import Statement
from triage.paper.words import Labels, group_words, listed, sentence, span_words
from triage.rules import Protocol
from triage.rules.labels import urgency_words
from triage.rules.protocol import Rule, Sign
from triage.rules.vocabulary import RAISED_BELOW


def rule_chapters(protocol: Protocol, labels: Labels) -> Iterator[Block]:
    """Yield the chapters about everything but symptoms and texts."""
    yield from _signs(protocol, labels)
    yield Heading(2, "Combinations")
    yield Paragraph("What is worse together than each alone. A combination only ever raises the answer.")
    yield _stated("Combinations", [combination_statement(entry, labels) for entry in protocol.combinations])
    yield from _risk_factors(protocol, labels)
    yield Heading(2, "The look of the result")
    yield _stated("The look of the result", list(result_statements(protocol, labels)))
    yield Heading(2, "Temperature, calls, hold, history, end of the follow-up")
    yield _stated("Limits", list(limit_statements(protocol, labels)))
    yield Heading(2, "When the patient is asked")
    yield Paragraph("Days are days of the calendar here: day 0 is the date of the procedure where the patient lives.")
    yield _stated("Check-ins", list(timing_statements(protocol)))
    yield _stated("Days of the aftercare texts", list(aftercare_statements(protocol, labels)))


def _stated(caption: str, statements: list[Statement]) -> Table:
    rows = tuple(plain_row(entry.key, entry.words, entry.source) for entry in statements)
    return Table(f"{caption}: in words", ("Rule", "In words", "Source"), rows)


def _signs(protocol: Protocol, labels: Labels) -> Iterator[Block]:
    yield Heading(2, "Danger signs", is_new_page=True)
    yield Paragraph("Never expected, on any day. Ticked, measured, or named in the patient's own words.")
    header = ("Danger sign", "Urgency", "When", "Advice", "Source")
    entries = sorted(protocol.signs, key=lambda sign: -max(rule.urgency for rule in _rules(sign)))
    rows = [row for sign in entries for row in _sign_rows(sign, labels)]
    yield Table("Danger signs, most urgent first", header, tuple(rows))
    early = [f"{labels.short('signs', s.sign)}: {sentence(s.early.calmer_later)}" for s in protocol.signs if s.early]
    if early:
        yield Paragraph("Why some are less urgent after the first hours:")
        yield Bullets(tuple(early))


def _rules(sign: Sign) -> list[Rule]:
    return [sign.early, sign.rule] if sign.early else [sign.rule]


def _sign_rows(sign: Sign, labels: Labels) -> Iterator[tuple[Cell, ...]]:
    also = f"; counts as well: {listed(labels.short('signs', other) for other in sign.implies)}" if sign.implies else ""
    name = f"{labels.full('signs', sign.sign)} (id: {sign.sign}{also})"
    end = (sign.early.until_hour or 0) if sign.early else 0
    for rule in _rules(sign):
        when = span_words(0, end) if rule is sign.early else span_words(end, None)
        urgency = Cell(urgency_words(rule.urgency), rule.urgency.name)
        yield Cell(name), urgency, Cell(when), Cell(rule.advice or NO_ADVICE), Cell(rule.source)


NO_ADVICE = "that of the urgency"


def _risk_factors(protocol: Protocol, labels: Labels) -> Iterator[Block]:
    yield Heading(2, "Risk factors")
    most = urgency_words(RAISED_BELOW)
    yield Paragraph(
        "A risk factor raises what it names by one step where that is routine or same day, so at most to "
        f"{most}. It never turns self-care into an alert, and several together raise by one step as well."
    )
    header = ("Risk factor", "Raises", "Source")
    rows = tuple(
        plain_row(
            f"{labels.full('risk_factors', factor.risk_factor)} (id: {factor.risk_factor})",
            listed(factor.raises) or "nothing",
            factor.source,
        )
        for factor in protocol.risk_factors
    )
    yield Table("What each risk factor raises", header, rows)
    groups = dict.fromkeys(group for factor in protocol.risk_factors for group in factor.raises)
    members = tuple(plain_row(group, group_words(group, protocol, labels)) for group in groups)
    yield Table("What belongs to a name in this list", ("Name", "Is about"), members)
