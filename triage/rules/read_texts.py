"""The text files of a protocol: what patients are told, in one language each."""

from collections.abc import Iterator, Mapping
from typing import Any

from triage.rules.document import Walk
from triage.rules.faults import Fault
from triage.rules.protocol import Protocol, Texts
from triage.rules.vocabulary import Urgency

LABELS = ("symptoms", "signs", "risk_factors", "zones", "results", "treatments", "exposures", "severities", "courses")
PAGE_WORDS = """
    intended_purpose not_an_emergency_service start danger_question none_of_these symptoms_question result_question
    temperature_question treatment_question exposed_question note_question wants_call_question send thank_you
    usual_heading aftercare_heading next_check_in call_number course_question where_question review_note
    """.split()


def read_texts(documents: Mapping[str, Any], languages: tuple[str, ...], faults: list[Fault]) -> dict[str, Texts]:
    """Return the texts of every enabled language."""
    found = {}
    for language in languages:
        name = f"text.{language}.toml"
        if name not in documents:
            faults.append(Fault(name, "missing", "every enabled language needs its text file"))
            continue
        found[language] = _read_language(Walk(documents[name], name + ":", faults), language)
    if not languages:
        faults.append(Fault("protocol.toml:protocol.languages", "is empty", "enable at least one language"))
    return found


def _read_language(walk: Walk, language: str) -> Texts:
    labels = walk.inner("labels")
    texts = Texts(
        language=walk.word("language", (language,)),
        reviewer=walk.text("reviewer", ""),
        labels={kind: labels.inner(kind).texts() for kind in LABELS},
        urgency={name: _parts(entry, "headline", "do") for name, entry in walk.inner("urgency").each()},
        advice={name: _parts(entry, "text", "call_when") for name, entry in walk.inner("advice").each()},
        aftercare=walk.inner("aftercare").texts(),
        page=walk.inner("page").texts(),
    )
    for part in (labels, walk):
        part.finish()
    return texts


def _parts(entry: Walk, *names: str) -> dict[str, str]:
    found = {name: entry.text(name) for name in names}
    entry.finish()
    return found


def needed_texts(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """Yield (section, id) of every text that a language must have."""
    words = protocol.vocabulary._asdict()
    for kind in LABELS[:7]:
        yield from ((f"labels.{kind}", word) for word in words[kind])
    yield from (("labels.severities", str(level)) for level in range(5))
    yield from (("labels.courses", course) for course in ("better", "same", "worse", "new"))
    yield from (("urgency", urgency) for urgency in Urgency.__members__)
    yield from (("advice", urgency) for urgency in Urgency.__members__)
    yield from (("advice", advice) for advice in sorted({rule.advice for rule in protocol.all_rules() if rule.advice}))
    yield from (("aftercare", f"{stage.topic}.{stage.from_day}") for stage in protocol.aftercare)
    yield from (("aftercare", stage.topic) for stage in protocol.aftercare if stage.from_day == 0)
    yield from (("page", word) for word in PAGE_WORDS)


def check_texts(protocol: Protocol, faults: list[Fault]) -> None:
    """Report every text that is missing in an enabled language."""
    for language, texts in protocol.texts.items():
        for section, name in needed_texts(protocol):
            if name not in _section(texts, section):
                faults.append(
                    Fault(f"text.{language}.toml:{section}.{name}", "missing", "every language needs this text")
                )


def _section(texts: Texts, section: str) -> Mapping[str, Any]:
    if section.startswith("labels."):
        return texts.labels[section.removeprefix("labels.")]
    found: Mapping[str, Any] = getattr(texts, section)
    return found
