"""The form of a serious event: what stands in it, what was typed, and the words of its fields."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from triage.outcomes.event_forms import SAID
from triage.outcomes.serious import ANSWERS, CAUSALITY, COUNTED, EVENT_OUTCOMES, SERIOUS
from triage.records.procedure import ROLES
from triage.rules.vocabulary import SEVERITY_WORDS
from triage.web.forms import Form, filled, typed
from triage.web.typed_times import local_field, moment_of

PRODUCTS = 6
OF_PRODUCT = ("counted", "role", "name", "maker", "lot", "expiry")
PLAIN = ("narrative", "history", "tests", "site", "sex", "age_band", "product_available", "session_date")
CHOSEN = ("dechallenge", "rechallenge", "causality")
REACTION = ("term", "onset", "end", "outcome")
REPORTER = ("name", "role", "clinic")
FIELDS = (
    *("became_aware_at", "seriousness", "severity", "country"),
    *PLAIN,
    *CHOSEN,
    *(f"reaction.{name}" for name in REACTION),
    *(f"reporter.{name}" for name in REPORTER),
    *(f"products[{number}].{name}" for number in range(PRODUCTS) for name in OF_PRODUCT),
)


def event_form(values: Mapping[str, Any], zone: tzinfo) -> Form:
    """Return the form with what is known before anybody types."""
    aware = values.get("became_aware_at")
    at = datetime.fromisoformat(aware) if isinstance(aware, str) else aware
    flat: dict[str, Any] = {name: values.get(name) for name in ("seriousness", "severity", "country", *PLAIN, *CHOSEN)}
    flat["became_aware_at"] = local_field(at, zone) if at else None
    for part, names in (("reaction", REACTION), ("reporter", REPORTER)):
        flat |= {f"{part}.{name}": (values.get(part) or {}).get(name) for name in names}
    products = list(values.get("products") or ())[:PRODUCTS]
    for number in range(PRODUCTS):
        one = products[number] if number < len(products) else {}
        flat |= {f"products[{number}].{name}": one.get(name) for name in OF_PRODUCT}
    return filled(**flat)


def typed_event() -> Form:
    """Return what was typed."""
    return typed(*FIELDS)


def event_values(form: Form, zone: tzinfo) -> dict[str, Any]:
    """Return what was typed as the action takes it; what cannot be read is left for it to refuse."""
    severity = form.text("severity")
    return {
        **{name: form.text(name) for name in (*PLAIN, *CHOSEN)},
        "became_aware_at": moment_of(form.text("became_aware_at"), zone),
        "seriousness": list(form.all("seriousness")),
        "severity": int(severity) if severity.isdecimal() else None,
        "country": form.text("country"),
        "reaction": {name: form.text(f"reaction.{name}") for name in REACTION},
        "reporter": {name: form.text(f"reporter.{name}") for name in REPORTER},
        "products": [
            {name: form.text(f"products[{number}].{name}") for name in OF_PRODUCT} for number in range(PRODUCTS)
        ],
    }


def event_options() -> dict[str, Any]:
    """Return what may be chosen in the form, as pairs of value and words."""
    return {
        "seriousness": [(name, SAID[name]) for name in SERIOUS],
        "severities": [("", "Not noted"), *((str(at), word.capitalize()) for at, word in enumerate(SEVERITY_WORDS))],
        "outcomes": _pairs(EVENT_OUTCOMES),
        "answers": [("", "Not asked"), *_pairs(ANSWERS)],
        "causalities": [("", "Not judged"), *_pairs(CAUSALITY)],
        "counted": [("", "Choose"), *_pairs(COUNTED)],
        "roles": [("", "Choose"), *_pairs(ROLES)],
        "products": PRODUCTS,
    }


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word.replace("_", " ").capitalize()) for word in words]
