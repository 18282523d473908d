"""How paper says hours, severities, courses and urgencies, with the labels of one language."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from triage.rules import Course, Protocol, Tables
from triage.rules.forms import HISTORY_FORMS
from triage.rules.labels import is_right_to_left
from triage.rules.protocol import HistoryLimits, Texts
from triage.rules.vocabulary import SEVERITY_WORDS

DAY = 24
ISOLATE, END_ISOLATE = "\u2068", "\u2069"  # keep right-to-left words from turning the sentence around them
COURSE_FORMS: dict[str, int] = {course.name: course for course in Course}
FORM_NUMBERS = COURSE_FORMS | HISTORY_FORMS


class Labels(NamedTuple):
    """The labels of one language; None: there are none, and the ids themselves are said."""

    texts: Texts | None

    def full(self, kind: str, word: str) -> str:
        """Return the label of a word as patients read it."""
        label = self._known(kind).get(word, word.replace("_", " "))
        return isolated(label, self.texts.language) if self.texts else label

    def short(self, kind: str, word: str) -> str:
        """Return the label without what explains it, unless it could then be taken for another."""
        known = self._known(kind)
        brief = _without_explanation(known.get(word, ""))
        alike = Counter(_without_explanation(label) for label in known.values())
        if not brief or alike[brief] > 1:
            return self.full(kind, word)
        return isolated(brief, self.texts.language) if self.texts else brief

    def severity(self, level: int) -> str:
        """Return a severity in a word or two."""
        return self.short("severities", str(level)) if self.texts else SEVERITY_WORDS[level]

    def say(self, kind: str, word: str) -> str:
        """Return any word of a kind, as short as it is clear."""
        return self.severity(int(word)) if kind == "severities" else self.short(kind, word)

    def _known(self, kind: str) -> dict[str, str]:
        return dict(self.texts.labels.get(kind, {})) if self.texts else {}


def severities_words(levels: Sequence[int], labels: Labels) -> str:
    """Return neighbouring severities: "Mild to severe"."""
    first, last = labels.severity(levels[0]), labels.severity(levels[-1])
    return first if first == last else f"{first} to {last.lower()}"


def with_factors(names: Sequence[str], tables: Tables, labels: Labels) -> str:
    """Return whom a sentence is about: patients with one of some risk factors."""
    if set(names) >= {factor.risk_factor for factor in tables.protocol.risk_factors}:
        return "With any risk factor: "
    return f"With {listed((labels.short('risk_factors', name) for name in names), 'or')}: "


def isolated(text: str, language: str) -> str:
    """Return words so that they can stand in a sentence that runs the other way."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if is_right_to_left(language) else text


def _without_explanation(label: str) -> str:
    return label.split(" (")[0].split(":")[0].strip()


def span_words(from_hour: int, until_hour: int | None) -> str:
    """Return a span of hours, days first where it is made of whole days; `until_hour` None: for ever."""
    if until_hour is None:
        return f"from {_start_words(from_hour)} on" if from_hour else "at any time"
    last = until_hour - 1
    hours = f"hour {from_hour} to {last}" if last > from_hour else f"hour {from_hour}"
    first_day, last_day = from_hour // DAY, last // DAY
    days = f"day {first_day} to {last_day}" if last_day > first_day else f"day {first_day}"
    is_whole = from_hour % DAY == 0 and until_hour % DAY == 0
    return f"{days} ({hours})" if is_whole else f"{hours} ({days})"


def _start_words(hour: int) -> str:
    return f"day {hour // DAY} (hour {hour})" if hour % DAY == 0 else f"hour {hour} (day {hour // DAY})"


def form_words(form: str, limits: HistoryLimits, labels: Labels) -> str:
    """Return a column of the decision table in words: a course, or what the earlier reports say."""
    if form == "unknown":
        return "not stated"
    if form in COURSE_FORMS:
        return labels.short("courses", form).lower() if labels.texts else form
    return {
        "relapse": "came back",
        "not_improving": f"no better for {days_words(limits.not_improving_hours)}",
        "rapid_rise": f"up {limits.rise_by} steps in {limits.rise_within_hours} h",
        "late": "began late",
    }.get(form, form.replace("_", " "))


def days_words(hours: int) -> str:
    """Return a number of hours, in days where it is a whole number of them."""
    if hours % DAY:
        return f"{hours} hours"
    return "1 day" if hours == DAY else f"{hours // DAY} days"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as one list: "a, b and c"."""
    found: Sequence[str] = tuple(words)
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else "".join(found)


def sentence(text: str) -> str:
    """Return text that begins with a capital letter and ends with a point."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def group_words(group: str, protocol: Protocol, labels: Labels) -> str:
    """Return what belongs to a group that a risk factor may raise."""
    symptoms = [w.symptom for w in protocol.windows if any(r.rule.group == group for r in w.rules)]
    signs = [sign.sign for sign in protocol.signs if group == sign.rule.group]
    members = [labels.short("symptoms", symptom) for symptom in symptoms]
    members += [labels.short("signs", sign) for sign in signs]
    return ", ".join(members or dict.fromkeys(rule.id for rule in protocol.all_rules() if rule.group == group))
