"""A protocol as a reference that a clinician can read whole and sign; built from the compiled tables."""

from collections.abc import Iterator

from triage.paper.band import LETTERS, MARK_WORDS
from triage.paper.blocks import Block, Bullets, Cell, Heading, Paragraph, Sheet, Table, plain_row
from triage.paper.languages import spoken_languages
from triage.paper.review_chapters import review_chapters, signature_chapter
from triage.paper.rule_chapters import rule_chapters
from triage.paper.symptom_chapter import symptom_chapter
from triage.paper.text_chapters import text_chapters
from triage.paper.words import Labels
from triage.rules import Protocol, Tables, Urgency
from triage.rules.labels import urgency_words
from triage.rules.protocol import Texts

URGENCY_MEANING = {
    Urgency.self_care: "within the expected course; nobody need be called",
    Urgency.routine: "the practitioner hears of it and answers within two working days",
    Urgency.same_day: "the practitioner answers today",
    Urgency.urgent: "a doctor should see it today",
    Urgency.emergency: "call an ambulance now",
}
READING = (
    "Day N is hours 24N to 24(N+1) after the end of the procedure, so “after day N” begins at hour 24(N+1). A span "
    "like “hour 48 to 71” takes in both hours whole.",
    "Hours count from the latest procedure. What began late after one procedure stays late when another follows.",
    "A decision table says how urgent one symptom is by itself. The columns are its course (what the patient says and "
    "what the reports show: both count) and what the earlier reports say. Where several columns hold, the most urgent "
    "counts.",
    "A report is as urgent as its most urgent finding. Danger signs, combinations, risk factors and the hold can only "
    "raise the answer.",
    "When the follow-up is over, the rules of symptoms rest: see the last row of each decision table. Danger signs "
    "count as always.",
    "Severity is how strong it was at its worst in the last 24 hours, as the patient feels it. None is no finding.",
    "“–” means that a column adds nothing. The tables are printed from what is compiled and run, not from the rules' "
    "text; the rules in words stand below each for their sources.",
)


def build_sheet(tables: Tables, language: str) -> Sheet:
    """Return the printed protocol, its labels in one language. Raises KeyError for a language without texts."""
    protocol = tables.protocol
    spoken = spoken_languages(protocol)
    labels = Labels(spoken[language].texts)
    blocks: list[Block] = [*_head(protocol, spoken[language].texts), *_how_to_read(labels)]
    for table in tables.symptoms.values():
        blocks += symptom_chapter(table, protocol, labels)
    blocks += rule_chapters(protocol, labels)
    blocks += text_chapters(protocol, spoken, language)
    blocks += review_chapters(protocol, labels)
    blocks += signature_chapter(protocol)
    foot = f"{protocol.name} {protocol.version}, digest {protocol.digest[:12]}"
    return Sheet(f"{protocol.title}: protocol for aftercare triage", foot, tuple(blocks))


def _head(protocol: Protocol, texts: Texts) -> Iterator[Block]:
    reviewed = (
        f"{protocol.reviewer}, {protocol.reviewed_on or 'no date given'}" if protocol.reviewer else "not reviewed"
    )
    rows = {
        "Name": protocol.name,
        "Version": protocol.version,
        "Digest": protocol.digest,
        "Author": protocol.author,
        "Reviewer": reviewed,
        "Follow-up": f"{protocol.follow_up_days} days",
        "Languages switched on": ", ".join(protocol.texts),
    }
    yield Table("This protocol", ("What", "Is"), tuple(plain_row(*row) for row in rows.items()))
    if not protocol.reviewer:
        yield Paragraph("Not reviewed: no named clinician has reviewed this protocol yet.", is_mark=True)
    yield Heading(2, "Purpose")
    yield Paragraph(
        "It compares what patients report after a procedure with the course expected here, and refers to a human what "
        "is beyond it. It does not diagnose. It is no emergency service."
    )
    told = [texts.page[name] for name in ("intended_purpose", "not_an_emergency_service") if name in texts.page]
    rows_told = tuple((Cell(text, "", texts.language),) for text in told)
    yield Table("What patients are told about it", ("Text",), rows_told, heads=0)


def _how_to_read(labels: Labels) -> Iterator[Block]:
    yield Heading(2, "How to read it")
    yield Bullets(READING)
    rows = tuple((Cell(urgency_words(level), level.name), Cell(said)) for level, said in URGENCY_MEANING.items())
    yield Table("Urgency, from low to high", ("Urgency", "Means"), rows)
    severities = tuple(plain_row(str(n), labels.severity(n)) for n in range(5))
    yield Table("Severity", ("Number", "Word"), severities)
    yield Paragraph(
        "In the drawings one letter is half a day up to day 28 and a week from there on; the last letter is the time "
        "after the follow-up. They hold for a course that is not stated. Of several things in one letter, the most "
        "urgent is drawn."
    )
    marks = tuple(plain_row(letter, MARK_WORDS[mark]) for mark, letter in LETTERS.items())
    yield Table("Letters of the drawings", ("Letter", "Means"), marks)
