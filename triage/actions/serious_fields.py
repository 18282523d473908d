"""What may be said of a serious event: which fields it has, what is wrong with them, what is kept of them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from triage.outcomes.serious import ANSWERS, CAUSALITY, COUNTED, EVENT_OUTCOMES, SERIOUS
from triage.rules import Fault
from triage.rules.vocabulary import MOST_SEVERE

TEXTS = ("narrative", "history", "tests", "site", "sex", "age_band", "product_available", "session_date")
PARTS = {"reaction": ("term", "onset", "end", "outcome"), "reporter": ("name", "role", "clinic")}
OF_PRODUCT = ("counted", "role", "name", "maker", "lot", "expiry")
WORDS = {"dechallenge": ANSWERS, "rechallenge": ANSWERS, "causality": CAUSALITY}
LONGEST = 8000  # signs of one text
FREE_TEXTS = ("narrative", "history", "tests", "age_band", "sex")  # what an erasure takes out


def event_content(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of what was said about an event; what was left empty is left out."""
    content: dict[str, Any] = {name: values[name] for name in (*TEXTS, *WORDS) if values.get(name)}
    for part, names in PARTS.items():
        content[part] = {name: said for name in names if (said := (values.get(part) or {}).get(name))}
    products = [{name: one[name] for name in OF_PRODUCT if one.get(name)} for one in values.get("products") or ()]
    content["products"] = [one for one in products if one.get("name")]
    return content


def event_faults(values: Mapping[str, Any], now: datetime) -> list[Fault]:
    """Return every fault of what was said about an event; empty: none."""
    return [*_faults_of_event(values, now), *_faults_of_reaction(values), *_faults_of_words(values)]


def _faults_of_event(values: Mapping[str, Any], now: datetime) -> Iterator[Fault]:
    aware, severity = values.get("became_aware_at"), values.get("severity")
    if aware is None or aware > now:
        yield Fault("became_aware_at", "missing or ahead of now", "say when the clinic heard of it")
    named = values.get("seriousness") or ()
    if not named or any(one not in SERIOUS for one in named):
        yield Fault("seriousness", "names none that is known", f"choose from: {', '.join(SERIOUS)}")
    if severity is not None and severity not in range(MOST_SEVERE + 1):
        yield Fault("severity", "is not known", f"give a number from 0 to {MOST_SEVERE}")
    country = str(values.get("country") or "")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        yield Fault("country", "is no code", "give two letters like US, or leave it out")


def _faults_of_reaction(values: Mapping[str, Any]) -> Iterator[Fault]:
    reaction = values.get("reaction") or {}
    if not str(reaction.get("term") or "").strip():
        yield Fault("reaction.term", "missing", "say what happened")
    if reaction.get("outcome") and reaction["outcome"] not in EVENT_OUTCOMES:
        yield Fault("reaction.outcome", "is not known", f"use one of: {', '.join(EVENT_OUTCOMES)}")
    for name in ("onset", "end"):
        if reaction.get(name) and not _is_day(reaction[name]):
            yield Fault(f"reaction.{name}", "is no day", "give a day like 2026-11-23")


def _faults_of_words(values: Mapping[str, Any]) -> Iterator[Fault]:
    for name, known in WORDS.items():
        if values.get(name) and values[name] not in known:
            yield Fault(name, "is not known", f"use one of: {', '.join(known)}")
    for name in TEXTS:
        if len(str(values.get(name) or "")) > LONGEST:
            yield Fault(name, "is too long", f"use at most {LONGEST} signs")
    for number, one in enumerate(values.get("products") or ()):
        if one.get("name") and one.get("counted") not in COUNTED:
            yield Fault(f"products[{number}].counted", "is not known", f"use one of: {', '.join(COUNTED)}")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except (TypeError, ValueError):
        return False
