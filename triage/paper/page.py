"""A sheet as one HTML file: no scripts, nothing from outside, readable on a phone, in the dark and on paper."""

import re
from collections.abc import Iterator
from functools import singledispatch
from html import escape
from itertools import groupby

from triage.paper.blocks import Band, Block, Bullets, Cell, Heading, Lines, Paragraph, Sheet, Table
from triage.paper.drawing import PATTERNS, draw_svg
from triage.paper.style import STYLE
from triage.rules.labels import is_right_to_left

LANGUAGE = "en"  # of the page itself; words in another language say so where they stand
MANY, LONG = 5, 40  # columns and letters from which a table needs more room than a phone has


def as_html(sheet: Sheet) -> str:
    """Return the sheet as one HTML document."""
    contents = "".join(
        f'<li><a href="#{_anchor(number)}">{escape(block.text)}</a></li>'
        for number, block in enumerate(sheet.blocks)
        if isinstance(block, Heading) and block.level == 2
    )
    body = "\n".join(_write(block, number) for number, block in enumerate(sheet.blocks))
    return f"""<!DOCTYPE html>
<html lang="{LANGUAGE}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(sheet.title)}</title>
<style>{STYLE}</style>
</head>
<body>
{PATTERNS}
<header><h1>{escape(sheet.title)}</h1>
<nav aria-label="Contents"><ul>{contents}</ul></nav></header>
<main>
{body}
</main>
<footer>{escape(sheet.foot)}</footer>
</body>
</html>
"""


def _anchor(number: int) -> str:
    return f"b{number}"


@singledispatch
def _write(block: Block, number: int) -> str:
    raise TypeError(f"no such block: {block!r}")


@_write.register
def _(block: Heading, number: int) -> str:
    new_page = ' class="page"' if block.is_new_page else ""
    return f'<h{block.level} id="{_anchor(number)}"{new_page}>{escape(block.text)}</h{block.level}>'


@_write.register
def _(block: Paragraph, number: int) -> str:
    mark = ' class="mark"' if block.is_mark else ""
    return f"<p{mark}>{escape(block.text)}</p>"


@_write.register
def _(block: Bullets, number: int) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"


@_write.register
def _(block: Lines, number: int) -> str:
    lines = "".join(f"<div><dt>{escape(label)}</dt><dd></dd></div>" for label in block.labels)
    return f'<dl class="lines">{lines}</dl>'


@_write.register
def _(block: Band, number: int) -> str:
    name = _anchor(number)
    return (
        f'<figure><figcaption id="{name}">{escape(block.title)}</figcaption>'
        f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}">{draw_svg(block, name)}</div>'
        f"<p>{escape(block.description)}</p></figure>"
    )


@_write.register
def _(block: Table, number: int) -> str:
    name = _anchor(number)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in block.header)
    body = "\n".join(_rows(block))
    kinds = f"{'many' if len(block.header) >= MANY else ''} {'long' if _is_long(block) else ''}".strip()
    return (
        f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}"><table class="{kinds}">'
        f'<caption id="{name}">{escape(block.caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}\n'
        "</tbody></table></div>"
    )


def _is_long(block: Table) -> bool:
    return len(block.header) > 2 and any(len(cell.text) > LONG for row in block.rows for cell in row)


def _rows(block: Table) -> Iterator[str]:
    """Yield the rows; where several begin with the same name, it is written once and reaches over them."""
    for _, group in groupby(block.rows, key=lambda row: row[0] if len(row) > block.heads > 1 else id(row)):
        rows = list(group)
        for position, row in enumerate(rows):
            cells = [_cell(cell, column < block.heads) for column, cell in enumerate(row)]
            if len(rows) > 1:
                cells[0] = _cell(row[0], is_head=True, reach=len(rows)) if position == 0 else ""
            new = ' class="new"' if block.heads > 1 and position == 0 else ""
            yield f"<tr{new}>{''.join(cells)}</tr>"


def _cell(cell: Cell, is_head: bool, reach: int = 1) -> str:
    classes = cell.tone or ("text" if len(cell.text) > LONG else "")
    marks = f' class="{escape(classes)}"' if classes else ""
    if cell.language:
        direction = "rtl" if is_right_to_left(cell.language) else "ltr"
        marks += f' lang="{escape(cell.language)}" dir="{direction}"'
    if not is_head:
        return f"<td{marks}>{_text(cell.text)}</td>"
    scope = f' scope="rowgroup" rowspan="{reach}"' if reach > 1 else ' scope="row"'
    return f"<th{scope}{marks}>{_text(cell.text)}</th>"


def _text(text: str) -> str:
    """Return text with places to break the line in long ids and patterns."""
    return re.sub(r"([_|])(?=\w)", r"\1<wbr>", escape(text))
