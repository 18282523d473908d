"""The typesetter: what is set is text and never markup, the same gives the same bytes, and a fault says where."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from triage.typeset import set_pages

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = """#set document(title: "A report")
#let values = json(bytes(sys.inputs.values))
= #values.name
#image("dot.svg", alt: "a dot")
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", ["Ana Sol", '#image("/etc/hostname") *b* $x$ @y', "Iñés – Zoë"])
def test_values_are_text_whatever_is_in_them(name: str) -> None:
    assert name in text_of(set_pages(PAGE, {"name": name}, {"dot.svg": DOT}, AT))


@pytest.mark.parametrize("typed", ["中文", "it hurts 😀", "احمرار شديد", "a\x07b\u202ec"])
def test_what_no_font_of_ours_has_does_not_stop_a_paper(typed: str) -> None:
    assert set_pages(PAGE, {"name": f"{typed} and Ana"}, {"dot.svg": DOT}, AT).startswith(b"%PDF")


def test_the_same_gives_the_same_bytes() -> None:
    first, second = (set_pages(PAGE, {"name": "Ana"}, {"dot.svg": DOT}, AT) for _ in range(2))
    assert first == second


def test_a_page_that_cannot_be_set_says_why() -> None:
    with pytest.raises(RuntimeError, match="the typesetter refuses"):
        set_pages("#nothing-of-that-name", {}, {}, AT)
