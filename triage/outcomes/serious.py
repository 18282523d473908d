"""What the law asks for after a serious event: who must be told by when, and what must be known before it counts.

Not legal advice: a clinic asks counsel. Sources are the S-numbers of the project's evidence.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

# The regulators' words for seriousness. It is not severity: a mild rash that lasts for life is serious.
SERIOUS = (
    "death",
    "life_threat",
    "hospital",
    "disability",
    "congenital",
    "infection",
    "disfigurement",
    "intervention",
)
EVENT_OUTCOMES = ("recovered", "recovering", "not_recovered", "sequelae", "fatal", "unknown")
ANSWERS = ("yes", "no", "unknown")
CAUSALITY = ("certain", "probable", "possible", "unlikely", "unknown")  # WHO-UMC's words, without its two for no data
COUNTED = ("suspect", "concomitant")
# What is noted when an alert is closed, and what of the above it speaks for; a human decides.
SUGGESTED: Mapping[str, str] = {"hospital": "hospital", "antibiotic": "infection", "lasting_change": "disfigurement"}
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO".split())
COSMETICS = ("pigment", "diluent", "ointment")
FOLLOWED_FOR = 365  # days: new medical information within a year is told again (S72)
KEPT_YEARS = 6  # 21 USC 364a(e), for whoever is no small business (S69, S74); judgement: elsewhere too
LAW_OF_KEEPING = "21 USC 364a: records of adverse events are kept for 6 years (S69, S74)"


class Duty(NamedTuple):
    """Who must or may tell whom of a serious event, and how long they have.

    `days` None: the law names no number. `is_business`: only working days count. `is_ours`: the clinic itself is
    meant; else the clinic tells who is meant, in time for them. `asks`: which words of SERIOUS bring it about.
    """

    id: str
    law: str
    teller: str
    told: str
    days: int | None
    is_business: bool
    is_ours: bool
    must: bool
    asks: frozenset[str]
    roles: tuple[str, ...]  # of a product; empty: whatever was used
    source: str
    note: str = ""


class Due(NamedTuple):
    """A duty with its day; None: no day is named."""

    duty: Duty
    day: date | None
    sent_at: datetime | None = None  # when a human sent the latest version; None: it waits


US_MAKER = Duty(
    "us_responsible_person",
    "MoCRA, 21 USC 364a(b)",
    "the responsible person on the label (maker, packer, distributor)",
    "FDA (MedWatch 3500A with a copy of the label)",
    15,
    is_business=True,
    is_ours=False,
    must=True,
    asks=frozenset(SERIOUS),
    roles=COSMETICS,
    source="S70, S71, S72",
    note="Tell the maker now: their 15 business days begin when they hear of it. A clinic that mixes or labels "
    "its own products may itself be meant.",
)
US_VOLUNTARY = Duty(
    "us_medwatch",
    "FDA MedWatch 3500",
    "the clinic, of its own will",
    "FDA",
    None,
    is_business=False,
    is_ours=True,
    must=False,
    asks=frozenset(SERIOUS),
    roles=(),
    source="S72, S75",
    note="A numbing cream is a drug: name it as a suspect product of its own (S48).",
)
EU_EFFECT = Duty(
    "eu_serious_effect",
    "Regulation (EC) 1223/2009, article 23",
    "the responsible person and the distributor",
    "the competent authority of the member state where it happened",
    20,
    is_business=False,
    is_ours=False,
    must=True,
    asks=frozenset(("death", "life_threat", "hospital", "disability", "congenital")),
    roles=COSMETICS,
    source="S77, S112, S113",
    note="Tell the maker and the authority without delay. Inks under the skin are arguably outside of cosmetics "
    "law; aftercare products are inside.",
)
EU_DRUG = Duty(
    "eu_medicine",
    "Directive 2001/83/EC, article 102",
    "the clinic, of its own will",
    "the national medicines agency",
    None,
    is_business=False,
    is_ours=True,
    must=False,
    asks=frozenset(SERIOUS),
    roles=("anaesthetic",),
    source="judgement: every member state takes reports about medicines; general knowledge, no source found",
)
UK_EFFECT = Duty(
    "uk_serious_effect",
    "Regulation (EC) 1223/2009 as kept in UK law, article 23",
    "the responsible person and the distributor",
    "the Secretary of State (OPSS)",
    1,
    is_business=True,
    is_ours=False,
    must=True,
    asks=EU_EFFECT.asks,
    roles=COSMETICS,
    source="S115; judgement: without delay has no number, so the next working day is shown",
    note="Tell the maker without delay.",
)
UK_DRUG = EU_DRUG._replace(
    id="uk_yellow_card",
    law="Yellow Card",
    told="MHRA",
    source="general knowledge: no source found",
)
UNKNOWN = Duty(
    "unknown_country",
    "not known to this service",
    "the clinic",
    "whoever the law of the country names",
    1,
    is_business=True,
    is_ours=True,
    must=True,
    asks=frozenset(SERIOUS),
    roles=(),
    source="judgement: the strictest number above, until somebody has asked",
    note="Ask counsel or the authority which duty there is.",
)
OF_COUNTRY: Mapping[str, tuple[Duty, ...]] = {
    "US": (US_MAKER, US_VOLUNTARY),
    "GB": (UK_EFFECT, UK_DRUG),
    **{code: (EU_EFFECT, EU_DRUG) for code in sorted(EU)},
}
DUTIES: Mapping[str, Duty] = {
    duty.id: duty for duty in (US_MAKER, US_VOLUNTARY, EU_EFFECT, EU_DRUG, UK_EFFECT, UK_DRUG, UNKNOWN)
}


def duties_of(country: str | None, serious: Sequence[str], roles: Sequence[str]) -> tuple[Duty, ...]:
    """Return the duties of a country (ISO code; None: not known) for an event.

    `serious`: words of SERIOUS; none of them: no duty. `roles`: of the suspect products;
    while none is known, every duty counts.
    """
    known = OF_COUNTRY.get(country or "", (UNKNOWN,))
    wanted, used = frozenset(serious), frozenset(roles)
    return tuple(
        duty for duty in known if duty.asks & wanted and (not duty.roles or not used or used & frozenset(duty.roles))
    )


def due_day(duty: Duty, aware: date, holidays: Container[date] = ()) -> date | None:
    """Return the last day of a duty; the day of hearing of it is day 0. None: the law names no number of days.

    Calendar days that end on a day off are not put off: nobody may read more time into them than there is.
    """
    if duty.days is None:
        return None
    return business_days_after(aware, duty.days, holidays) if duty.is_business else aware + timedelta(days=duty.days)


def business_days_after(day: date, count: int, holidays: Container[date] = ()) -> date:
    """Return the day on which so many working days have gone by: Monday to Friday but holidays."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in holidays
    return day


