"""Protocols changed at random, one thing at a time, and random reports that look for what the change did."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from triage.rules import Case, CheckIn, Protocol, Urgency
from triage.rules.protocol import AftercareStage, Rule, Words

AT = datetime(2026, 3, 2, tzinfo=UTC)
NOTES = (
    "",
    "",
    "I have a fever",
    "no fever",
    "hay fever",
    "no cough but fever",
    "no idea, fever",
    "no pus, cough or fever",
)
HOURS = (0, 1, 5, 6, 23, 24, 47, 48, 60, 71, 72, 96, 119, 120, 150, 192, 240, 264, 360, 504, 1032, 2159, 2160, 2400)


def replaced(entries: tuple[Any, ...], number: int, entry: Any) -> tuple[Any, ...]:
    return (*entries[:number], *(() if entry is None else (entry,)), *entries[number + 1 :])


def changed_rule(random: Random, rule: Rule, most: Urgency = Urgency.emergency) -> Rule:
    urgency = Urgency(random.randint(1, most))
    start = random.choice([0, 24, 48, 100, 200])
    end = random.choice([None, None, start + 24, start + 300])
    return random.choice(
        [rule._replace(urgency=urgency), rule._replace(from_hour=start, until_hour=end, calmer_later="because")]
    )


def change_window(random: Random, protocol: Protocol) -> Protocol:
    number = random.randrange(len(protocol.windows))
    window = protocol.windows[number]
    which = random.randrange(len(window.rules))
    found = window.rules[which]
    step = random.randrange(len(window.expected))
    ceiling = window.expected[step]._replace(at_most=random.randint(0, 4))
    changed = random.choice(
        [
            window._replace(rules=replaced(window.rules, which, None)),
            window._replace(rules=replaced(window.rules, which, found._replace(rule=changed_rule(random, found.rule)))),
            window._replace(rules=replaced(window.rules, which, found._replace(severity=random.randint(1, 4)))),
            window._replace(expected=replaced(window.expected, step, ceiling)),
            window._replace(late_new_from_hour=random.choice([24, 120, 500, window.late_new_from_hour])),
            window._replace(late_any_from_hour=random.choice([24, 500, None])),
        ]
    )
    return protocol._replace(windows=replaced(protocol.windows, number, changed))


def change_sign(random: Random, protocol: Protocol) -> Protocol:
    number = random.randrange(len(protocol.signs))
    sign = protocol.signs[number]
    urgency = Urgency(random.randint(1, 4))
    early = sign.rule._replace(id=f"{sign.rule.id}.early", urgency=urgency, until_hour=random.choice([6, 24, 48]))
    other = random.choice(protocol.signs).sign
    changed = random.choice(
        [
            sign._replace(rule=sign.rule._replace(urgency=urgency)),
            sign._replace(early=random.choice([early, None])),
            sign._replace(implies=random.choice([(), (other,)])),
        ]
    )
    return protocol._replace(signs=replaced(protocol.signs, number, changed))


def change_combination(random: Random, protocol: Protocol) -> Protocol:
    number = random.randrange(len(protocol.combinations))
    entry = protocol.combinations[number]
    any_of = tuple(condition for condition in entry.any_of if random.random() < 0.7)
    harder = tuple(c._replace(least=min(4, c.least + 1)) if c.kind == "symptom" else c for c in entry.all_of)
    changed = random.choice(
        [
            None,
            entry._replace(rule=changed_rule(random, entry.rule)),
            entry._replace(any_of=any_of or entry.any_of),
            entry._replace(all_of=harder),
        ]
    )
    return protocol._replace(combinations=replaced(protocol.combinations, number, changed))


def change_factor(random: Random, protocol: Protocol) -> Protocol:
    number = random.randrange(len(protocol.risk_factors))
    groups = sorted({rule.group for rule in protocol.all_rules()})
    some = tuple(random.sample(groups, random.randint(0, 3)))
    kept = tuple(group for group in protocol.risk_factors[number].raises if random.random() < 0.5)
    changed = protocol.risk_factors[number]._replace(raises=random.choice([some, kept]))
    return protocol._replace(risk_factors=replaced(protocol.risk_factors, number, changed))


def change_limit(random: Random, protocol: Protocol) -> Protocol:
    hold, history, schedule = protocol.hold, protocol.history, protocol.schedule
    floor = Urgency(random.randint(1, 3))
    limit = protocol.temperatures[0]._replace(at_least=random.choice([37.0, 38.5, 39.0]))
    days = random.choice([60, 80, 120])
    name, _ = random.choice(protocol.results)
    results = tuple((n, changed_rule(random, r, Urgency.routine) if n == name else r) for n, r in protocol.results)
    changes: list[dict[str, Any]] = [
        {"hold": hold._replace(hours=random.choice([24, 100]))},
        {"hold": hold._replace(after=random.choice([Urgency.same_day, Urgency.emergency]))},
        {"hold": hold._replace(floor=floor), "held": protocol.held._replace(urgency=floor)},
        {"history": history._replace(not_improving_hours=random.choice([24, 48, 120]))},
        {"history": history._replace(rise_by=random.choice([1, 3]))},
        {"history": history._replace(rise_within_hours=random.choice([6, 12, 48]))},
        {"schedule": schedule._replace(overdue_after_hours=36)},
        {"temperatures": random.choice([(), (limit,)])},
        {"follow_up_days": days},
        {"afterwards": protocol.afterwards._replace(urgency=Urgency(random.randint(1, 3)))},
        {"wants_call": protocol.wants_call._replace(urgency=Urgency(random.randint(1, 3)))},
        {"results": results},
        {"aftercare": (*protocol.aftercare, AftercareStage("sun", 3, "S1"))},
    ]
    return protocol._replace(**random.choice(changes))


def change_words(random: Random, protocol: Protocol) -> Protocol:
    words: Words = protocol.words["en"]
    gone = {sign: patterns for sign, patterns in words.signs.items() if random.random() < 0.5}
    changes: list[dict[str, Any]] = [
        {"signs": gone},
        {"negations": random.choice([(), (*words.negations, "have a")])},
        {"harmless": random.choice([(), (*words.harmless, "a fever")])},
        {"breaks": ()},
        {"no_negations": ()},
        {"list_words": random.choice([(), (*words.list_words, "since")])},
    ]
    return protocol._replace(words={"en": words._replace(**random.choice(changes))})


CHANGES: tuple[Callable[[Random, Protocol], Protocol], ...] = (
    change_window,
    change_window,
    change_sign,
    change_combination,
    change_factor,
    change_limit,
    change_words,
)


def draw_case(random: Random, protocol: Protocol, name: str) -> Case:
    """Return one to four reports of a patient, one of them later than all."""
    hours = sorted({random.choice(HOURS) + random.choice([0, 0, 0.5]) for _ in range(random.randint(1, 4))})
    factors = random.sample(protocol.vocabulary.risk_factors, random.choice([0, 0, 1, 2]))
    return Case(name, (AT,), tuple(draw_report(random, protocol, hour) for hour in hours), tuple(factors))


def draw_report(random: Random, protocol: Protocol, hour: float) -> CheckIn:
    words = protocol.vocabulary
    likely = [condition for entry in protocol.combinations for condition in (*entry.all_of, *entry.any_of)]
    chosen = random.sample(likely, min(len(likely), random.choice([0, 0, 2, 4])))
    symptoms = {name: random.randint(0, 4) for name in random.sample(words.symptoms, random.randint(0, 3))}
    symptoms |= {c.what: int(c.least) for c in chosen if c.kind == "symptom"}
    stated = {name: random.choice(["better", "same", "worse", "new"]) for name in symptoms if random.random() < 0.5}
    signs = [c.what for c in chosen if c.kind == "sign"] + random.sample(words.signs, random.choice([0, 0, 0, 1, 2]))
    return CheckIn(
        at=AT + timedelta(hours=hour),
        symptoms=symptoms,
        course=stated,
        where={name: ("outside",) for name in symptoms if random.random() < 0.2},
        signs=tuple(dict.fromkeys(signs)),
        result=tuple(random.sample(words.results, random.choice([0, 0, 1]))),
        temperature_c=random.choice([None, None, None, 36.9, 37.6, 38.1, 39.2]),
        treatment=tuple(random.sample(words.treatments, random.choice([0, 0, 1]))),
        wants_call=random.random() < 0.05,
        note=random.choice(NOTES),
    )
