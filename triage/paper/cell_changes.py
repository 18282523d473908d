"""What the decision tables of two protocols answer otherwise, cell by cell, neighbours merged into one sentence."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from triage.paper.change import DANGER, LESS, MORE, OTHER, Change
from triage.paper.grid import COURSES, SEVERITIES, Span, spans
from triage.paper.words import FORM_NUMBERS, Labels, form_words, listed, severities_words, span_words, with_factors
from triage.rules import Tables, Urgency
from triage.rules.forms import HISTORY_FORMS
from triage.rules.labels import urgency_words
from triage.rules.protocol import HistoryLimits
from triage.rules.tables import SymptomTable
from triage.rules.vocabulary import RAISED_BELOW

FORMS = (*COURSES, *HISTORY_FORMS)
Judged = Callable[[int, str, int], Urgency]  # hour, form, severity


class Box(NamedTuple):
    """Neighbouring cells that changed alike."""

    span: Span
    forms: tuple[str, ...]
    severities: tuple[int, ...]
    old: Urgency
    new: Urgency


def raised(urgencies: Iterable[tuple[Urgency, str]], groups: Collection[str]) -> Urgency:
    """Return the most urgent of findings, each with its group, for a patient whose risk factor raises some groups."""
    found = list(urgencies)
    hit = [urgency + 1 for urgency, group in found if group in groups and urgency < RAISED_BELOW]
    return Urgency(max([Urgency.self_care, *(urgency for urgency, _ in found), *hit]))


def cell_changes(old: Tables, new: Tables, labels: Labels) -> Iterator[Change]:
    """Yield what each symptom is judged otherwise, for anybody, and then for patients with a risk factor."""
    old_raises, new_raises = old.raises, new.raises
    limits = new.protocol.history
    for symptom in dict.fromkeys([*old.symptoms, *new.symptoms]):
        tables = old.symptoms.get(symptom), new.symptoms.get(symptom)
        yield from _told(changed_boxes(*tables), symptom, limits, labels)
        alike: dict[tuple[Box, ...], list[str]] = {}
        for factor in dict.fromkeys([*old_raises, *new_raises]):
            groups = old_raises.get(factor, frozenset()), new_raises.get(factor, frozenset())
            if not is_raised_whole(*tables, groups):
                boxes = tuple(changed_boxes(*tables, groups))
                alike.setdefault(boxes, []).append(factor)
        for boxes, factors in alike.items():
            yield from _told(boxes, symptom, limits, labels, with_factors(factors, new, labels))
    yield from _whole_changes(old, new, labels)


def is_raised_whole(
    old: SymptomTable | None, new: SymptomTable | None, groups: tuple[frozenset[str], frozenset[str]]
) -> bool:
    """Tell whether a risk factor raises every rule of a symptom or none, in each of two protocols alike in groups.

    Then its cells need not be told one by one: what is calmer with the factor is calmer without it, or the factor has
    stopped to raise the symptom as a whole.
    """
    if old is None or new is None or old.starts[-1] != new.starts[-1]:
        return False
    own = {rule.rule.group for rule in old.window.rules}
    if own != {rule.rule.group for rule in new.window.rules} or len(own) > 1:
        return False
    others = [{fired.rule.group for answer in table.answers for fired in answer} - own for table in (old, new)]
    return others[0] & groups[0] == others[1] & groups[1]


def _whole_changes(old: Tables, new: Tables, labels: Labels) -> Iterator[Change]:
    """Yield which symptoms a risk factor has stopped, or begun, to raise as a whole."""
    old_raises, new_raises = old.raises, new.raises
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for factor in dict.fromkeys([*old_raises, *new_raises]):
        groups = old_raises.get(factor, frozenset()), new_raises.get(factor, frozenset())
        for way, fewer, more in ((LESS, groups[1], groups[0]), (MORE, groups[0], groups[1])):
            symptoms = tuple(
                labels.short("symptoms", symptom)
                for symptom, table in new.symptoms.items()
                if is_raised_whole(old.symptoms.get(symptom), table, groups)
                and any(rule.rule.group in more - fewer for rule in table.window.rules)
            )
            alike.setdefault((way, symptoms), []).append(factor)
    for (way, symptoms), factors in alike.items():
        if symptoms:
            said = "no longer raised" if way == LESS else "now raised"
            who = f"{with_factors(factors, new, labels)}{said} by one step where it is routine or same day: "
            yield Change(DANGER, way, who + listed(symptoms))


def changed_boxes(
    old: SymptomTable | None,
    new: SymptomTable | None,
    groups: tuple[Collection[str], Collection[str]] = ((), ()),
) -> list[Box]:
    """Return every cell that is judged otherwise; None: the symptom is not known.

    `groups` is what a risk factor raises in each: then only the cells are returned
    that go another way with it than without.
    """
    starts = tuple(sorted({0, *(old.starts if old else ()), *(new.starts if new else ())}))
    before, after = _judge(old, groups[0]), _judge(new, groups[1])
    plain_before, plain_after = _judge(old, ()), _judge(new, ())
    runs: dict[tuple[Span, str, Urgency, Urgency], list[int]] = {}
    for form in FORMS:
        for severity in SEVERITIES:
            cells = []
            for span in spans(starts):
                cell = span.from_hour, form, severity
                pair = before(*cell), after(*cell)
                by_factor = direction(*pair) != direction(plain_before(*cell), plain_after(*cell))
                cells.append((span, pair if by_factor or groups == ((), ()) else None))
            for span, pair in _joined(cells):
                runs.setdefault((span, form, *pair), []).append(severity)
    return _boxes(runs)


def _judge(table: SymptomTable | None, groups: Collection[str]) -> Judged:
    def judged(hour: int, form: str, severity: int) -> Urgency:
        fired = table.answer(hour, FORM_NUMBERS[form], severity) if table else ()
        return raised(((entry.rule.urgency, entry.rule.group) for entry in fired), groups)

    return judged


def _joined(
    cells: Iterable[tuple[Span, tuple[Urgency, Urgency] | None]],
) -> list[tuple[Span, tuple[Urgency, Urgency]]]:
    """Return the spans that changed, neighbours that changed alike joined."""
    found: list[tuple[Span, tuple[Urgency, Urgency]]] = []
    for span, pair in cells:
        if pair is None or pair[0] == pair[1]:
            continue
        if found and found[-1][1] == pair and found[-1][0].until_hour == span.from_hour:
            found[-1] = (Span(found[-1][0].from_hour, span.until_hour), pair)
        else:
            found.append((span, pair))
    return found


def _boxes(runs: dict[tuple[Span, str, Urgency, Urgency], list[int]]) -> list[Box]:
    merged: dict[tuple[Span, tuple[int, ...], Urgency, Urgency], list[str]] = {}
    for (span, form, old, new), severities in runs.items():
        merged.setdefault((span, tuple(severities), old, new), []).append(form)
    boxes = [Box(span, tuple(forms), levels, old, new) for (span, levels, old, new), forms in merged.items()]
    return sorted(boxes, key=lambda box: (box.span.from_hour, box.severities, FORMS.index(box.forms[0])))


def _told(
    boxes: Iterable[Box], symptom: str, limits: HistoryLimits, labels: Labels, before: str = ""
) -> Iterator[Change]:
    for box in boxes:
        strong = _strong(box.severities, labels)
        where = f"{labels.short('symptoms', symptom)}, {strong}, {span_words(*box.span)}"
        said = f"{before}{where}, {_forms_words(box.forms, limits, labels)}: {instead(box.old, box.new)}"
        yield Change(DANGER, direction(box.old, box.new), said)


def _strong(levels: tuple[int, ...], labels: Labels) -> str:
    """Return severities as one range where they are neighbours."""
    if levels == tuple(range(levels[0], levels[-1] + 1)):
        return severities_words(levels, labels).lower()
    return listed(labels.severity(level).lower() for level in levels)


def _forms_words(forms: tuple[str, ...], limits: HistoryLimits, labels: Labels) -> str:
    courses = [form for form in forms if form in COURSES]
    history = [form for form in forms if form not in COURSES]
    words = []
    if courses:
        each = listed((form_words(form, limits, labels) for form in courses), "or")
        words.append("any course" if len(courses) == len(COURSES) else f"course {each}")
    if history:
        words.append("by history: " + listed((form_words(form, limits, labels) for form in history), "or"))
    return "; ".join(words)


def instead(old: Urgency, new: Urgency) -> str:
    """Return "routine instead of same day"."""
    return f"{urgency_words(new)} instead of {urgency_words(old)}"


def direction(old: Urgency, new: Urgency) -> str:
    """Return whether a change is to the less urgent or to the more urgent."""
    return OTHER if old == new else LESS if new < old else MORE
