"""Protocols that hypothesis writes as TOML text: every form, condition and hour, in any mixture that can be read.

They need not make sense: what `protocol check` refuses (rules without effect, contradictions) means something all the
same, and the page says what. The words that no drawn rule uses have the plainest rules there are, written once.
"""

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

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
FORMS = ["beyond", "beyond", "beyond", "worse", "new", "relapse", "not_improving", "rapid_rise", "late"]
DEGREES = ["37", "37.5", "38.0", "39.4"]
GROUPS = [
    "infection", "healing", "afterwards", "wants_call", "hold", "sign.fever", "sign.tender_nodes", "result.dots_lost",
]  # fmt: skip
ADVICE = ["redness", "rest", "cool"]
LATE_KEYS = ("late_new_from_hour", "late_any_from_hour", "late_hidden_until_hour")

urgencies, hours = st.sampled_from(URGENCIES), st.sampled_from(HOURS)
maybe = st.booleans()
rarely = st.sampled_from([False, False, False, True])
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


@st.composite
def protocols(draw: st.DrawFn) -> str:
    """The drawn part of a protocol; `files_of` gives the rest."""
    parts = [
        table("[follow_up]", {"days": draw(st.sampled_from([90, 90, 90, 1, 3, 7, 14, 120])), **_rule(draw, {})}),
        table("[hold]", _hold(draw)),
        table("[history]", _history(draw)),
        table("[wants_call]", _rule(draw, {})),
        *(_symptom(draw, name) for name in SYMPTOMS),
        *(_sign(draw, name) for name in SIGNS),
    ]
    combinations = [_combination(draw, number) for number in range(draw(st.integers(0, 5)))]
    temperatures = [
        table("[[temperatures]]", {"at_least": draw(st.sampled_from([37, 37.5, 38.0, 39.4])), **_feeds(draw)})
        for _ in range(draw(st.integers(0, 2)))
    ]
    groups = GROUPS + [f"combination.{number}" for number, part in enumerate(combinations) if "group = " not in part]
    factors = [table(f"[risk_factors.{name}]", _raises(draw, groups)) for name in FACTORS]
    results = [table(f"[results.{name}]", {**_rule(draw, _hours(draw)), "urgency": "routine"}) for name in RESULTS]
    no_rows = "combinations = []\n" * (not combinations) + "temperatures = []\n" * (not temperatures)
    return no_rows + "".join([*parts, *combinations, *temperatures, *factors, *results])


def files_of(drawn: str) -> dict[str, str]:
    """The files of a drawn protocol, all of it readable."""
    return {"protocol.toml": drawn + PLAIN, **OTHER_FILES}


def _rule(draw: st.DrawFn, when: Pairs) -> Pairs:
    found = {**when, "urgency": draw(urgencies), "source": "S1", "calmer_later": "S1"}
    if draw(rarely):
        found["advice"] = draw(st.sampled_from(ADVICE))
    return found


def _hours(draw: st.DrawFn) -> Pairs:
    """A start, an end, both or none; by hour or by day."""
    found: Pairs = {}
    start = draw(st.sampled_from([0] * 10 + HOURS[:-1]))
    if start:
        found |= _spell(draw, start, "from_hour", "after_day")
    if draw(rarely):
        end = draw(st.sampled_from([hour for hour in HOURS if hour > start]))
        found |= _spell(draw, end, "until_hour", "through_day")
    return found


