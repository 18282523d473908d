"""Protocol: what healing should look like and whom to tell, as one immutable value; read from its files elsewhere."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from triage.rules.vocabulary import Urgency, Vocabulary


class Rule(NamedTuple):
    """What every rule of a protocol has in common."""

    id: str
    urgency: Urgency
    source: str  # names from the protocol's sources, or "judgement: why"
    group: str  # what a risk factor may raise: a group, or a rule by its id
    advice: str  # id of the advice text for the patient
    from_hour: int = 0  # since the end of the procedure; the rule holds from here on
    until_hour: int | None = None  # and before here; None: for ever
    calmer_later: str = ""  # why a later report may get a calmer answer; needed with until_hour

    def holds_at(self, hour: float) -> bool:
        """Tell whether the rule holds at an hour since the procedure."""
        return self.from_hour <= hour and (self.until_hour is None or hour < self.until_hour)


class SymptomRule(NamedTuple):
    """One rule about one symptom; `when` names the form, the rest narrows it."""

    rule: Rule
    when: str  # beyond, worse, new, relapse, not_improving, rapid_rise or late
    severity: int = 1  # at least this severe
    by: int = 1  # beyond: at least this many steps above what is expected
    course: str = ""  # beyond: only where the course is this ("same": same or worse; "worse")


class Ceiling(NamedTuple):
    """From `from_hour` on, a symptom of at most this severity is within the expected course."""

    from_hour: int
    at_most: int
    source: str


class ExpectedWindow(NamedTuple):
    """For one symptom: by when it is usually gone (days), and the highest severity expected by hour."""

    symptom: str
    low_days: float
    high_days: float
    source: str
    expected: tuple[Ceiling, ...]
    rules: tuple[SymptomRule, ...]
    late_new_from_hour: int | None  # a reading that is new at this hour or later counts as late; None: no late clock
    late_any_from_hour: int | None  # a reading of any course at this hour or later counts as late
    late_source: str  # of the late clock's hours; empty where there is none
    late_hidden_until_hour: int  # before this hour after a new procedure, "none" does not end what was late: it hides


class Sign(NamedTuple):
    """A danger sign: never expected, on any day."""

    sign: str
    rule: Rule
    early: Rule | None  # more urgent in the first hours; None: the same at any hour
    implies: tuple[str, ...]


# How a condition says what became of a symptom.
COURSE_WORDS = {
    "worse": "worse",
    "growing": "new or worse",
    "relapse": "back",
    "not_improving": "not improving",
    "rapid_rise": "rising fast",
    "late": "late",
}


class Condition(NamedTuple):
    """One positive condition of a combination: `kind` names what is asked, `what` the id, `least` the lowest value."""

    kind: str  # sign, symptom, placed, risk, ..., or one of COURSE_WORDS
    what: str
    least: float = 1

    @property
    def place(self) -> tuple[str, str]:
        """Return the symptom that it is about, and the zone; empty: it is about no place."""
        symptom, _, zone = self.what.partition(" in ")
        return symptom, zone

    def words(self) -> str:
        """Return the condition as the protocol file spells it; `read_condition` reads it."""
        if self.kind in COURSE_WORDS:
            return f"{self.what} {COURSE_WORDS[self.kind]}"
        if self.kind == "placed":
            return self.what
        if self.kind in ("symptom", "temperature"):
            return f"{self.what if self.kind == 'symptom' else self.kind} >= {self.least}"
        return f"{self.kind}:{self.what}"


class Combination(NamedTuple):
    """Conditions that together mean more than each alone: all of `all_of`, and one of `any_of` where there are any."""

    rule: Rule
    all_of: tuple[Condition, ...]
    any_of: tuple[Condition, ...]


class RiskFactor(NamedTuple):
    """Something about the patient that raises findings of some groups by one step."""

    risk_factor: str
    raises: tuple[str, ...]
    source: str


class Temperature(NamedTuple):
    """A measurement of at least this many degrees Celsius counts as this sign."""

    at_least: float
    sign: str
    source: str


class HistoryLimits(NamedTuple):
    """How the earlier reports of an episode are summarised."""

    not_improving_hours: int
    rise_by: int
    rise_within_hours: int
    source: str


class Hold(NamedTuple):
    """After a finding at `after` or above, no report is judged below `floor` for this many hours."""

    hours: int
    after: Urgency
    floor: Urgency
    source: str


class Schedule(NamedTuple):
    """When the patient is asked: days since the procedure, the local hour, and how long until silence is told."""

    days: tuple[int, ...]
    at_hour: int
    overdue_after_hours: int
    source: str
    when_well_days: tuple[int, ...] = ()  # those that are asked of a patient who is well; empty: all of them
    when_well_source: str = ""
    when_beyond_hours: int = 24  # after a report beyond normal the patient is asked so soon, whatever the days say
    when_beyond_source: str = "judgement: tomorrow"


class AftercareStage(NamedTuple):
    """One aftercare topic from one day on; the text's id is `topic.from_day`."""

    topic: str
    from_day: int
    source: str


