"""Who received a lot as a table that a program for letters or calls can take."""

import csv
from io import StringIO
from typing import Any

from triage.records.lot_lookups import Received


def as_csv(found: list[Received]) -> str:
    """Return a table that a program for letters or calls can take."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(Received._fields)
    table.writerows([_cell(value) for value in one] for one in found)
    return written.getvalue()


def _cell(value: Any) -> str:
    """Return a cell; what a table program would take for a formula is quoted."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:].replace(" ", "").isdecimal() else text
