"""SET: reports as PDF. A page's source, values and pictures in, bytes out; the same give the same. Home of typst."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

__all__ = ["set_pages"]
ACCESSIBLE = ("ua-1",)  # PDF/UA: read out by machines in its order; every picture must have `alt`


def set_pages(source: str, values: Mapping[str, Any], pictures: Mapping[str, str], at: datetime) -> bytes:
    """Return a PDF of a typst source, which finds its values in `json(bytes(sys.inputs.values))`.

    `pictures`: SVG texts by the names that the source gives to `image`. `at`: what the document says it was made at.
    Whatever is in the values is text and never markup. RuntimeError for a source that typst refuses.
    """
    typst = import_module("typst")
    files = {"main.typ": source.encode(), **{name: drawn.encode() for name, drawn in pictures.items()}}
    try:
        made: bytes = typst.compile(
            files,
            format="pdf",
            sys_inputs={"values": json.dumps(values, ensure_ascii=False, default=str)},
            pdf_standards=list(ACCESSIBLE),
            timestamp=int(at.astimezone(UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise RuntimeError(f"the typesetter refuses the page: {error}") from error
    return made