class Texts(NamedTuple):
    """Everything that is said to a patient in one language; `reviewer` empty: nobody has reviewed it yet."""

    language: str
    reviewer: str
    labels: Mapping[str, Mapping[str, str]]  # kind -> id -> words
    urgency: Mapping[str, Mapping[str, str]]  # urgency -> headline, do
    advice: Mapping[str, Mapping[str, str]]  # id -> text, call_when
    aftercare: Mapping[str, str]  # topic.from_day -> text
    page: Mapping[str, str]  # the words of the pages themselves


class Words(NamedTuple):
    """How notes name danger signs in one language; `reviewer` empty: nobody has reviewed it yet."""

    language: str
    reviewer: str
    signs: Mapping[str, tuple[str, ...]]  # sign -> patterns
    negations: tuple[str, ...]
    harmless: tuple[str, ...]  # phrases that sound like a danger sign and are none ("hay fever")
    no_negations: tuple[str, ...]  # what looks like a negation and is none ("not only")
    list_words: tuple[str, ...]  # what ends a denied list ("or")
    breaks: tuple[str, ...]  # words that end a negation ("but")
    joined: tuple[str, ...]  # letters that may be joined to the front of a word, one of each entry, in this order


class Protocol(NamedTuple):
    """A published statement of how healing should go. Never edited; superseded by another version."""

    name: str
    version: str
    digest: str  # SHA-256 over all its files
    title: str
    author: str
    reviewer: str  # empty: nobody has reviewed it yet
    reviewed_on: str
    follow_up_days: int
    vocabulary: Vocabulary
    sources: Mapping[str, str]
    windows: tuple[ExpectedWindow, ...]
    signs: tuple[Sign, ...]
    combinations: tuple[Combination, ...]
    risk_factors: tuple[RiskFactor, ...]
    results: tuple[tuple[str, Rule], ...]
    temperatures: tuple[Temperature, ...]
    afterwards: Rule  # a symptom that is still there when the follow-up is over
    wants_call: Rule
    hold: Hold
    held: Rule
    history: HistoryLimits
    schedule: Schedule
    aftercare: tuple[AftercareStage, ...]
    texts: Mapping[str, Texts]  # the languages that are switched on
    words: Mapping[str, Words]  # every language that has a words file: a danger counts in any of them
    unread: Mapping[str, str]  # files that only a check reads: cases.toml, the texts of languages not switched on

    @property
    def follow_up_hours(self) -> int:
        """Return the hour at which the follow-up of a procedure is over."""
        return self.follow_up_days * 24

    def all_rules(self) -> Iterator[Rule]:
        """Yield the common part of every rule."""
        for window in self.windows:
            yield from (rule.rule for rule in window.rules)
        for sign in self.signs:
            yield from (sign.rule, *filter(None, (sign.early,)))
        yield from (combination.rule for combination in self.combinations)
        yield from (rule for _, rule in self.results)
        yield from (self.afterwards, self.wants_call, self.held)

    def stamp(self) -> dict[str, str]:
        """Return what an assessment says of the protocol it was made with."""
        return {"name": self.name, "version": self.version, "digest": self.digest}
