"""Protocols written by chance as TOML text: every form, condition and hour, in any mixture that can be read.

They need not make sense: what `protocol check` refuses (rules without effect, contradictions) means something all the
same, and the page says what. The words that no drawn rule uses have the plainest rules there are, written once.
"""

import json
from random import Random
from typing import Any

from tests.rules import small_protocol
from triage.rules import COMMON

OWN = {
    "symptoms": ["numbness"], "signs": ["cold_hands"], "risk_factors": ["smoker"], "zones": ["brow"],
    "results": ["patchy"], "treatments": ["cream"], "exposures": ["helmet"],
}  # fmt: skip
SYMPTOMS = ["redness", "bumps", "numbness"]
SIGNS = {
    "fever": "fever", "pus": "pus", "faint": "faint*", "swollen_nodes": "nodes", "tender_nodes": "tender nodes",
    "cold_hands": "cold hands",
}  # fmt: skip
FACTORS = ["diabetes", "pregnancy", "smoker"]
RESULTS = ["dots_lost", "patchy"]
URGENCIES = ["routine", "same_day", "urgent", "emergency"]
HOURS = [1, 2, 6, 24, 47, 48, 72, 96, 120, 168, 240, 360]
FORMS = [
    *["beyond"] * 5, "worse", "new", "relapse", "not_improving", "rapid_rise", "late", "late", "late",
]  # fmt: skip
DEGREES = ["37", "37.5", "38.0", "38", "39.4"]
GROUPS = [
    "infection", "healing", "afterwards", "wants_call", "hold", "sign.fever", "sign.tender_nodes", "result.dots_lost",
]  # fmt: skip
ADVICE = ["redness", "rest", "cool"]
LATE_KEYS = ("late_new_from_hour", "late_any_from_hour", "late_hidden_until_hour")

MAYBE, RARELY = [False, True], [False, False, False, True]
COURSES = ["worse", "new or worse", "back", "not improving", "rising fast", "late"]
CONDITIONS = {
    "{symptom} {course}": 4, "{symptom} >= {severity}": 2, "{symptom} in {zone}": 1, "sign:{sign}": 1,
    "temperature >= {degrees}": 1, "risk:{factor}": 1, "treatment:{treatment}": 1, "exposed:{exposure}": 1,
}  # fmt: skip
WORDS = {
    "symptom": [*SYMPTOMS, "pain"], "course": COURSES, "severity": "1234", "zone": ["outside", "brow"],
    "sign": list(SIGNS), "degrees": DEGREES, "factor": FACTORS, "treatment": ["painkiller", "cream"],
    "exposure": ["water", "helmet"],
}  # fmt: skip
Pairs = dict[str, Any]


