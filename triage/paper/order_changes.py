"""Changes of order, layout and comments: told, since the digest changes with them, and told to be no more than that."""

from collections.abc import Hashable, Iterator, Sequence

from triage.paper.change import OTHER, Change
from triage.paper.review_chapters import read_cases
from triage.paper.words import FORM_NUMBERS
from triage.rules import Protocol, Tables
from triage.rules.tables import LEVELS, SymptomTable

Named = dict[str, Sequence[Hashable]]


def order_changes(old: Tables, new: Tables, *, is_only: bool) -> Iterator[Change]:
    """Yield what stands in another order. `is_only`: nothing else has changed."""
    before, after = sequences(old.protocol), sequences(new.protocol)
    moved = [name for name in before if name in after and _is_moved(before[name], after[name])]
    for name in moved:
        yield Change("order", OTHER, f"The order has changed of: {name}")
    for symptom in [name for name in old.symptoms if name in new.symptoms]:
        if f"the rules of {symptom}" in moved and _names_others(old.symptoms[symptom], new.symptoms[symptom]):
            said = f"Of equally urgent rules of {symptom}, reports may now name another, and show its advice"
            yield Change("order", OTHER, said)
    if is_only:
        what = "the order" if moved else "comments, spelling of numbers or layout of the files"
        yield Change("order", OTHER, f"Only {what} has changed; nothing is judged or said otherwise")


def _is_moved(old: Sequence[Hashable], new: Sequence[Hashable]) -> bool:
    """Tell whether what both have stands in another order."""
    return [word for word in old if word in new] != [word for word in new if word in old]


def sequences(protocol: Protocol) -> Named:
    """Return every list whose order the files give, by what it is a list of."""
    found: Named = {
        "symptoms": [window.symptom for window in protocol.windows],
        "danger signs": [sign.sign for sign in protocol.signs],
        "combinations": [entry.rule.id for entry in protocol.combinations],
        "risk factors": [factor.risk_factor for factor in protocol.risk_factors],
        "results": [result for result, _ in protocol.results],
        "temperatures": list(protocol.temperatures),
        "aftercare": [f"{stage.topic}.{stage.from_day}" for stage in protocol.aftercare],
        "languages": list(protocol.texts),
        "sources": list(protocol.sources),
        "cases": [str(case.get("id")) for case in read_cases(protocol)],
    }
    for window in protocol.windows:
        found[f"the rules of {window.symptom}"] = [rule.rule.id for rule in window.rules]
    for entry in protocol.combinations:
        found[f"the conditions of {entry.rule.id}"] = [*entry.all_of, *entry.any_of]
    for factor in protocol.risk_factors:
        found[f"what {factor.risk_factor} raises"] = list(factor.raises)
    for language, words in protocol.words.items():
        for sign, patterns in words.signs.items():
            found[f"danger words for {sign} ({language})"] = patterns
    return found


def _names_others(old: SymptomTable, new: SymptomTable) -> bool:
    """Tell whether a cell names other rules than before."""
    hours = sorted({*old.starts, *new.starts})
    cells = [(hour, form, level) for hour in hours for form in FORM_NUMBERS.values() for level in range(LEVELS)]
    return any(
        [fired.rule.id for fired in old.answer(*cell)] != [fired.rule.id for fired in new.answer(*cell)]
        for cell in cells
    )
