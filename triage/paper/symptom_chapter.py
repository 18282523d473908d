"""The chapter of one symptom: its band, its ceilings, the decision table, and its rules in words."""

from collections.abc import Iterator

from triage.paper.band import build_band
from triage.paper.blocks import Block, Cell, Heading, Paragraph, Table, plain_row
from triage.paper.grid import Grid, Row, build_grid, spans
from triage.paper.statements import window_statements
from triage.paper.words import COURSE_FORMS, Labels, form_words, listed, severities_words, span_words
from triage.rules import Protocol, Urgency
from triage.rules.labels import urgency_words
from triage.rules.tables import SymptomTable

NOTHING_ADDED = "–"


def symptom_chapter(table: SymptomTable, protocol: Protocol, labels: Labels) -> Iterator[Block]:
    """Yield the blocks about one symptom."""
    symptom = table.window.symptom
    yield Heading(2, labels.full("symptoms", symptom), is_new_page=True)
    statements = list(window_statements(table.window, protocol.history, labels))
    yield Paragraph(f"{statements[0].words} (id: {symptom}; source: {statements[0].source})")
    yield build_band(table, labels, protocol.follow_up_days)
    name = labels.short("symptoms", symptom)
    limits = [s for s in statements if s.key.startswith(f"{symptom}.expected.")]
    hours = spans(tuple(ceiling.from_hour for ceiling in table.window.expected))
    ceilings = zip(hours, table.window.expected, limits, strict=True)
    rows = [(span_words(*span), labels.severity(ceiling.at_most), said.source) for span, ceiling, said in ceilings]
    yield Table(
        f"{name}: the most that is expected", ("When", "At most", "Source"), tuple(plain_row(*row) for row in rows)
    )
    yield from _decisions(table, protocol, labels)
    rules = [plain_row(s.key, s.words, s.source) for s in statements if s not in limits][1:]
    yield Table(f"{name}: the rules in words", ("Rule", "In words", "Source"), tuple(rules))


def _decisions(table: SymptomTable, protocol: Protocol, labels: Labels) -> Iterator[Block]:
    grid = build_grid(table)
    name = labels.short("symptoms", table.window.symptom)
    header = ("When", "How strong", *_column_words(grid, protocol, labels))
    rows = tuple(_cells(row, grid, labels) for row in grid.rows)
    yield Table(f"{name}: the decision table", header, rows, heads=2)
    if grid.idle:
        idle = listed((form_words(form, protocol.history, labels) for form in grid.idle), "or")
        yield Paragraph(f"Nothing is added at any hour by: {idle}.")


def _column_words(grid: Grid, protocol: Protocol, labels: Labels) -> list[str]:
    return [", ".join(form_words(form, protocol.history, labels) for form in forms) for forms in grid.columns]


def _cells(row: Row, grid: Grid, labels: Labels) -> tuple[Cell, ...]:
    """Return a row of the decision table; of a form of the history that adds nothing, a dash."""
    cells = [Cell(span_words(*row.span)), Cell(severities_words(row.severities, labels))]
    for forms, urgency in zip(grid.columns, row.urgencies, strict=True):
        is_history = forms[0] not in COURSE_FORMS
        text = NOTHING_ADDED if is_history and urgency == Urgency.self_care else urgency_words(urgency)
        cells.append(Cell(text, urgency.name))
    return tuple(cells)
