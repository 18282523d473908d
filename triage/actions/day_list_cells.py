"""The cells of a day's list read into a client and a sitting; each fault is named by its column."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from triage.actions.chair import Client, Sitting
from triage.actions.enrol import OF_AGE
from triage.actions.table_reader import TableLine
from triage.actions.typed import Contact, read_contact, read_ended, read_text, read_year
from triage.rules import COMMON, Fault
from triage.rules.faults import show, unknown_word
from triage.words.countries import is_country

# Each column, what stands in it, and an example; the page shows them, and the template to download is made of them.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "reference": ("how you know the client; left out, we make one", "A-1042"),
    "name": ("first and last name", "Sam Secret"),
    "phone": ("mobile phone", "+49 170 1234567"),
    "email": ("mail address", "sam@example.org"),
    "language": ("a code of the languages that you offer; left out: the first", "en"),
    "ended": ("when needling ended: a time of today, or a date and a time", "14:30"),
    "practitioner": ("left out: whoever sends the list", "Dr. Ada Berg"),
    "areas": ("of " + ", ".join(COMMON.zones) + ", with | between", "top|crown"),
    "lots": ("lot numbers of bottles that are open, with | between", ""),
    "consent": ("yes, where the client agreed to messages in the words of the pages; else no message is sent", "yes"),
    "birth year": ("four figures", "1984"),
    "guardian": ("who agreed for a client who may be under 18", ""),
    "country": ("two letters", "DE"),
}
YES, NO = frozenset("yes y true 1 x".split()), frozenset(("", "no", "n", "false", "0", "-"))


class Known(NamedTuple):
    """What a line is read by."""

    zone: tzinfo
    languages: Sequence[str]  # the first is that of a line that names none
    lots: Mapping[str, uuid.UUID]  # bottles that are open, by their lot in small letters
    practitioner: str  # where a line names none


class ListCells(NamedTuple):
    """What a line says."""

    reference: str | None
    client: Client
    sitting: Sitting
    agrees: bool


def read_line(line: TableLine, known: Known, now: datetime) -> tuple[ListCells | None, list[Fault]]:
    """Return what a line says; None where it has faults, which are all named."""
    faults: list[Fault] = []
    cell = {name: line.cells.get(name, "") for name in COLUMNS}
    if line.too_many:
        said = f"the line has {line.too_many} more filled cells than there are columns"
        faults.append(Fault("line", said, "put quotes around a cell that has the separator in it"))
    client = _client(cell, known, now, faults)
    reference = read_text(cell["reference"], "reference", faults)
    sitting = _sitting(cell, known, now, faults)
    agrees = cell["consent"].casefold()
    if agrees not in YES | NO:
        faults.append(Fault("consent", f"{show(cell['consent'])} is neither yes nor no", "write yes or no"))
    if not reference and not client.name:
        faults.append(Fault("name", "this is missing, and there is no reference", "give one of the two"))
    if faults or sitting is None:
        return None, faults
    return ListCells(reference, client, sitting, agrees in YES), []


def _client(cell: Mapping[str, str], known: Known, now: datetime, faults: list[Fault]) -> Client:
    year = read_year(cell["birth year"], now, "birth year", faults)
    guardian = read_text(cell["guardian"], "guardian", faults)
    if year is not None and now.year - year <= OF_AGE and not guardian:
        faults.append(Fault("guardian", "missing for a client who may be under 18", "give the name of who agreed"))
    language = cell["language"].lower() or known.languages[0]
    if language not in known.languages:
        faults.append(unknown_word("language", cell["language"], known.languages))
    country = cell["country"].upper() or None
    if country is not None and not is_country(country):
        faults.append(Fault("country", f"{show(cell['country'])} is no country's code", "two letters, like DE"))
    return Client(
        name=read_text(cell["name"], "name", faults),
        contact=_contact(cell, faults),
        language=language,
        birth_year=year,
        guardian=guardian,
        country=country,
    )


def _contact(cell: Mapping[str, str], faults: list[Fault]) -> Contact:
    phone, mail = read_contact(cell["phone"], "phone", faults), read_contact(cell["email"], "email", faults)
    for path, found, other in (("phone", phone.email, "email"), ("email", mail.phone, "phone")):
        if found:
            faults.append(Fault(path, "this stands in the wrong column", f"it belongs under {other}"))
    return Contact(mail.email, phone.phone)


def _sitting(cell: Mapping[str, str], known: Known, now: datetime, faults: list[Fault]) -> Sitting | None:
    if not cell["ended"]:
        faults.append(Fault("ended", "this is missing", "write when needling ended, like 14:30"))
        return None
    ended = read_ended(cell["ended"], now, known.zone, "ended", faults)
    areas = [part.casefold() for part in _parts(cell["areas"])]
    faults += [unknown_word("areas", area, COMMON.zones) for area in areas if area not in COMMON.zones]
    lots = [part.casefold() for part in _parts(cell["lots"])]
    unknown = [lot for lot in lots if lot not in known.lots]
    faults += [Fault("lots", f"{show(lot)} is not open", "open the bottle first, under Bottles") for lot in unknown]
    practitioner = read_text(cell["practitioner"], "practitioner", faults) or known.practitioner
    if ended is None:
        return None
    bottles = [known.lots[lot] for lot in lots if lot in known.lots]
    return Sitting(ended, practitioner, list(dict.fromkeys(areas)), bottles)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
