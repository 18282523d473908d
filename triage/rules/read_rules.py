"""The rules of a protocol document that are not about one symptom: signs, combinations, risk factors, results."""

import re
from collections.abc import Collection, Mapping

from triage.rules.conditions import read_condition
from triage.rules.document import Walk
from triage.rules.faults import Fault, unknown_word
from triage.rules.protocol import COURSE_WORDS, AftercareStage, Combination, Condition, RiskFactor, Rule, Sign
from triage.rules.vocabulary import Urgency, Vocabulary

LAST_HOUR = 24 * 366
SOURCE_NAME = re.compile(r"[SD]\d+")
CONDITION_EXAMPLES = ", ".join(
    (
        '"sign:fever"',
        '"pain >= 3"',
        '"pain worse"',
        '"bumps late"',
        '"risk:diabetes"',
        '"treatment:painkiller"',
        '"temperature >= 38.0"',
    )
)


class RuleReader:
    """Reads what all rules share, and keeps their ids and groups so that references can be checked."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.groups: set[str] = set()
        self.ids: set[str] = set()

    def source(self, walk: Walk, name: str = "source") -> str:
        """Return the source of a number; a fault where it names no known source and is no judgement."""
        source = walk.text(name)
        named = SOURCE_NAME.findall(source)
        for word in named:
            if word not in self.sources:
                walk.faults.append(unknown_word(walk.at(name), word, sorted(self.sources)))
        if source and not named and not re.match(r"judgement: *\S", source):
            walk.fault(name, f"{source!r} names no source", 'name sources ("S1 S9") or write "judgement: why"')
        return source

    def hours(self, walk: Walk) -> tuple[int, int | None]:
        """Return from and until; days count as design section 3 says: "after day N" starts at hour 24(N+1)."""
        start = walk.whole("from_hour", 0, LAST_HOUR, 0)
        end = walk.optional_whole("until_hour", 1, LAST_HOUR)
        after, through = walk.optional_whole("after_day", 0, 365), walk.optional_whole("through_day", 0, 365)
        for hour, day in (("from_hour", "after_day"), ("until_hour", "through_day")):
            if hour in walk.table and day in walk.table:
                walk.fault(hour, f"stands beside {day}", "give one of them")
        start = start if after is None else 24 * (after + 1)
        end = end if through is None else 24 * (through + 1)
        if end is not None and end <= start:
            walk.fault("until_hour", f"ends at hour {end}, before it starts at {start}", "end it later")
        return start, end

    def read(self, walk: Walk, rule_id: str, group: str = "", when: str = "always") -> Rule:
        """Return the common part of a rule.

        `when`: "always" (no hours can be given), "early" (an end must be given), "hours" (both can; an end needs a
        reason, since a later report may then get a calmer answer).
        """
        start, end = self.hours(walk) if when != "always" else (0, None)
        rule = Rule(
            id=rule_id,
            urgency=Urgency[walk.word("urgency", Urgency.__members__)],
            source=self.source(walk),
            group=group or rule_id,
            advice=walk.text("advice", ""),
            from_hour=start,
            until_hour=end,
            calmer_later=walk.text("calmer_later", ""),
        )
        if when == "early" and (start > 0 or end is None):
            walk.fault("until_hour", "early holds from hour 0 until it ends", "give until_hour alone")
        if end is not None and not rule.calmer_later:
            walk.fault("calmer_later", "missing", "say why a later report may get a calmer answer, with the source")
        self.note(rule, walk)
        return rule

    def note(self, rule: Rule, walk: Walk) -> None:
        """Remember a rule's id and group; a fault for an id that is taken, and for a rule that says all is well."""
        if rule.id in self.ids:
            walk.fault("", f"the id {rule.id!r} is used twice", "give each rule an id of its own")
        if rule.urgency == Urgency.self_care:
            walk.fault("urgency", "'self_care' is no finding", "leave the rule out, or give routine or above")
        self.ids.add(rule.id)
        self.groups.add(rule.group)

    def read_aftercare(self, walk: Walk) -> tuple[AftercareStage, ...]:
        """Return the aftercare topics with the days on which their advice changes."""
        stages = []
        for topic, entry in walk.inner("aftercare").each():
            source = self.source(entry)
            stages += [AftercareStage(topic, day, source) for day in entry.wholes("from_days", 0, 365)]
            entry.finish()
        return tuple(stages)

    def check_raises(self, factors: Collection[RiskFactor], faults: list[Fault]) -> None:
        """Report risk factors that raise something which does not exist, by the names of groups.

        A symptom has one group for all its rules: if only some were raised, a milder report could be raised above a
        worse one.
        """
        known = sorted(self.groups)
        for factor in factors:
            path = f"protocol.toml:risk_factors.{factor.risk_factor}.raises"
            faults += [unknown_word(path, name, known) for name in factor.raises if name not in known]


