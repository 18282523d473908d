"""What would have made a finding calmer: the smallest change of the report, in words."""

from collections.abc import Callable

from triage.rules.findings import Finding
from triage.rules.forms import FORM_SET_NAMED
from triage.rules.labels import label_of, spelled_in_words, urgency_words
from triage.rules.protocol import Texts
from triage.rules.tables import SymptomTable, Tables
from triage.rules.vocabulary import SEVERITY_WORDS, Urgency

GETTING_BETTER = FORM_SET_NAMED[("better",)]


def calmer_if(finding: Finding, tables: Tables, texts: Texts) -> str:
    """Return as a sentence what would have made this finding calmer; empty for one that no report can change."""
    build = _SENTENCES.get(finding.what[0], _other)
    return build(finding, tables, texts)


def _symptom(finding: Finding, tables: Tables, texts: Texts) -> str:
    """Say how much less of it, or whether another course, would have been calmer."""
    table, observed = tables.symptoms[finding.what[1]], finding.observed
    form_set = FORM_SET_NAMED[tuple(observed["forms"])]
    ways = []
    for severity in range(observed["severity"] - 1, -1, -1):
        urgency = _urgency(table, observed["hour"], form_set, severity)
        if urgency < finding.urgency:
            least = "gone" if severity == 0 else f"{SEVERITY_WORDS[severity]} or less"
            ways.append(f"{urgency_words(urgency)} if it were {least}")
            break
    better = _urgency(table, observed["hour"], GETTING_BETTER, observed["severity"])
    if better < finding.urgency and form_set != GETTING_BETTER:
        ways.append(f"{urgency_words(better)} if it were getting better and had been since the procedure")
    return f"It would be {', or '.join(ways)}."


def _urgency(table: SymptomTable, hour: int, form_set: int, severity: int) -> Urgency:
    fired = table.merge(table.interval(hour), form_set, severity) if severity else ()
    return max((entry.rule.urgency for entry in fired), default=Urgency.self_care)


def _sign(finding: Finding, tables: Tables, texts: Texts) -> str:
    entry = tables.signs[finding.what[1]]
    if entry.early is not None and finding.rule == entry.early.id:
        return f"It would be {urgency_words(entry.rule.urgency)} from hour {entry.early_until} on."
    return "A danger sign is never expected: it would be calmer only without it."


def _combination(finding: Finding, tables: Tables, texts: Texts) -> str:
    together = [f'"{spelled_in_words(words, texts)}"' for words in finding.observed["together"]]
    return f"It would not be found without {' or '.join(together)}."


def _risk_factor(finding: Finding, tables: Tables, texts: Texts) -> str:
    lower = urgency_words(Urgency[finding.observed["from"]])
    return f'It would be {lower} without "{label_of(finding.what, texts)}".'


def _episode(finding: Finding, tables: Tables, texts: Texts) -> str:
    return "It is calmer once a human has closed the danger finding, or when the hold is over."


def _other(finding: Finding, tables: Tables, texts: Texts) -> str:
    return "It would be calmer if this had not been reported."


_SENTENCES: dict[str, Callable[[Finding, Tables, Texts], str]] = {
    "symptom": _symptom,
    "sign": _sign,
    "combination": _combination,
    "risk_factor": _risk_factor,
    "episode": _episode,
}
