"""Changes of the limits that no table holds: hold, history, late clocks, schedule, and the words that name a danger."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from triage.paper.change import DANGER, LESS, MORE, Change
from triage.paper.words import Labels, days_words, listed
from triage.rules import Protocol, Urgency
from triage.rules.labels import urgency_words
from triage.rules.protocol import ExpectedWindow, Words

NEVER = 10**6  # an hour that does not come
# What is read of a note besides the words of the signs; True: one word more can only make more be heard.
LISTS = {
    "negations": (False, "a negation"),
    "harmless": (False, "a harmless phrase"),
    "no_negations": (True, "what looks like a negation and is none"),
    "list_words": (False, "a word that ends a denied list"),
    "breaks": (True, "a word that ends a negation"),
}


def limit_changes(old: Protocol, new: Protocol, labels: Labels) -> Iterator[Change]:
    """Yield every change of a limit, with its direction."""
    yield from _hold_changes(old, new)
    yield from _history_changes(old, new)
    windows = {window.symptom: window for window in old.windows}
    for window in new.windows:
        if window.symptom in windows:
            yield from _late_changes(windows[window.symptom], window, labels)
    yield from _schedule_changes(old, new)


class Limit(NamedTuple):
    """A number of both protocols. `less_if_lower`: a lower one tells somebody later or not at all."""

    what: str
    old: float
    new: float
    less_if_lower: bool
    words: tuple[str, str]

    def changes(self) -> Iterator[Change]:
        """Yield the change, if there is one."""
        if self.old != self.new:
            direction = LESS if (self.new < self.old) == self.less_if_lower else MORE
            yield Change(DANGER, direction, f"{self.what}: {self.words[1]} instead of {self.words[0]}")


def _hours(what: str, old: int, new: int, less_if_lower: bool) -> Limit:
    return Limit(what, old, new, less_if_lower, (f"{old} hours", f"{new} hours"))


def _level(what: str, old: Urgency, new: Urgency, less_if_lower: bool) -> Limit:
    return Limit(what, old, new, less_if_lower, (urgency_words(old), urgency_words(new)))


def _hold_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    was, now = old.hold, new.hold
    yield from _hours("After a danger finding no calm answer is given for", was.hours, now.hours, True).changes()
    yield from _level("The hold begins with a finding at", was.after, now.after, False).changes()
    yield from _level("While the hold lasts a report is at least", was.floor, now.floor, True).changes()


def _history_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    was, now = old.history, new.history
    if was.not_improving_hours != now.not_improving_hours:
        days = days_words(now.not_improving_hours), days_words(was.not_improving_hours)
        # Compared with another report, a symptom may count as improved that did not, whichever way the limit moves.
        yield Change(DANGER, LESS, f"Not improving is measured over {days[0]} instead of {days[1]}")
    steps = f"{was.rise_by} steps", f"{now.rise_by} steps"
    yield from Limit("A fast rise is one by", was.rise_by, now.rise_by, False, steps).changes()
    yield from _hours("A fast rise is one within", was.rise_within_hours, now.rise_within_hours, True).changes()


def _late_changes(old: ExpectedWindow, new: ExpectedWindow, labels: Labels) -> Iterator[Change]:
    name = labels.short("symptoms", new.symptom)
    pairs = {
        "counts as begun late when new from": (old.late_new_from_hour, new.late_new_from_hour),
        "counts as begun late when there at all from": (old.late_any_from_hour, new.late_any_from_hour),
    }
    for what, (was, now) in pairs.items():
        hours = (NEVER if was is None else was), (NEVER if now is None else now)
        yield from Limit(f"{name} {what}", *hours, False, (_hour_words(was), _hour_words(now))).changes()
    hidden = old.late_hidden_until_hour, new.late_hidden_until_hour
    yield from _hours(f"{name}: gone after a new procedure does not end what began late for", *hidden, True).changes()


def _hour_words(hour: int | None) -> str:
    return "never" if hour is None else f"hour {hour} (day {hour // 24}) on"


def _schedule_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    before, after = old.schedule, new.schedule
    hours = before.overdue_after_hours, after.overdue_after_hours
    yield from _hours("Silence is told after", *hours, False).changes()
    beyond = before.when_beyond_hours, after.when_beyond_hours
    yield from _hours("After a report beyond normal the patient is asked within", *beyond, False).changes()
    well = set(before.when_well_days or before.days), set(after.when_well_days or after.days)
    if rarer := sorted(well[0] & set(after.days) - well[1]):
        yield Change(DANGER, LESS, f"Whoever is well is no longer asked on day {listed(map(str, rarer))}")
    if denser := sorted(well[1] & set(before.days) - well[0]):
        yield Change(DANGER, MORE, f"Whoever is well is asked as well on day {listed(map(str, denser))}")
    for direction, said, days in (
        (LESS, "is no longer asked", [day for day in before.days if day not in after.days]),
        (MORE, "is asked as well", [day for day in after.days if day not in before.days]),
    ):
        if days:
            yield Change(DANGER, direction, f"The patient {said} on day {listed(map(str, days))}")


def danger_word_changes(old: Protocol, new: Protocol, labels: Labels) -> Iterator[Change]:
    """Yield which words no longer name, or now name, a danger sign in a note."""
    for language in dict.fromkeys([*old.words, *new.words]):
        before, after = old.words.get(language), new.words.get(language)
        if before is None or after is None:
            gone = after is None
            said = "no longer read for" if gone else "now read for"
            yield Change(DANGER, LESS if gone else MORE, f"Notes are {said} danger words in: {language}")
        else:
            yield from _language_changes(before, after, labels)


def _language_changes(old: Words, new: Words, labels: Labels) -> Iterator[Change]:
    for sign in dict.fromkeys([*old.signs, *new.signs]):
        name = f"{labels.short('signs', sign)} ({new.language})"
        before, after = old.signs.get(sign, ()), new.signs.get(sign, ())
        yield from _word_changes(before, after, True, (f"no longer names: {name}", f"now names: {name}"))
    for kind, (is_hearing, what) in LISTS.items():
        said = f"is no longer {what} ({new.language})", f"is now {what} ({new.language})"
        yield from _word_changes(getattr(old, kind), getattr(new, kind), is_hearing, said)


def _word_changes(old: Iterable[str], new: Iterable[str], is_hearing: bool, said: tuple[str, str]) -> Iterator[Change]:
    """Yield each word that went or came; `is_hearing`: a word that goes makes less be heard."""
    before, after = list(old), list(new)
    gone = [word for word in before if word not in after]
    come = [word for word in after if word not in before]
    for words, direction, what in (
        (gone, LESS if is_hearing else MORE, said[0]),
        (come, MORE if is_hearing else LESS, said[1]),
    ):
        yield from (Change(DANGER, direction, f"In a note “{word}” {what}") for word in words)