def write(value: Any) -> str:
    """Return a value as TOML. JSON spells texts, whole numbers and lists of them alike."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {write(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(write(inner) for inner in value) + "]"
    return json.dumps(value)


def table(header: str, pairs: Pairs) -> str:
    return f"\n{header}\n" + "".join(f"{name} = {write(value)}\n" for name, value in pairs.items())


def _plain_text() -> str:
    """What is the same in every drawn protocol."""
    plain = {"urgency": "same_day", "source": "S1"}
    symptoms = [name for name in COMMON.symptoms if name not in SYMPTOMS]
    return "".join(
        [
            *(small_protocol.OTHER_SYMPTOM.format(symptom=name) for name in symptoms[:-1]),
            small_protocol.OTHER_SYMPTOM.format(symptom=symptoms[-1]).replace("healing", "infection"),
            *(table(f"[signs.{name}]", plain) for name in COMMON.signs if name not in SIGNS),
            *(
                table(f"[risk_factors.{name}]", {"raises": ["infection"], "source": "S1"})
                for name in COMMON.risk_factors
                if name not in FACTORS
            ),
            *(
                table(f"[results.{name}]", {"after_day": 6, "urgency": "routine", "source": "S1"})
                for name in COMMON.results
                if name not in RESULTS
            ),
            table("[check_ins]", {"days": [0, 365], "at_hour": 18, "overdue_after_hours": 24, "source": "S1"}),
            table("[sources]", {"S1": "a page"}),
            "\n[aftercare]\n",
            table("[own_words]", OWN),
            table(
                "[protocol]",
                {"name": "drawn", "version": "1", "title": "Drawn", "author": "Chance", "languages": ["en"]},
            ),
        ]
    )


def _texts() -> str:
    lines = small_protocol.TEXT
    for kind, words in OWN.items():
        lines = lines.replace(
            f"[labels.{kind}]\n", f"[labels.{kind}]\n" + "".join(f'{word} = "It"\n' for word in words)
        )
    return lines + "".join(table(f"[advice.{name}]", {"text": "It.", "call_when": "Call."}) for name in ADVICE[1:])


PLAIN = _plain_text()
OTHER_FILES = {
    "cases.toml": small_protocol.CASES,
    "text.en.toml": _texts(),
    "words.en.toml": small_protocol.WORDS.split("[signs]")[0]
    + table("[signs]", {sign: [pattern] for sign, pattern in SIGNS.items()}),
}


def draw_protocol(chance: Random) -> str:
    """Return the drawn part of a protocol; `files_of` gives the rest."""
    parts = [
        table("[follow_up]", {"days": chance.choice([90, 90, 90, 1, 3, 7, 14, 120]), **_rule(chance, {})}),
        table("[hold]", _hold(chance)),
        table("[history]", _history(chance)),
        table("[wants_call]", _rule(chance, {})),
        *(_symptom(chance, name) for name in SYMPTOMS),
        *(_sign(chance, name) for name in SIGNS),
    ]
    combinations = [_combination(chance, number) for number in range(chance.randint(0, 5))]
    temperatures = [
        table("[[temperatures]]", {"at_least": chance.choice([37, 37.5, 38.0, 39.4]), **_feeds(chance)})
        for _ in range(chance.randint(0, 2))
    ]
    groups = GROUPS + [f"combination.{number}" for number, part in enumerate(combinations) if "group = " not in part]
    factors = [table(f"[risk_factors.{name}]", _raises(chance, groups)) for name in FACTORS]
    results = [table(f"[results.{name}]", {**_rule(chance, _hours(chance)), "urgency": "routine"}) for name in RESULTS]
    no_rows = "combinations = []\n" * (not combinations) + "temperatures = []\n" * (not temperatures)
    return no_rows + "".join([*parts, *combinations, *temperatures, *factors, *results])


def files_of(drawn: str) -> dict[str, str]:
    """The files of a drawn protocol, all of it readable."""
    return {"protocol.toml": drawn + PLAIN, **OTHER_FILES}


def _rule(chance: Random, when: Pairs) -> Pairs:
    found = {**when, "urgency": chance.choice(URGENCIES), "source": "S1", "calmer_later": "S1"}
    if chance.choice(RARELY):
        found["advice"] = chance.choice(ADVICE)
    return found


def _hours(chance: Random) -> Pairs:
    """A start, an end, both or none; by hour or by day."""
    found: Pairs = {}
    start = chance.choice([0] * 10 + HOURS[:-1])
    if start:
        found |= _spell(chance, start, "from_hour", "after_day")
    if chance.choice(RARELY):
        end = chance.choice([hour for hour in HOURS if hour > start])
        found |= _spell(chance, end, "until_hour", "through_day")
    return found


def _spell(chance: Random, hour: int, by_hour: str, by_day: str) -> Pairs:
    return {by_day: hour // 24 - 1} if hour % 24 == 0 and chance.choice(MAYBE) else {by_hour: hour}


def _hold(chance: Random) -> Pairs:
    """Mostly a floor below the dangers, as the check demands."""
    found = {"hours": chance.choice(HOURS), "after": chance.choice(URGENCIES), **_rule(chance, {})}
    if not chance.choice(RARELY) and URGENCIES.index(found["urgency"]) > URGENCIES.index(found["after"]):
        found["urgency"], found["after"] = found["after"], found["urgency"]
    return found


def _history(chance: Random) -> Pairs:
    return {
        "not_improving_days": chance.randint(1, 3),
        "rise_by": chance.choice([2, 1, 3]),
        "rise_within_hours": chance.choice([24, 6, 48]),
        "source": "S1",
    }


def _symptom(chance: Random, name: str) -> str:
    found: Pairs = {
        "group": chance.choice(["infection", "healing", "sign.fever"]),
        "advice": chance.choice(ADVICE),
        "window": {"low_days": 1, "high_days": 4, "source": "S1"},
        "expected": _ceilings(chance),
    }
    if chance.choice(MAYBE):
        found |= {LATE_KEYS[0]: chance.choice(HOURS), "late_source": "S1"}
        found |= {key: chance.choice(HOURS) for key in LATE_KEYS[1:] if chance.choice(MAYBE)}
    forms = FORMS if LATE_KEYS[0] in found else FORMS[:-3]
    many = chance.choice([0, 0, 1, 2, 3, 4, 6])
    found["rules"] = [_symptom_rule(chance, number, forms) for number in range(many)]
    return table(f"[symptoms.{name}]", found)


def _ceilings(chance: Random) -> list[Pairs]:
    starts = sorted(chance.sample(HOURS, chance.randint(0, 3)))
    rows = [{"from_hour": 0}, *(_spell(chance, start, "from_hour", "after_day") for start in starts)]
    return [{**row, "at_most": chance.choice([2, 1, 0, 3, 4]), "source": "S1"} for row in rows]


def _symptom_rule(chance: Random, number: int, forms: list[str]) -> Pairs:
    form = chance.choice(forms)
    found = {"id": f"r{number}", "when": form, **_rule(chance, _hours(chance))}
    if chance.choice(MAYBE):
        found["severity"] = chance.randint(1, 4)
    if form == "beyond" and chance.choice(MAYBE):
        found["by"] = chance.randint(1, 4)
    if form == "beyond" and chance.choice(MAYBE):
        found["course"] = chance.choice(["same", "worse"])
    return found


def _sign(chance: Random, name: str) -> str:
    found = _rule(chance, {})
    if chance.choice(RARELY):
        end = chance.choice(HOURS)
        found["early"] = _rule(chance, _spell(chance, end, "until_hour", "through_day"))
    if chance.choice(RARELY):
        found["implies"] = chance.sample(list(SIGNS), chance.randint(0, 2))
    return table(f"[signs.{name}]", found)


def _feeds(chance: Random) -> Pairs:
    return {"sign": chance.choice(list(SIGNS)), "source": "S1"}


def _combination(chance: Random, number: int) -> str:
    sizes = chance.choice([(1, 0), (0, 1), (1, 1), (2, 0), (1, 2), (0, 2)])
    both = [list(dict.fromkeys(_condition(chance) for _ in range(size))) for size in sizes]
    found: Pairs = {"id": str(number), **_rule(chance, _hours(chance))}
    found |= {name: listed for name, listed in zip(("all", "any"), both, strict=True) if listed}
    if chance.choice(RARELY):
        found["group"] = chance.choice(["infection", "healing"])
    return table("[[combinations]]", found)


def _raises(chance: Random, groups: list[str]) -> Pairs:
    return {
        "raises": chance.sample(groups, chance.randint(1, 3)),
        "source": "S1",
    }


def _condition(chance: Random) -> str:
    [form] = chance.choices(list(CONDITIONS), list(CONDITIONS.values()))
    return form.format(**{kind: chance.choice(words) for kind, words in WORDS.items()})