def check_covered(walk: Walk, known: Collection[str]) -> None:
    """Report words of the vocabulary without an entry, and entries that are no word of it."""
    for word in known:
        if word not in walk.table:
            walk.fault(word, "missing", "every word of the vocabulary needs a rule")
    walk.faults += [unknown_word(walk.at(word), word, known) for word in walk.table if word not in known]


def read_signs(walk: Walk, known: Collection[str], rules: RuleReader) -> tuple[Sign, ...]:
    """Return the danger signs; `early` states a higher urgency in the first hours."""
    check_covered(walk, known)
    signs = []
    for name, entry in walk.each():
        early = None
        if "early" in entry.table:
            part = entry.inner("early")
            early = rules.read(part, f"sign.{name}.early", f"sign.{name}", when="early")
            part.finish()
        rule = rules.read(entry, f"sign.{name}")
        signs.append(Sign(name, rule, early, entry.words("implies", known, ())))
        entry.finish()
    return tuple(signs)


def read_results(walk: Walk, known: Collection[str], rules: RuleReader) -> tuple[tuple[str, Rule], ...]:
    """Return the rules about the look of the result; never above routine."""
    check_covered(walk, known)
    results = []
    for name, entry in walk.each():
        rule = rules.read(entry, f"result.{name}", when="hours")
        if rule.urgency > Urgency.routine:
            entry.fault("urgency", f"{rule.urgency.name!r} is too urgent", "a result is never above routine")
        results.append((name, rule))
        entry.finish()
    return tuple(results)


def read_risk_factors(walk: Walk, known: Collection[str], rules: RuleReader) -> tuple[RiskFactor, ...]:
    """Return which findings each risk factor raises."""
    check_covered(walk, known)
    factors = []
    for name, entry in walk.each():
        factors.append(RiskFactor(name, entry.words("raises"), rules.source(entry)))
        entry.finish()
    return tuple(factors)


def read_combinations(walk: Walk, vocabulary: Vocabulary, rules: RuleReader) -> tuple[Combination, ...]:
    """Return the combinations; conditions are positive, so that one more fact can only raise the answer."""
    found = []
    for row in walk.rows("combinations"):
        rule = rules.read(row, "combination." + row.text("id"), row.text("group", ""), when="hours")
        all_of, any_of = _conditions(row, "all", vocabulary), _conditions(row, "any", vocabulary)
        if not all_of and not any_of:
            row.fault("all", "no condition", 'give conditions in all or any, like "sign:fever" or "pain >= 3"')
        found.append(Combination(rule, all_of, any_of))
        row.finish()
    return tuple(found)


def _conditions(row: Walk, name: str, vocabulary: Vocabulary) -> tuple[Condition, ...]:
    found = []
    for number, text in enumerate(row.words(name, default=())):
        condition = read_condition(text)
        if condition is None:
            row.fault(f"{name}[{number}]", f"{text!r} is no condition", f"write one like {CONDITION_EXAMPLES}")
            continue
        known = {
            "sign": vocabulary.signs,
            "symptom": vocabulary.symptoms,
            **dict.fromkeys(COURSE_WORDS, vocabulary.symptoms),
            "placed": [f"{symptom} in {zone}" for symptom in vocabulary.symptoms for zone in vocabulary.zones],
            "risk": vocabulary.risk_factors,
            "treatment": vocabulary.treatments,
            "exposed": vocabulary.exposures,
        }.get(condition.kind, (condition.what,))
        if condition.what not in known:
            row.faults.append(unknown_word(row.at(f"{name}[{number}]"), condition.what, known))
        found.append(condition)
    return tuple(found)
