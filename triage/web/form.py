"""What was typed into the form becomes a check-in as the API takes it; what cannot be read goes on as it was typed."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from triage.actions.intake import Report
from triage.rules import Vocabulary
from triage.rules.check_in import SAYS_SOMETHING
from triage.web.device import FIELDS, read_device

Typed = MultiDict[str, str]

LEVELS = ("0", "1", "2", "3", "4")
LISTS = {"signs": "sign", "result": "result", "treatment": "treatment", "exposed": "exposed"}
MEASURED = re.compile(r"(\d{2,3}(?:[.,]\d{1,3})?)\s*(?:°|degrees?)?\s*([CFcf]?)\w*")
SURELY_FAHRENHEIT = 86.0  # no living body has so many degrees Celsius


def read_form(typed: Typed, vocabulary: Vocabulary, now: datetime) -> Report:
    """Return the report that a form states. The same form sent twice is the same report; a changed one is another.

    What the phone says of itself changes with each attempt to send, and is no part of that.
    """
    told = read_device(typed, now)
    raw = json.dumps({name: typed.getlist(name) for name in sorted(typed) if name not in ("key", *FIELDS)})
    body = {"at": told.at.isoformat(), **said(typed, vocabulary)}
    return Report(body, raw, _key(typed.get("key", ""), raw), told.kept)


def said(typed: Typed, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the fields of the check-in that the form says something about. What was left untouched is not there."""
    fields: dict[str, Any] = {
        "symptoms": _severities(typed, vocabulary),
        "course": _by_symptom(typed, "course"),
        "where": {name.removeprefix("where."): typed.getlist(name) for name in typed if name.startswith("where.")},
        "denied": _denied(typed, vocabulary),
        "temperature": _temperature(typed),
        "wants_call": typed.get("wants_call") == "yes",
        "note": typed.get("note", "").replace("\r\n", "\n").strip(),
    }
    fields.update((field, typed.getlist(name)) for field, name in LISTS.items())
    return {name: value for name, value in fields.items() if value}


def says_nothing(report: Report) -> bool:
    """Tell whether there is nothing in a report that could be judged or read."""
    body: Mapping[str, Any] = report.body
    return not any(body.get(name) for name in SAYS_SOMETHING)


def _severities(typed: Typed, vocabulary: Vocabulary) -> dict[str, int | str]:
    """Return the chosen severities; "all fine" means 0 for each symptom, unless the form says otherwise elsewhere."""
    chosen: dict[str, int | str] = {
        symptom: int(level) if level in LEVELS else level for symptom, level in _by_symptom(typed, "severity").items()
    }
    is_contradicted = typed.getlist("sign") or any(level != 0 for level in chosen.values())
    if typed.get("send") == "well" and not is_contradicted:
        return dict.fromkeys(vocabulary.symptoms, 0)
    return chosen


def _by_symptom(typed: Typed, kind: str) -> dict[str, str]:
    prefix = kind + "."
    return {name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix)}


def _denied(typed: Typed, vocabulary: Vocabulary) -> list[str]:
    """Return every sign where "none of these" is ticked; a ticked sign wins over that, and then nothing is denied."""
    return list(vocabulary.signs) if "none" in typed and not typed.getlist("sign") else []


def _temperature(typed: Typed) -> dict[str, Any] | None:
    """Return what was measured, as people write it: 38,1 or 39.9 °C or 103 F; None where nothing was typed."""
    text = typed.get("temperature", "").strip()
    if not text:
        return None
    unit = typed.get("unit", "C")
    measured = MEASURED.fullmatch(text)
    if measured is None:
        return {"value": text, "unit": unit}
    value = float(measured[1].replace(",", "."))
    return {"value": value, "unit": "F" if value >= SURELY_FAHRENHEIT else measured[2].upper() or unit}


def _key(hidden: str, raw: str) -> str | None:
    """Return the key of this very form: typing on after going back must never meet an answer for other content."""
    return hashlib.sha256(f"{hidden}\n{raw}".encode("utf-8", "replace")).hexdigest() if hidden else None
