"""Countries by their ISO codes: what they are called in a language, and which clocks stand in them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from triage.words import FALLBACK
from triage.words.locales import locale_of

COUNTRY = re.compile(r"[A-Z]{2}")
# Codes that name no country: unions, tests of programs, parts of others that have no number of their own.
NONE = frozenset("AC AQ BV CP CQ DG EA EU EZ GS HM IC QO TA TF UM UN XA XB ZZ".split())


@cache
def countries(language: str) -> Mapping[str, str]:
    """Return the name of every country by its code, in the order in which a reader looks for them."""
    territories = (locale_of(language) or Locale(FALLBACK)).territories
    known = {code: str(name) for code, name in territories.items() if COUNTRY.fullmatch(code) and code not in NONE}
    return dict(sorted(known.items(), key=lambda entry: _plain(entry[1])))


def is_country(code: str) -> bool:
    """Tell whether a text is the code of a country."""
    return code in countries(FALLBACK)


def zones_of(country: str) -> list[str]:
    """Return the time zones of a country by their present names; empty for a code that is not known."""
    return sorted(zone for zone, code in get_global("zone_territories").items() if code == country.upper())


@cache
def zones_in(country: str) -> str:
    """Return the names of the time zones of a country, old ones too, with a space between; empty: it has none.

    A phone says its zone by one of these, so they can suggest a country; a clock that was not set may not decide it.
    """
    here = set(zones_of(country))
    aliases = get_global("zone_aliases").items()
    return " ".join(sorted(here | {alias for alias, zone in aliases if zone in here and "/" in alias}))


def _plain(name: str) -> str:
    """Return a name without accents and in small letters, to sort by."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
