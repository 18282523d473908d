"""Numbers and words of a protocol that cannot be meant as they stand."""

from collections.abc import Iterator, Mapping

from triage.rules.examples import case_json, example_case
from triage.rules.faults import Fault
from triage.rules.notes import find_signs, first_reading
from triage.rules.protocol import COURSE_WORDS, ExpectedWindow, Protocol, Words
from triage.rules.vocabulary import COMMON, MOST_SEVERE, Urgency


def inconsistencies(protocol: Protocol) -> list[Fault]:
    """Return the faults of numbers that contradict each other, and of danger signs that have no rule."""
    faults = [*_hold(protocol), *_follow_up(protocol), *_combinations(protocol), *_schedule(protocol)]
    for window in protocol.windows:
        faults += _window(window, protocol.follow_up_hours)
    if protocol.wants_call.urgency < Urgency.same_day:
        said = f"{protocol.wants_call.urgency.name} is too calm"
        example = example_case(24, {"wants_call": True})
        faults.append(Fault("protocol.toml:wants_call.urgency", said, "give same_day or above", example))
    for sign in sorted(set(COMMON.signs) - {sign.sign for sign in protocol.signs}):
        example = example_case(24, {"signs": [sign]})
        faults.append(Fault(f"protocol.toml:signs.{sign}", "missing", "every danger sign needs a rule", example))
    return faults


def _hold(protocol: Protocol) -> Iterator[Fault]:
    hold = protocol.hold
    if hold.floor >= hold.after:
        said = f"{hold.floor.name} is not calmer than {hold.after.name}, so a held report would hold the next one"
        yield Fault("protocol.toml:hold.urgency", said, "hold below what is held after", _held_twice(protocol))


def _held_twice(protocol: Protocol) -> str:
    """Return a danger, a calm report that it holds, and one that only the held one could hold."""
    sign = max(protocol.signs, key=lambda sign: sign.rule.urgency).sign
    hours, calm = protocol.hold.hours, {"symptoms": {protocol.windows[0].symptom: 0}}
    return case_json(24 + hours + 1, [(hours + 1, {"signs": [sign]}), (2, calm), (0, calm)], (0,))


def _follow_up(protocol: Protocol) -> Iterator[Fault]:
    for rule in protocol.all_rules():
        if rule.from_hour >= protocol.follow_up_hours:
            yield Fault(
                f"protocol.toml:{rule.id}",
                "starts after the follow-up",
                "start it earlier",
                example_case(rule.from_hour, {"symptoms": {protocol.windows[0].symptom: 1}}),
            )
    if not protocol.afterwards.calmer_later:
        example = example_case(protocol.follow_up_hours, {"symptoms": {protocol.windows[0].symptom: 4}})
        expected = "say why the end of the follow-up is calmer"
        yield Fault("protocol.toml:follow_up.calmer_later", "missing", expected, example)


def _combinations(protocol: Protocol) -> Iterator[Fault]:
    """A symptom that outlasts the follow-up is for an appointment, also together with others."""
    about_symptoms = {"symptom", "placed", *COURSE_WORDS}
    for number, combination in enumerate(protocol.combinations):
        rule, conditions = combination.rule, (*combination.all_of, *combination.any_of)
        ends = rule.until_hour is not None and rule.until_hour <= protocol.follow_up_hours
        if not ends and rule.urgency > protocol.afterwards.urgency and {c.kind for c in conditions} <= about_symptoms:
            symptoms = {condition.place[0]: MOST_SEVERE for condition in conditions}
            example = example_case(protocol.follow_up_hours, {"symptoms": symptoms})
            said = f"{rule.id} is about symptoms alone and goes on after the follow-up"
            yield Fault(f"protocol.toml:combinations[{number}]", said, "end it with the follow-up", example)


def _schedule(protocol: Protocol) -> Iterator[Fault]:
    late = [day for day in protocol.schedule.days if day > protocol.follow_up_days]
    if late:
        example = example_case(24 * late[0], {"symptoms": {protocol.windows[0].symptom: 0}})
        said = f"day {late[0]} comes after the follow-up of {protocol.follow_up_days} days"
        yield Fault("protocol.toml:check_ins.days", said, "ask earlier, or follow up longer", example)


def _window(window: ExpectedWindow, follow_up_hours: int) -> Iterator[Fault]:
    path = f"protocol.toml:symptoms.{window.symptom}"
    at_end = {"symptoms": {window.symptom: 1}}
    if window.high_days * 24 > follow_up_hours:
        example = example_case(follow_up_hours, at_end)
        yield Fault(f"{path}.window.high_days", "ends after the follow-up", "end it earlier", example)
    if window.late_new_from_hour is not None and not window.late_source:
        example = example_case(window.late_new_from_hour, at_end)
        yield Fault(f"{path}.late_source", "missing", "say where the hours of the late clock come from", example)
    for number, ceiling in enumerate(window.expected):
        if ceiling.from_hour >= follow_up_hours:
            example = example_case(ceiling.from_hour, at_end)
            yield Fault(f"{path}.expected[{number}]", "starts after the follow-up", "start it earlier", example)
    if window.expected[-1].at_most > 0:
        example = example_case(follow_up_hours - 1, at_end)
        said = f"{window.expected[-1].at_most} is expected until the follow-up ends"
        yield Fault(f"{path}.expected", said, "say from when on none is expected (at_most = 0)", example)
    gone_by = [c.from_hour for c in window.expected if c.at_most == 0]
    if gone_by and gone_by[0] < window.high_days * 24:
        example = example_case(gone_by[0], at_end)
        said = f"none is expected from hour {gone_by[0]} on, before the window ends on day {window.high_days:g}"
        yield Fault(f"{path}.window.high_days", said, "let the window end first", example)


def unheard_words(words: Mapping[str, Words]) -> Iterator[Fault]:
    """Yield patterns that name nothing when they are written as they stand: denied, harmless, or cut in two."""
    for language, entry in words.items():
        for sign, patterns in entry.signs.items():
            for number, pattern in enumerate(patterns):
                note = first_reading(pattern)
                edges = pattern.split()[:1] + pattern.split()[-1:]
                if ".." in edges or sign not in find_signs(note, {language: entry}):
                    path = f"words.{language}.toml:signs.{sign}[{number}]"
                    said = f"{note!r} does not name {sign}"
                    expected = (
                        "it is taken as denied or harmless, or holds a mark that ends a clause: write it otherwise"
                    )
                    yield Fault(path, said, expected, example_case(24, {"note": note}))