def _spell(draw: st.DrawFn, hour: int, by_hour: str, by_day: str) -> Pairs:
    return {by_day: hour // 24 - 1} if hour % 24 == 0 and draw(maybe) else {by_hour: hour}


def _hold(draw: st.DrawFn) -> Pairs:
    """Mostly a floor below the dangers, as the check demands."""
    found = {"hours": draw(hours), "after": draw(urgencies), **_rule(draw, {})}
    if not draw(rarely) and URGENCIES.index(found["urgency"]) > URGENCIES.index(found["after"]):
        found["urgency"], found["after"] = found["after"], found["urgency"]
    return found


def _history(draw: st.DrawFn) -> Pairs:
    return {
        "not_improving_days": draw(st.integers(1, 3)),
        "rise_by": draw(st.sampled_from([2, 1, 3])),
        "rise_within_hours": draw(st.sampled_from([24, 6, 48])),
        "source": "S1",
    }


def _symptom(draw: st.DrawFn, name: str) -> str:
    found: Pairs = {
        "group": draw(st.sampled_from(["infection", "healing", "sign.fever"])),
        "advice": draw(st.sampled_from(ADVICE)),
        "window": {"low_days": 1, "high_days": 4, "source": "S1"},
        "expected": _ceilings(draw),
    }
    if draw(maybe):
        found |= {LATE_KEYS[0]: draw(hours), "late_source": "S1"}
        found |= {key: draw(hours) for key in LATE_KEYS[1:] if draw(maybe)}
    forms = FORMS if LATE_KEYS[0] in found else FORMS[:-1]
    found["rules"] = [
        _symptom_rule(draw, number, forms) for number in range(draw(st.sampled_from([0, 0, 1, 2, 3, 4, 6])))
    ]
    return table(f"[symptoms.{name}]", found)


def _ceilings(draw: st.DrawFn) -> list[Pairs]:
    starts = sorted(draw(st.lists(hours, max_size=3, unique=True)))
    rows = [{"from_hour": 0}, *(_spell(draw, start, "from_hour", "after_day") for start in starts)]
    return [{**row, "at_most": draw(st.sampled_from([2, 1, 0, 3, 4])), "source": "S1"} for row in rows]


def _symptom_rule(draw: st.DrawFn, number: int, forms: list[str]) -> Pairs:
    form = draw(st.sampled_from(forms))
    found = {"id": f"r{number}", "when": form, **_rule(draw, _hours(draw))}
    if draw(maybe):
        found["severity"] = draw(st.integers(1, 4))
    if form == "beyond" and draw(maybe):
        found["by"] = draw(st.integers(1, 4))
    if form == "beyond" and draw(maybe):
        found["course"] = draw(st.sampled_from(["same", "worse"]))
    return found


def _sign(draw: st.DrawFn, name: str) -> str:
    found = _rule(draw, {})
    if draw(rarely):
        end = draw(hours)
        found["early"] = _rule(draw, _spell(draw, end, "until_hour", "through_day"))
    if draw(rarely):
        found["implies"] = draw(st.lists(st.sampled_from(list(SIGNS)), max_size=2, unique=True))
    return table(f"[signs.{name}]", found)


def _feeds(draw: st.DrawFn) -> Pairs:
    return {"sign": draw(st.sampled_from(list(SIGNS))), "source": "S1"}


def _combination(draw: st.DrawFn, number: int) -> str:
    both = [draw(st.lists(conditions, max_size=2, unique=True)) for _ in range(2)]
    if not any(both):
        both[draw(st.integers(0, 1))] = [draw(conditions)]
    found: Pairs = {"id": str(number), **_rule(draw, _hours(draw))}
    found |= {name: listed for name, listed in zip(("all", "any"), both, strict=True) if listed}
    if draw(rarely):
        found["group"] = draw(st.sampled_from(["infection", "healing"]))
    return table("[[combinations]]", found)


def _raises(draw: st.DrawFn, groups: Iterable[str]) -> Pairs:
    return {
        "raises": draw(st.lists(st.sampled_from(list(groups)), min_size=1, max_size=3, unique=True)),
        "source": "S1",
    }


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


COURSES = ["worse", "back", "not improving", "rising fast", "late"]
symptoms = st.sampled_from([*SYMPTOMS, "pain"])
conditions = st.one_of(
    _joined(symptoms, st.just(" >= "), st.sampled_from(list("1234"))),
    _joined(symptoms, st.just(" "), st.sampled_from(COURSES)),
    _joined(symptoms, st.just(" "), st.sampled_from(COURSES)),
    _joined(symptoms, st.just(" in "), st.sampled_from(["outside", "brow"])),
    _joined(st.just("sign:"), st.sampled_from(list(SIGNS))),
    _joined(st.just("temperature >= "), st.sampled_from(DEGREES)),
    _joined(st.just("risk:"), st.sampled_from(FACTORS)),
    _joined(st.just("treatment:"), st.sampled_from(["painkiller", "cream"])),
    _joined(st.just("exposed:"), st.sampled_from(["water", "helmet"])),
)
