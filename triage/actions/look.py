"""A clinic's own look on the pages: its colour, refused where it cannot be read, and its logo."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.clinics import change_clinic
from triage.actions.errors import Invalid, NotFound
from triage.actions.turn import Turn
from triage.paper.contrast import LEAST_TEXT, read_colour, style_of, weakness_of
from triage.pictures.logo import RefusedLogo, draw_logo
from triage.records import ClinicLogoRow, ClinicRow, Session, look_lookups
from triage.rules import Fault

DIGITS = 16  # of a digest in the address of a style sheet


class Look(NamedTuple):
    """Where a clinic's style sheet and its logo are, as addresses on our own host; empty: it has none."""

    css: str = ""
    logo: str = ""


def look_of(session: Session, clinic: ClinicRow) -> Look:
    """Return a clinic's look. An address changes with what it shows, so browsers may keep it for ever."""
    digest = look_lookups.logo_digest(session, clinic.id)
    css = f"/look/{clinic.id}-{_digest_of(style_of(clinic.colour))}.css" if clinic.colour else ""
    return Look(css, f"/look/{digest}.png" if digest else "")


def style_shown(session: Session, clinic_id: uuid.UUID, digest: str) -> str:
    """Return a clinic's style sheet. Raises NotFound where it has none, or another one now."""
    clinic = session.get(ClinicRow, clinic_id)
    style = style_of(clinic.colour) if clinic is not None and clinic.colour else ""
    if not style or _digest_of(style) != digest:
        raise NotFound
    return style


def logo_shown(session: Session, digest: str) -> bytes:
    """Return a logo as PNG. Raises NotFound where no clinic shows it."""
    image = look_lookups.logo_by_digest(session, digest)
    if image is None:
        raise NotFound
    return image


def change_look(session: Session, values: Mapping[str, Any], turn: Turn) -> ClinicRow:
    """Change a clinic by `values` as change_clinic takes them, and its look: colour, and logo as `drawn` returned it.

    None takes a colour or a logo away. Raises Invalid for a colour that cannot be read on our pages.
    """
    turn.by.require("lead")
    rest = {name: value for name, value in values.items() if name != "logo"}
    if rest.get("colour") is not None:
        rest["colour"] = readable(rest["colour"])
    clinic = change_clinic(session, rest, turn) if rest else clinic_of(session, turn.by.clinic_id)
    if "logo" in values:
        _change_logo(session, clinic, values["logo"], turn)
    return clinic


def readable(text: str) -> str:
    """Return a colour as it is kept. Raises Invalid, with the nearest that passes, where text in it cannot be read."""
    colour = read_colour(text)
    if colour is None:
        raise Invalid([Fault("colour", f"{text[:20]!r} is no colour", "give six hexadecimal digits, like #0b5c63")])
    weak = weakness_of(colour)
    if weak is not None:
        said = (
            f"{colour} beside {weak.beside} has a contrast of {weak.ratio:.2f} to 1, and text needs {LEAST_TEXT} to 1"
        )
        raise Invalid([Fault("colour", said, f"the nearest colour that passes is {weak.nearest}")])
    return colour


def drawn(data: bytes) -> bytes:
    """Return a logo drawn anew. It takes time: draw before the transaction. Raises Invalid for what is not taken."""
    try:
        return draw_logo(data)
    except RefusedLogo as refusal:
        expected = "give a PNG, JPEG or WebP of at most 200 kB"
        raise Invalid([Fault("logo", str(refusal), expected)]) from refusal


def _change_logo(session: Session, clinic: ClinicRow, image: bytes | None, turn: Turn) -> None:
    former = look_lookups.logo(session, clinic.id)
    digest = hashlib.sha256(image).hexdigest() if image else None
    if digest == (former.digest if former else None):
        return
    if former is not None:
        former.replaced_at = turn.now
        session.add(former)
    if image is not None and digest is not None:
        session.add(ClinicLogoRow(clinic_id=clinic.id, digest=digest, image=image, made_at=turn.now))
    before, after = {"logo": former.digest if former else None}, {"logo": digest}
    audit.record(session, turn, "clinic_logo_changed", ("clinic", clinic.id), before=before, after=after)


def _digest_of(style: str) -> str:
    return hashlib.sha256(style.encode()).hexdigest()[:DIGITS]
