"""What was typed into the form becomes a check-in as the API takes it; what cannot be read goes on as it was typed."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from triage.actions.intake import Report
from triage.actions.own_reports import OwnReport
from triage.rules import Vocabulary
from triage.rules.check_in import SAYS_SOMETHING
from triage.web.device import FIELDS

Typed = MultiDict[str, str]

LEVELS = ("0", "1", "2", "3", "4")
LISTS = {"signs": "sign", "result": "result", "treatment": "treatment", "exposed": "exposed"}
MEASURED = re.compile(r"(\d{2,3}(?:[.,]\d{1,3})?)\s*(?:°|degrees?)?\s*([CFcf]?)\w*")
ABOUT_THE_SENDING = ("key", *FIELDS)  # these may differ each time that one and the same report is sent
SENT_BY_A_PRESS = ("form", "danger")  # and not by the Enter key in a text field
JUDGED = ("symptoms", "signs", "result", "temperature")
SURELY_FAHRENHEIT = 86.0  # no living body has so many degrees Celsius


class Asked(NamedTuple):
    """What a form is read by."""

    vocabulary: Vocabulary
    still_open: frozenset[str]  # symptoms that were there when last reported: "all fine" does not end them
    at: datetime  # the moment that the report is about
    former: OwnReport | None = None  # the report that it corrects
    device: Mapping[str, Any] = {}  # what the phone said of itself
    is_moment_unsure: bool = False  # `at` is long past, by a phone's clock or an old form: it may be about now


def read_form(typed: Typed, asked: Asked) -> Report:
    """Return the report that a form states. The same form sent twice is the same report; a changed one is another."""
    raw = json.dumps({name: typed.getlist(name) for name in sorted(typed) if name not in ABOUT_THE_SENDING})
    body = {"at": asked.at.isoformat(), **said(typed, asked)}
    former = asked.former
    key = _key(typed.get("key", ""), raw)
    return Report(
        body,
        raw,
        key,
        device=asked.device,
        amends=former.id if former else None,
        is_moment_unsure=asked.is_moment_unsure,
    )


def said(typed: Typed, asked: Asked) -> dict[str, Any]:
    """Return the fields of the check-in that the form says something about. What was left untouched is not there.

    Who is worried, and tells of nothing that a rule could judge, would like a call: "usual" is no answer to that.
    """
    fields = _fields(typed, asked)
    is_worried = typed.get("today") == "worried" and typed.get("send") in SENT_BY_A_PRESS
    if is_worried and not any(fields.get(name) for name in JUDGED):
        fields["wants_call"] = True
    return fields


def _fields(typed: Typed, asked: Asked) -> dict[str, Any]:
    vocabulary = asked.vocabulary
    fields: dict[str, Any] = {
        "symptoms": _severities(typed, asked),
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


def _severities(typed: Typed, asked: Asked) -> dict[str, int | str]:
    """Return the chosen severities.

    "All fine" means 0 for each symptom, where a press sent it, the danger signs were denied, and the form does not say
    otherwise elsewhere. What was there when last reported is 0 only where the person says that it is gone.
    """
    chosen: dict[str, int | str] = {
        symptom: int(level) if level in LEVELS else level for symptom, level in _by_symptom(typed, "severity").items()
    }
    if typed.get("today") != "fine":
        return chosen
    answers = _by_symptom(typed, "gone")
    gone = dict.fromkeys((symptom for symptom in asked.vocabulary.symptoms if answers.get(symptom) == "yes"), 0)
    is_contradicted = typed.getlist("sign") or "no" in answers.values() or any(level != 0 for level in chosen.values())
    is_meant = typed.get("send") in SENT_BY_A_PRESS and "none" in typed
    fine = () if is_contradicted or not is_meant else asked.vocabulary.symptoms
    return {**dict.fromkeys((symptom for symptom in fine if symptom not in asked.still_open), 0), **gone, **chosen}


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
