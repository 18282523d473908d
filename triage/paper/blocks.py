"""The parts of a printed page, whatever it is printed as."""

from typing import NamedTuple

EXPECTED = "expected"  # the mark of a stretch within the expected course


class Cell(NamedTuple):
    """One cell of a table. `tone` is an urgency, which a page may set off; the words must be enough without it."""

    text: str
    tone: str = ""
    language: str = ""  # of words that a patient reads; empty: the language of the page


class Heading(NamedTuple):
    """A heading; those of level 2 begin a chapter. `is_new_page`: on paper it begins a page."""

    level: int
    text: str
    is_new_page: bool = False


class Paragraph(NamedTuple):
    """A paragraph; `is_mark`: one that must not be overlooked."""

    text: str
    is_mark: bool = False


class Bullets(NamedTuple):
    """A list of sentences."""

    items: tuple[str, ...]


class Table(NamedTuple):
    """A table; the first `heads` cells of each row name the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 1


class Stretch(NamedTuple):
    """What holds from one hour to before another; `until_hour` None: for ever. `mark`: EXPECTED, or an urgency."""

    from_hour: int
    until_hour: int | None
    mark: str


class Band(NamedTuple):
    """The expected window of one symptom as a drawing: for each severity, most severe first, its stretches."""

    title: str
    description: str
    rows: tuple[tuple[str, tuple[Stretch, ...]], ...]
    follow_up_days: int


class Lines(NamedTuple):
    """Lines to be filled in by hand."""

    labels: tuple[str, ...]


Block = Heading | Paragraph | Bullets | Table | Band | Lines


class Sheet(NamedTuple):
    """A whole document. `foot` names it on every page."""

    title: str
    foot: str
    blocks: tuple[Block, ...]


def plain_row(*texts: str) -> tuple[Cell, ...]:
    """Return a row of cells without tone."""
    return tuple(Cell(text) for text in texts)
