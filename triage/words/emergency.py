"""Which number calls an ambulance, country by country.

Judgement, to be reviewed by whoever runs the service: written down from public knowledge (each row says which), not
copied from a register. A country that we are not sure of is not here: then the three that most networks know are shown.
"""

from collections.abc import Mapping
from types import MappingProxyType

# 112 and 911 are taken as emergency calls by mobile phones and most networks (3GPP TS 22.101); 999 is the oldest.
ANYWHERE = ("112", "911", "999")

# Numbers, the surest first; the countries by their ISO 3166-1 codes; where it is known from.
_ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "112",
        "BE BG CY DE DK EE ES FI LT LU MT NL PT RO SE SI IS AX FO GL SM VA",
        "112 in the EU: Directive (EU) 2018/1972",
    ),
    ("112 15", "FR GP GF MF MQ RE YT", "112 in the EU; 15 is the SAMU"),
    ("112 18", "MC", "112 and the firemen, who send ambulances"),
    ("112 104", "HU", "112 in the EU; the national ambulance"),
    ("112 113", "LV", "112 in the EU; the national ambulance"),
    ("112 116", "AD", "112; the national ambulance"),
    ("112 118", "IT", "112 in the EU; the national ambulance"),
    ("112 144", "AT", "112 in the EU; the national ambulance"),
    ("112 155", "CZ SK", "112 in the EU; the national ambulance"),
    ("112 166", "GR", "112 in the EU; the national ambulance"),
    ("112 194", "HR XK", "112; the national ambulance"),
    ("112 999", "IE PL GI", "112 in the EU; the older national number"),
    ("999 112", "GB GG IM JE", "999 and 112 are answered alike in the United Kingdom"),
    ("113 112", "NO", "113 is the ambulance in Norway; 112 is answered by the police"),
    ("144 112", "CH LI", "144 is the ambulance in Switzerland and Liechtenstein"),
    ("112", "TR GE MD", "112 is the only emergency number"),
    ("124", "BA", "national ambulance"),
    ("124 112", "ME", "national ambulance"),
    ("127 112", "AL", "national ambulance"),
    ("194 112", "MK RS", "national ambulance"),
    ("103 112", "UA RU AM KZ", "103 is the ambulance in most states of the former Soviet Union"),
    ("103", "AZ BY KG MN TJ UZ", "the same"),
    ("911", "US CA PR VI GU AS MP", "North American numbering plan"),
    ("911", "AW BM BZ CR DO EC HN KY MX PA PH UY VE", "national emergency number"),
    ("911 919", "BS", "national emergency number"),
    ("912", "CW RW", "national ambulance"),
    ("104", "CU", "national ambulance"),
    ("106", "PE", "SAMU"),
    ("107 911", "AR", "SAME; 911 in the big provinces"),
    ("110", "JM", "ambulance and fire brigade"),
    ("123", "CO", "national emergency number"),
    ("131", "CL", "SAMU"),
    ("192", "BR", "SAMU"),
    ("511", "BB", "national ambulance"),
    ("811", "TT", "national ambulance"),
    ("000 112", "AU CC CX NF", "000; 112 from mobile phones"),
    ("111", "NZ PG", "national emergency number, ambulance"),
    ("911", "FJ", "national ambulance"),
    ("119", "JP KH KR TW", "ambulance and fire brigade"),
    ("119 112", "ID", "119 is the ambulance, 112 the general number"),
    ("120", "CN", "national ambulance"),
    ("999", "HK MO MY BD", "national emergency number"),
    ("995", "SG", "ambulance and fire brigade"),
    ("991", "BN", "national ambulance"),
    ("1669", "TH", "national ambulance"),
    ("115", "VN IR", "national ambulance"),
    ("112 108", "IN", "112 is the general number, 108 the ambulance"),
    ("112", "BT", "national ambulance"),
    ("102", "MV NP", "national ambulance"),
    ("1122", "PK", "rescue service"),
    ("1990", "LK", "national ambulance"),
    ("192", "MM", "national ambulance"),
    ("101", "IL PS", "Magen David Adom; the Red Crescent"),
    ("112", "KW", "national emergency number"),
    ("140", "LB", "Red Cross"),
    ("911", "JO", "national emergency number"),
    ("997 911", "SA", "Red Crescent; 911 in the regions that have it"),
    ("998", "AE", "national ambulance"),
    ("999", "BH QA", "national emergency number"),
    ("9999", "OM", "national emergency number"),
    ("123", "EG", "national ambulance"),
    ("150", "MA", "ambulance and fire brigade"),
    ("190", "TN", "SAMU"),
    ("10177 112", "ZA", "ambulance; 112 from mobile phones"),
    ("112", "GH NG", "national emergency number"),
    ("999 112", "KE", "national emergency numbers"),
    ("997", "BW", "national ambulance"),
    ("114", "MU", "SAMU"),
    ("130", "CV", "national ambulance"),
    ("1515", "SN", "SAMU"),
)
_OF_COUNTRY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {country: tuple(numbers.split()) for numbers, countries, _ in _ROWS for country in countries.split()}
)


def numbers_in(country: str) -> tuple[str, ...]:
    """Return the numbers that call an ambulance in a country, the surest first; ANYWHERE for one that is not known."""
    return _OF_COUNTRY.get(country.upper(), ANYWHERE)


def countries_known() -> list[str]:
    """Return the codes of the countries whose number we know."""
    return sorted(_OF_COUNTRY)
