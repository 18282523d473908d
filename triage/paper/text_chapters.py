"""The chapters about words: what patients read in one language, and the words that name a danger in a note."""

from collections.abc import Iterator

from triage.paper.blocks import Block, Cell, Heading, Paragraph, Table, plain_row
from triage.paper.languages import Spoken
from triage.paper.words import Labels, span_words
from triage.rules import Protocol, Urgency
from triage.rules.labels import urgency_words
from triage.rules.protocol import Texts, Words


def text_chapters(protocol: Protocol, spoken: dict[str, Spoken], language: str) -> Iterator[Block]:
    """Yield the texts of one language, then the danger words of all."""
    yield Heading(2, "Languages", is_new_page=True)
    yield _languages(protocol, spoken, language)
    yield Heading(2, f"What patients read ({language})")
    yield Paragraph(f"These texts are {spoken[language].standing()}.", is_mark=not spoken[language].texts.reviewer)
    yield from _texts(spoken[language].texts, protocol)
    yield Heading(2, "Words that name a danger sign in a note", is_new_page=True)
    yield Paragraph(
        "Every note is read in all of these languages, whatever language the patient's pages are in. A note can only "
        "raise the answer. A star ends a word in any way, a bar means or, two points stand for up to three words."
    )
    for words in protocol.words.values():
        yield from _danger_words(words, Labels(spoken[language].texts))


def _languages(protocol: Protocol, spoken: dict[str, Spoken], language: str) -> Table:
    rows = []
    for name in dict.fromkeys([*spoken, *protocol.words]):
        texts = spoken[name].standing() if name in spoken else "no texts"
        texts += " (printed below)" if name == language else ""
        words = protocol.words.get(name)
        rows.append(plain_row(name, texts, _words_standing(words) if words else "none"))
    return Table("Languages of this protocol", ("Language", "Texts for patients", "Danger words"), tuple(rows))


def _words_standing(words: Words) -> str:
    count = sum(len(patterns) for patterns in words.signs.values())
    reviewed = f"reviewed by {words.reviewer}" if words.reviewer else "not reviewed"
    return f"{count} for {len(words.signs)} signs, {reviewed}; always read"


def _texts(texts: Texts, protocol: Protocol) -> Iterator[Block]:
    tongue, labels = texts.language, Labels(texts)
    levels = [
        (Cell(urgency_words(Urgency[name]), name), Cell(said["headline"], "", tongue), Cell(said["do"], "", tongue))
        for name, said in texts.urgency.items()
    ]
    yield Table("The answer, by urgency", ("Urgency", "Headline", "What to do"), tuple(levels))
    advice = [
        (Cell(name), Cell(said["text"], "", tongue), Cell(said["call_when"], "", tongue))
        for name, said in texts.advice.items()
    ]
    yield Table("Advice", ("Advice", "Text", "When to call"), tuple(advice))
    care = [
        (
            Cell(texts.aftercare.get(stage.topic, stage.topic), "", tongue),
            Cell(span_words(24 * stage.from_day, None)),
            Cell(texts.aftercare.get(f"{stage.topic}.{stage.from_day}", ""), "", tongue),
        )
        for stage in protocol.aftercare
    ]
    yield Table("Aftercare, by day", ("Topic", "Shown", "Text"), tuple(care))
    severities = [(Cell(str(n)), Cell(labels.full("severities", str(n)), "", tongue)) for n in range(5)]
    yield Table("How strong: what the patient chooses from", ("Severity", "Words"), tuple(severities))
    page = [(Cell(name), Cell(said, "", tongue)) for name, said in texts.page.items()]
    yield Table("The pages themselves", ("Name", "Words"), tuple(page))


def _danger_words(words: Words, labels: Labels) -> Iterator[Block]:
    yield Heading(3, f"Danger words: {words.language}")
    reviewed = f"Reviewed by {words.reviewer}." if words.reviewer else "These words are not reviewed."
    yield Paragraph(reviewed, is_mark=not words.reviewer)
    signs = [
        (Cell(labels.short("signs", sign)), Cell("; ".join(patterns), "", words.language))
        for sign, patterns in words.signs.items()
    ]
    yield Table(f"Words for each sign ({words.language})", ("Danger sign", "Any of these"), tuple(signs))
    lists = {
        "Negations: what follows them is denied": words.negations,
        "No negations, though they look like one": words.no_negations,
        "Harmless, though they sound like a danger": words.harmless,
        "Words that end a denied list": words.list_words,
        "Words that end a negation": words.breaks,
    }
    rows = tuple((Cell(name), Cell("; ".join(found) or "none", "", words.language)) for name, found in lists.items())
    yield Table(f"How notes are read ({words.language})", ("What", "Words"), rows)
