"""Changes of the limits that no table holds: hold, history, late clocks, schedule, and the words that name a danger."""

from collections.abc import Iterable, Iterator

from triage.paper.change import DANGER, LESS, MORE, Change
from triage.paper.words import Labels, days_words, listed, urgency_words
from triage.rules import Protocol
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


def _weighed(what: str, old: float, new: float, words: tuple[str, str], *, less_if_lower: bool) -> Iterator[Change]:
    """Yield the change of a number; `less_if_lower`: a lower one tells somebody later or not at all."""
    if old != new:
        direction = LESS if (new < old) == less_if_lower else MORE
        yield Change(DANGER, direction, f"{what}: {words[1]} instead of {words[0]}")


def _hold_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    before, after = old.hold, new.hold
    hours = f"{before.hours} hours", f"{after.hours} hours"
    yield from _weighed(
        "After a danger finding no calm answer is given for",
        *_pair(before.hours, after.hours),
        hours,
        less_if_lower=True,
    )
    starts = urgency_words(before.after), urgency_words(after.after)
    yield from _weighed(
        "The hold begins with a finding at", *_pair(before.after, after.after), starts, less_if_lower=False
    )
    floors = urgency_words(before.floor), urgency_words(after.floor)
    yield from _weighed(
        "While the hold lasts a report is at least", *_pair(before.floor, after.floor), floors, less_if_lower=True
    )


def _pair(old: float, new: float) -> tuple[float, float]:
    return old, new


def _history_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    before, after = old.history, new.history
    if before.not_improving_hours != after.not_improving_hours:
        days = days_words(after.not_improving_hours), days_words(before.not_improving_hours)
        # Compared with another report, a symptom may count as improved that did not, whichever way the limit moves.
        yield Change(DANGER, LESS, f"Not improving is measured over {days[0]} instead of {days[1]}")
    steps = f"{before.rise_by} steps", f"{after.rise_by} steps"
    yield from _weighed("A fast rise is one by", before.rise_by, after.rise_by, steps, less_if_lower=False)
    hours = before.rise_within_hours, after.rise_within_hours
    words = f"{hours[0]} hours", f"{hours[1]} hours"
    yield from _weighed("A fast rise is one within", *hours, words, less_if_lower=True)


def _late_changes(old: ExpectedWindow, new: ExpectedWindow, labels: Labels) -> Iterator[Change]:
    name = labels.short("symptoms", new.symptom)
    pairs = {
        "counts as begun late when new from": (old.late_new_from_hour, new.late_new_from_hour),
        "counts as begun late when there at all from": (old.late_any_from_hour, new.late_any_from_hour),
    }
    for what, (before, after) in pairs.items():
        words = _hour_words(before), _hour_words(after)
        hours = (NEVER if before is None else before), (NEVER if after is None else after)
        yield from _weighed(f"{name} {what}", *hours, words, less_if_lower=False)


def _hour_words(hour: int | None) -> str:
    return "never" if hour is None else f"hour {hour} (day {hour // 24}) on"


def _schedule_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    before, after = old.schedule, new.schedule
    hours = f"{before.overdue_after_hours} hours", f"{after.overdue_after_hours} hours"
    what = "Silence is told after"
    yield from _weighed(what, before.overdue_after_hours, after.overdue_after_hours, hours, less_if_lower=False)
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
