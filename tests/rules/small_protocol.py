"""A small protocol to plant faults in: every word of the vocabulary has a rule, and redness has one of each form."""

from functools import lru_cache

from triage.rules import COMMON, Fault, Protocol, ProtocolError, Tables, compile_protocol, prove, read_protocol
from triage.rules.read_texts import PAGE_WORDS

REDNESS = """
[symptoms.redness]
group = "infection"
advice = "redness"
window = { low_days = 1, high_days = 4, source = "S1" }
expected = [
    { from_hour = 0, at_most = 3, source = "S1" },
    { from_hour = 48, at_most = 1, source = "S1" },
    { after_day = 4, at_most = 0, source = "S1" },
]
rules = [
    { id = "late", when = "beyond", urgency = "routine", source = "S1" },
    { id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" },
    { id = "worse", when = "worse", severity = 2, from_hour = 72, urgency = "same_day", source = "S1" },
    { id = "new", when = "new", severity = 2, after_day = 3, urgency = "same_day", source = "S1" },
    { id = "back", when = "relapse", severity = 2, urgency = "same_day", source = "S1" },
    { id = "not_improving", when = "not_improving", severity = 2, urgency = "same_day", source = "S1" },
    { id = "rising_fast", when = "rapid_rise", severity = 2, urgency = "same_day", source = "S1" },
]
"""

BUMPS = """
[symptoms.bumps]
group = "infection"
advice = "redness"
late_new_from_hour = 96
late_any_from_hour = 360
late_source = "S1"
window = { low_days = 2, high_days = 7, source = "S1" }
expected = [{ from_hour = 0, at_most = 2, source = "S1" }, { after_day = 7, at_most = 0, source = "S1" }]
rules = [
    { id = "late", when = "beyond", urgency = "routine", source = "S1" },
    { id = "began_late", when = "late", urgency = "same_day", source = "S1" },
]
"""

OTHER_SYMPTOM = """
[symptoms.{symptom}]
group = "healing"
advice = "redness"
window = {{ low_days = 1, high_days = 4, source = "S1" }}
expected = [{{ from_hour = 0, at_most = 2, source = "S1" }}, {{ after_day = 4, at_most = 0, source = "S1" }}]
rules = [{{ id = "late", when = "beyond", urgency = "routine", source = "S1" }}]
"""

HEAD = """
[protocol]
name = "small"
version = "1"
title = "Small"
author = "The tests"
languages = ["en"]

[follow_up]
days = 90
urgency = "routine"
source = "judgement: three months"
calmer_later = "what lasts is for an appointment"

[hold]
hours = 72
after = "urgent"
urgency = "same_day"
source = "judgement: three days"

[history]
not_improving_days = 3
rise_by = 2
rise_within_hours = 24
source = "S1"

[check_ins]
days = [0, 1, 3, 7]
at_hour = 18
overdue_after_hours = 24
source = "S1"

[wants_call]
urgency = "same_day"
source = "S1"

[[temperatures]]
at_least = 38.0
sign = "fever"
source = "S1"

[[combinations]]
id = "fever_and_pain"
all = ["sign:fever", "pain >= 3"]
any = ["sign:faint", "risk:diabetes"]
urgency = "emergency"
source = "S1"

[aftercare.washing]
from_days = [0, 4]
source = "S1"

[sources]
S1 = "a page"
S2 = "another page"
"""

CASES = """
[[cases]]
id = "red_on_day_8"
expect = "routine"
procedures = [{ at = "2026-03-02T10:00:00+00:00" }]
check_ins = [{ at = "2026-03-10T18:00:00+00:00", symptoms = { redness = 1 } }]
"""

SIGNS = "".join(
    f'\n[signs.{sign}]\nurgency = "{"urgent" if sign == "fever" else "same_day"}"\nsource = "S1"\n'
    for sign in COMMON.signs
)
FACTORS = "".join(f'\n[risk_factors.{name}]\nraises = ["infection"]\nsource = "S1"\n' for name in COMMON.risk_factors)
RESULTS = "".join(f'\n[results.{name}]\nafter_day = 6\nurgency = "routine"\nsource = "S1"\n' for name in COMMON.results)
OTHERS = "".join(OTHER_SYMPTOM.format(symptom=name) for name in COMMON.symptoms if name not in ("redness", "bumps"))
PROTOCOL = HEAD + REDNESS + BUMPS + OTHERS + SIGNS + FACTORS + RESULTS


def _section(name: str, words: tuple[str, ...]) -> str:
    return f"\n[{name}]\n" + "".join(f'"{word}" = "{word.replace("_", " ").capitalize()}"\n' for word in words)


LEVELS = ("self_care", "routine", "same_day", "urgent", "emergency")
KINDS = ("symptoms", "signs", "risk_factors", "zones", "results", "treatments", "exposures")
TEXT = (
    'language = "en"\n'
    + "".join(_section(f"labels.{kind}", getattr(COMMON, kind)) for kind in KINDS)
    + _section("labels.severities", tuple("01234"))
    + _section("labels.courses", ("better", "same", "worse", "new"))
    + "".join(f'\n[urgency.{level}]\nheadline = "How soon."\ndo = "What to do."\n' for level in LEVELS)
    + "".join(f'\n[advice.{name}]\ntext = "About {name}."\ncall_when = "Call."\n' for name in (*LEVELS, "redness"))
    + '\n[aftercare]\nwashing = "Washing"\n"washing.0" = "Not yet."\n"washing.4" = "Gently."\n'
    + _section("page", tuple(PAGE_WORDS))
)
WORDS = """language = "en"
negations = ["no"]
no_negations = ["no idea"]
list_words = ["or"]
breaks = ["but"]
harmless = ["hay fever"]

[signs]
fever = ["fever"]
"""
FILES = {"protocol.toml": PROTOCOL, "cases.toml": CASES, "text.en.toml": TEXT, "words.en.toml": WORDS}


def edited(old: str, new: str, file: str = "protocol.toml") -> dict[str, str]:
    """Return the files with one passage changed."""
    assert old in FILES[file], f"{old!r} is not in {file}"
    return FILES | {file: FILES[file].replace(old, new, 1)}


def read(files: dict[str, str] = FILES) -> Protocol:
    return read_protocol(files)


@lru_cache(maxsize=1)
def tables() -> Tables:
    return compile_protocol(read())


def faults_of(files: dict[str, str]) -> list[Fault]:
    """Return every fault that reading or proving reports."""
    try:
        return prove(compile_protocol(read_protocol(files)))
    except ProtocolError as error:
        return error.faults