def missing_elements(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which of the four elements of a valid report are missing (S123): patient, reporter, product, reaction.

    `event`: patient_ref, reporter (name or role, country), products (role: suspect), reaction (term).
    """
    reporter, reaction = event.get("reporter") or {}, event.get("reaction") or {}
    suspects = [one for one in event.get("products") or () if one.get("counted") == "suspect" and one.get("name")]
    is_there = {
        "identifiable patient": bool(event.get("patient_ref")),
        "identifiable reporter": bool(reporter.get("name") or reporter.get("role")),
        "suspect product": bool(suspects),
        "adverse reaction": bool(reaction.get("term")),
    }
    return tuple(name for name, found in is_there.items() if not found)


def suggested_seriousness(noted: Sequence[str], outcome: str | None) -> list[str]:
    """Return what the close of an alert speaks for, in the order of SERIOUS, as a suggestion to a human."""
    found = {SUGGESTED[one] for one in noted if one in SUGGESTED}
    found |= {"infection"} if outcome == "suspected_infection" else set()
    return [one for one in SERIOUS if one in found]


def kept_until(last_news: date) -> date:
    """Return until when the record of an event must be kept, counted from its last news."""
    try:
        return last_news.replace(year=last_news.year + KEPT_YEARS)
    except ValueError:  # the 29th of February
        return last_news.replace(year=last_news.year + KEPT_YEARS, month=3, day=1)
