"""A sheet as Markdown: headings, tables, and drawings in letters of equal width."""

import re
from functools import singledispatch

from triage.paper.band import draw_band
from triage.paper.blocks import Band, Block, Bullets, Heading, Lines, Paragraph, Sheet, Table

SPECIAL = re.compile(r"([\\`*_{}\[\]#|~])")
STARTS_A_BLOCK = re.compile(r"^(\d*)([-+.)])(?=\s)")


def as_markdown(sheet: Sheet) -> str:
    """Return the sheet as one Markdown document."""
    parts = [f"# {escaped(sheet.title)}", *(_write(block) for block in sheet.blocks), escaped(sheet.foot)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    flat = " ".join(text.split())
    plain = STARTS_A_BLOCK.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", flat))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@singledispatch
def _write(block: Block) -> str:
    raise TypeError(f"no such block: {block!r}")


@_write.register
def _(block: Heading) -> str:
    return f"{'#' * block.level} {escaped(block.text)}"


@_write.register
def _(block: Paragraph) -> str:
    return f"**{escaped(block.text)}**" if block.is_mark else escaped(block.text)


@_write.register
def _(block: Bullets) -> str:
    return "\n".join(f"- {escaped(item)}" for item in block.items)


@_write.register
def _(block: Table) -> str:
    lines = [f"{escaped(block.caption)}", "", _row(block.header), _row(["---"] * len(block.header), plain=True)]
    return "\n".join([*lines, *(_row([cell.text for cell in row]) for row in block.rows)])


@_write.register
def _(block: Band) -> str:
    return "\n".join([escaped(block.title), "", "```text", *draw_band(block), "```", "", escaped(block.description)])


@_write.register
def _(block: Lines) -> str:
    return "\n".join(f"- {escaped(label)}: " + "\\_" * 40 for label in block.labels)


def _row(texts: list[str] | tuple[str, ...], plain: bool = False) -> str:
    return f"| {' | '.join(text if plain else escaped(text) for text in texts)} |"
