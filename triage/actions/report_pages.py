"""A clinic's month as a document: its figures with pictures and tables, made from the facts in one reading."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from triage.actions.clinic_report import Made, Month
from triage.actions.figure_words import day_said, moment_said, reading_of, table_of, versions_said
from triage.actions.outcomes import read_source
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.charts import CANVASES, draw_picture
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Figure, Question
from triage.records import Session
from triage.rules import Protocol
from triage.typeset import set_pages
from triage.typeset.sources import document_source

MOST_ROWS = 14  # of one table; the rest stands on the page
GLUE = "\N{NO-BREAK SPACE}"
NOTHING = "Nothing can be told: no protocol was in effect."


class Section(NamedTuple):
    """Some figures of the report over one window."""

    title: str
    lead: str
    names: tuple[str, ...]
    is_of_month: bool  # else of all that is on record up to its end


SECTIONS = (
    Section("The month", "What happened in these weeks.", ("answered", "response", "burden", "closings"), True),
    Section(
        "All that is on record",
        "What takes more cases than one month has.",
        ("missed", "worth", "healing", "windows", "lots", "practitioners", "results"),
        False,
    ),
)


def compose_report(session: Session, clinic_id: uuid.UUID, month: Month, turn: Turn) -> Made:
    """Return a month's report. Nothing is written; where no protocol is in effect, the report says that."""
    clinic, protocol, facts = read_source(session, clinic_id, turn)
    zone = zone_of(clinic)
    sections = _sections(facts, protocol, month.bounds(zone)) if protocol else []
    pictures: dict[str, str] = {}
    values = {
        "title": f"{clinic.name}: {month.words}",
        "clinic": clinic.name,
        "month": month.words,
        "made": moment_said(turn.now, zone),
        "as_of": moment_said(datetime.fromtimestamp(facts.as_of_us / 1_000_000, UTC), zone),
        "versions": versions_said(facts.versions),
        "address": f"{turn.terms.base_url}/audit",
        "sections": [_section(section, figures, month, pictures) for section, figures in sections]
        or [{"title": "Nothing", "lead": NOTHING, "figures": []}],
        "methods": [{"title": one.title, "lines": one.method} for _, figures in sections for one in figures],
    }
    pdf = set_pages(document_source("clinic_report"), values, pictures, turn.now)
    return Made(month.name, pdf, hashlib.sha256(pdf).hexdigest())


def _sections(
    facts: Facts, protocol: Protocol, bounds: tuple[datetime, datetime]
) -> list[tuple[Section, list[Figure]]]:
    begin_us, end_us = (round(at.timestamp() * 1_000_000) for at in bounds)
    found = []
    for section in SECTIONS:
        question = Question(protocol, facts.as_of_us, begin_us if section.is_of_month else None, end_us)
        found.append((section, [FIGURES[name](facts, question) for name in section.names if name in FIGURES]))
    return found


def _section(section: Section, figures: Sequence[Figure], month: Month, pictures: dict[str, str]) -> Mapping[str, Any]:
    window = f"{day_said(month.first)} to {day_said(month.last)}"
    window = window if section.is_of_month else f"up to {day_said(month.last)}"
    said = [_figure(figure, window, pictures) for figure in figures]
    return {"title": section.title, "lead": section.lead, "figures": said}


def _figure(figure: Figure, window: str, pictures: dict[str, str]) -> Mapping[str, Any]:
    """Return a figure as the source of the report takes it; its pictures are drawn into `pictures`."""
    table, drawn = table_of(figure), []
    for number, picture in enumerate(figure.pictures):
        name = f"{figure.id}-{number}.svg"
        pictures[name] = draw_picture(picture, CANVASES["paper"])
        alt = f"{picture.title}. The table below says the same."
        drawn.append({"file": name, "title": picture.title, "alt": alt, "reading": reading_of(picture)})
    return {
        "title": figure.title,
        "answer": figure.answer,
        "n": f"{figure.n:,} {figure.of}",
        "window": window,
        "pictures": drawn,
        "headings": [heading.words for heading in table.headings],
        "is_number": [heading.is_number for heading in table.headings],
        "rows": [[_glued(cell) for cell in row] for row in table.rows[:MOST_ROWS]],
        "left_out": max(0, len(table.rows) - MOST_ROWS),
        "has_unknown": table.has_unknown,
    }


def _glued(cell: str) -> str:
    """Return a cell that breaks, where it begins with a number, nowhere but before its interval."""
    return cell.replace(" ", GLUE).replace(f"{GLUE}(", " (") if cell[:1].isdigit() else cell
