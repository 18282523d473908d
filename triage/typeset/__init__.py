"""SET: reports as PDF. A page's source, values and pictures in, bytes out; the same give the same. Home of typst."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

__all__ = ["set_pages"]
ACCESSIBLE = ("ua-1",)  # PDF/UA: read out by machines in its order; every picture must have `alt`
NO_FONT = "could not be displayed with font"  # in typst's own words, for a sign that PDF/UA must not leave out


def set_pages(source: str, values: Mapping[str, Any], pictures: Mapping[str, str], at: datetime) -> bytes:
    """Return a PDF of a typst source, which finds its values in `json(bytes(sys.inputs.values))`.

    `pictures`: SVG texts by the names that the source gives to `image`. `at`: what the document says it was made at.
    Whatever is in the values is text and never markup. What people type may hold signs that no font of ours has, like
    Chinese or an emoji: each is a box then, and the document is no PDF/UA, which would refuse it whole.
    RuntimeError for a source that typst refuses.
    """
    typst = import_module("typst")
    files = {"main.typ": source.encode(), **{name: drawn.encode() for name, drawn in pictures.items()}}
    given = {"values": json.dumps(values, ensure_ascii=False, default=str)}
    made_at = int(at.astimezone(UTC).timestamp())

    def compiled(standards: Sequence[str]) -> bytes:
        made: bytes = typst.compile(
            files, format="pdf", sys_inputs=given, pdf_standards=list(standards), timestamp=made_at
        )
        return made

    try:
        try:
            return compiled(ACCESSIBLE)
        except typst.TypstError as error:
            if NO_FONT not in str(error):
                raise
            return compiled(())
    except typst.TypstError as error:
        raise RuntimeError(f"the typesetter refuses the page: {error}") from error
