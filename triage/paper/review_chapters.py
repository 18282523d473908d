"""The chapters for the reviewer: judgements, declared exceptions, cases, sources, and where to sign."""

import re
from collections.abc import Iterator
from typing import Any

from triage.paper.all_statements import all_statements
from triage.paper.blocks import Block, Bullets, Cell, Heading, Lines, Paragraph, Table, plain_row
from triage.paper.words import Labels, sentence
from triage.rules import Fault, Protocol, Urgency, calmer_later_rules
from triage.rules.labels import urgency_words
from triage.rules.read_protocol import CASES_FILE, parse

JUDGEMENT = re.compile(r"judgement: *(.+)", re.DOTALL)


def review_chapters(protocol: Protocol, labels: Labels) -> Iterator[Block]:
    """Yield what a reviewer must weigh before signing."""
    yield Heading(2, "For the reviewer: numbers that rest on judgement", is_new_page=True)
    yield Paragraph(
        "These numbers rest on the author's judgement, alone or beside a source. Each needs the reviewer's own."
    )
    judged = [plain_row(*row) for row in judgements(protocol, labels)]
    yield Table(f"{len(judged)} judgements", ("Rule", "What it says", "The judgement"), tuple(judged))
    yield Heading(2, "For the reviewer: rules that grow calmer with time")
    yield Paragraph(
        "A later report never gets a calmer answer than an earlier one that says the same, but for these declared "
        "exceptions."
    )
    yield Bullets(tuple(sentence_of_rule(line) for line in calmer_later_rules(protocol)))
    yield Heading(2, "Cases that this protocol judges right")
    yield _cases(protocol)
    yield Heading(2, "Sources")
    used = " ".join(entry.source for entry in all_statements(protocol, labels))
    sources = [
        plain_row(name, text + ("" if re.search(rf"\b{name}\b", used) else " (no number rests on it)"))
        for name, text in protocol.sources.items()
    ]
    yield Table("Sources", ("Name", "Source"), tuple(sources))


def judgements(protocol: Protocol, labels: Labels) -> list[tuple[str, str, str]]:
    """Return every statement whose source is a judgement, also in part: its rule, its words, the judgement."""
    found = []
    for entry in all_statements(protocol, labels):
        match = JUDGEMENT.search(entry.source)
        if match:
            sources = entry.source[: match.start()].strip(" ;")
            found.append((entry.key, entry.words, match[1] + (f" (beside {sources})" if sources else "")))
    return found


def sentence_of_rule(line: str) -> str:
    """Return "rule: reason" with the reason as a sentence."""
    rule, _, reason = line.partition(": ")
    return f"{rule}: {sentence(reason)}"


def signature_chapter(protocol: Protocol) -> Iterator[Block]:
    """Yield where a clinician signs."""
    yield Heading(2, "Approval", is_new_page=True)
    yield Paragraph(
        f"I have read this protocol, {protocol.name} version {protocol.version}, digest {protocol.digest}, "
        "and approve its use."
    )
    yield Lines(("Name", "Role", "Date", "Signature"))


def read_cases(protocol: Protocol) -> list[dict[str, Any]]:
    """Return the cases that lie beside a protocol."""
    faults: list[Fault] = []
    cases = parse(CASES_FILE, protocol.unread.get(CASES_FILE, ""), faults).get("cases", [])
    return [case for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []


def _cases(protocol: Protocol) -> Table:
    rows = []
    for case in read_cases(protocol):
        expected = str(case.get("expect", ""))
        urgency = urgency_words(Urgency[expected]) if expected in Urgency.__members__ else expected
        about = str(case.get("title") or "")
        rows.append(
            (Cell(str(case.get("id", ""))), Cell(about), Cell(urgency, expected), Cell(str(case.get("source", ""))))
        )
    return Table(f"{len(rows)} cases", ("Case", "About", "Judged", "Source"), tuple(rows))
