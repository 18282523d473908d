"""What was typed into the form of the chair becomes a client and a sitting; each fault stands beside its field."""

import contextlib
import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from triage.actions.chair import Client, Sitting
from triage.actions.enrol import OF_AGE
from triage.actions.remembered import Call
from triage.actions.typed import read_ahead, read_contact, read_ended, read_text, read_year
from triage.rules import COMMON, Fault
from triage.web.chair.words import SKIN_TONES, Offer
from triage.words.countries import is_country

Typed = MultiDict[str, str]
SOMEBODY_ELSE = "new"
ABOUT_THE_SENDING = ("form_key", "key", "same")


class Asked(NamedTuple):
    """What the form is read by."""

    now: datetime
    zone: tzinfo
    offers: Sequence[Offer]
    practitioners: Sequence[str]  # the first is who is signed in


class Read(NamedTuple):
    """What a form says; `is_decided`: it says whether the client is one who is here already."""

    client: Client
    sitting: Sitting
    consent: str | None
    call: Call
    is_decided: bool


def read_chair(typed: Typed, asked: Asked) -> tuple[Read, list[Fault]]:
    """Return what was typed, and every fault of it; what has a fault is left out."""
    faults: list[Fault] = []
    same_as = _same_as(typed)
    client = _client(typed, asked, same_as, faults)
    ended_at = (
        read_ended(typed.get("ended", ""), asked.now, asked.zone, "ended", faults) if typed.get("ended") else None
    )
    names = [name for name in asked.practitioners if name == typed.get("practitioner")]
    sitting = Sitting(
        ended_at=ended_at or asked.now,
        practitioner=(names or asked.practitioners)[0],
        areas=[area for area in COMMON.zones if area in typed.getlist("area")],
        bottles=_ids(typed.getlist("bottle")),
        next_at=read_ahead(typed.get("next", ""), asked.now, asked.zone, "next", faults),
    )
    agreed = next(
        (o.consent for o in asked.offers if o.code == client.language and o.code in typed.getlist("agree")), None
    )
    is_decided = same_as is not None or typed.get("same") == SOMEBODY_ELSE
    return Read(client, sitting, agreed, _call(typed, same_as), is_decided), faults


def _client(typed: Typed, asked: Asked, same_as: uuid.UUID | None, faults: list[Fault]) -> Client:
    codes = [offer.code for offer in asked.offers]
    language = typed.get("language", "")
    if language not in codes:
        faults.append(Fault("language", "this is not offered", "choose one of the languages"))
    year = read_year(typed.get("birth_year", ""), asked.now, "birth_year", faults)
    guardian = read_text(typed.get("guardian", ""), "guardian", faults)
    if same_as is None and year is not None and asked.now.year - year <= OF_AGE and not guardian:
        faults.append(Fault("guardian", "the client may be under 18", "give the name of who agrees for them"))
    country = typed.get("country", "").upper()
    return Client(
        name=read_text(typed.get("name", ""), "name", faults),
        contact=read_contact(typed.get("contact", ""), "contact", faults),
        language=language if language in codes else codes[0],
        same_as=same_as,
        birth_year=year,
        guardian=guardian,
        risk_factors=[risk for risk in COMMON.risk_factors if risk in typed.getlist("risk")],
        country=country if is_country(country) else None,
        skin_tone=_tone(typed.get("skin_tone", "")),
    )


def _tone(text: str) -> int | None:
    return int(text) if text in map(str, SKIN_TONES) else None


def _same_as(typed: Typed) -> uuid.UUID | None:
    """Return which patient the client was said to be; None: somebody else, or it was not said."""
    found = _ids([typed.get("same", "")])
    return found[0] if found else None


def _ids(stated: Sequence[str]) -> list[uuid.UUID]:
    found = []
    for text in stated:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def _call(typed: Typed, same_as: uuid.UUID | None) -> Call:
    """Return the form as a call: a double tap sends the same key and the same content."""
    said = {name: typed.getlist(name) for name in sorted(typed) if name not in ABOUT_THE_SENDING}
    digest = hashlib.sha256(json.dumps([said, str(same_as)]).encode("utf-8", "surrogatepass")).hexdigest()
    key = typed.get("key", "")
    return Call(f"chair {key[:64]}" if key else None, digest)
