"""What a patient is searched by: name, reference, mail and telephone in one text, kept by the row itself.

A search then looks through one narrow index, in letters without case and accents, on both engines alike.
"""

import unicodedata
from typing import Any

from sqlalchemy import event

from triage.records.people import PatientRow
from triage.rules.phones import digits_of

LONGEST = 300  # characters kept: an entry of an index of PostgreSQL has an end


def folded(text: str) -> str:
    """Return text in small letters without accents, with single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def findable(name: str | None, reference: str, email: str | None, phone: str | None) -> str:
    """Return what finds a patient; of a telephone number the digits."""
    parts = (folded(name or ""), folded(reference), folded(email or ""), digits_of(phone or ""))
    return " ".join(filter(None, parts))[:LONGEST]


def keep_findable(mapper: Any, connection: Any, patient: PatientRow) -> None:
    """Bring the text up to date with the row that is about to be stored."""
    patient.found_by = findable(patient.name, patient.reference, patient.email, patient.phone)


event.listen(PatientRow, "before_insert", keep_findable)
event.listen(PatientRow, "before_update", keep_findable)
