"""What the chair says in a client's language, and how staff read names of areas, roles and languages."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from triage.actions.offered import offered_languages
from triage.actions.protocols import tables_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session
from triage.rules import COMMON
from triage.rules.protocol import Texts
from triage.web.staff_page import StaffPage
from triage.web.start import own_name
from triage.web.words import Words
from triage.words import FALLBACK

ROLE_NAMES = {
    "pigment": "Pigment",
    "diluent": "Diluent",
    "anaesthetic": "Numbing cream",
    "needle": "Needle",
    "ointment": "Ointment",
}


SKIN_TONES = {  # Fitzpatrick's types, by what skin does in the sun
    1: "I: very fair, always burns",
    2: "II: fair, burns easily",
    3: "III: medium, burns at times",
    4: "IV: olive, rarely burns",
    5: "V: brown, very rarely burns",
    6: "VI: very dark, never burns",
}


class Offer(NamedTuple):
    """A language to choose, and what a client agrees to in it."""

    code: str
    name: str
    direction: str
    label: str  # of the tick
    consent: str


def offers(session: Session, turn: Turn) -> list[Offer]:
    """Return the languages that the clinic offers, each with its words of consent."""
    clinic = session.get(ClinicRow, turn.by.clinic_id)
    assert clinic is not None
    texts = texts_of(session, turn)
    return [_offer(code, texts.get(code), clinic.name) for code in offered_languages(session, clinic, turn.now)]


def texts_of(session: Session, turn: Turn) -> Mapping[str, Texts]:
    """Return the texts of the clinic's protocol by language; empty where it has none."""
    tables = tables_of(session, turn.by.clinic_id, turn.now, None)
    return tables.protocol.texts if tables else {}


def words_in(session: Session, language: str, turn: Turn) -> Words:
    """Return the words for a client's language."""
    texts = texts_of(session, turn)
    return Words(texts.get(language) or next(iter(texts.values()), None), language)


def named(session: Session, kind: str, ids: tuple[str, ...], turn: Turn) -> list[tuple[str, str]]:
    """Return ids of a closed list with what staff call them."""
    words = Words(texts_of(session, turn).get(FALLBACK), FALLBACK)
    return [(one, words.label(kind, one)) for one in ids]


def areas(session: Session, turn: Turn) -> list[tuple[str, str]]:
    """Return where a sitting may have been, as staff call it."""
    return named(session, "zones", COMMON.zones, turn)


def clock_at(page: StaffPage, at: datetime | None) -> str:
    """Return a moment in the clinic's zone, like 4 March 2026, 14:02; empty for none."""
    if at is None:
        return ""
    local = at.astimezone(zone_of(page.clinic))
    return f"{local.day} {local:%B %Y, %H:%M}"


def _offer(code: str, texts: Texts | None, clinic: str) -> Offer:
    words = Words(texts, code)
    consent = words.page("consent_messages_text", clinic=clinic)
    return Offer(code, own_name(code), words.direction, words.page("own_agree"), consent)
