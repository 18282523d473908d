"""Reads a report's JSON so that nothing in it is lost on the way: no number is too long, no name hides another."""

import json
from typing import Any

LONGEST_NUMBER = 400


def read_report_json(text: str | bytes) -> Any:
    """Return the value. A name that stands twice in an object keeps its first value; the others come under `name (n)`.

    Raises ValueError for what is not JSON, RecursionError for what is nested too deeply.
    """
    return json.loads(text, object_pairs_hook=_object, parse_int=_whole)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, (name, value) in enumerate(pairs):
        found[f"{name} ({number})" if name in found else name] = value
    return found


def _whole(digits: str) -> int | float:
    """Return a whole number; one of hundreds of digits is as good as endless, and no severity."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)
