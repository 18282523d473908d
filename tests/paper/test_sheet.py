"""The printed protocol is whole, says the same in Markdown and in HTML, and lets no text break out of its place."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.rules.small_protocol import FILES, read
from triage.paper import as_html, as_markdown, build_sheet, spoken_languages
from triage.paper.blocks import Band, Cell, Heading, Paragraph, Sheet, Table
from triage.paper.review_chapters import judgements, read_cases
from triage.paper.style import STYLE
from triage.paper.words import END_ISOLATE, ISOLATE, Labels, span_words
from triage.rules import Tables, calmer_later_rules, compile_protocol

NASTY = '<script>alert("1")</script> | `a` *b* _c_ [d](e) &amp; # f'


@pytest.fixture(scope="module")
def sheet(shipped: Tables) -> Sheet:
    return build_sheet(shipped, "en")


@pytest.fixture(scope="module")
def page(sheet: Sheet) -> str:
    return as_html(sheet)


@pytest.fixture(scope="module")
def markdown(sheet: Sheet) -> str:
    return as_markdown(sheet)


class Reader(HTMLParser):
    """Reads a page: fails on tags that are not closed, and keeps what the tests ask for."""

    VOID = ("meta", "wbr", "circle", "path", "rect", "line", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_everything_that_a_signer_must_see_is_there(shipped: Tables, markdown: str) -> None:
    text = unescape(re.sub(r"\\(?=[\W_])", "", markdown))
    protocol = shipped.protocol
    wanted = [protocol.digest, protocol.author, "not reviewed", *protocol.sources.values()]
    wanted += [rule.id for rule in protocol.all_rules() if rule.id not in ("afterwards", "sign.face_swelling.early")]
    wanted = [word for word in wanted if not word.startswith(("sign.", "risk."))]
    wanted += [f"(id: {sign}" for sign in shipped.signs] + [str(case["id"]) for case in read_cases(protocol)]
    wanted += [plain(said) for part in protocol.texts["en"].advice.values() for said in part.values()]
    wanted += [plain(said) for name, said in protocol.texts["en"].aftercare.items() if "." in name]
    wanted += [pattern for patterns in protocol.words["en"].signs.values() for pattern in patterns]
    wanted += [line.split(": ", 1)[1] for line in calmer_later_rules(protocol)]
    wanted += [f"digest {protocol.digest}, and approve its use.", "Signature"]
    lowered = text.lower()
    assert [word for word in wanted if plain(word).lower() not in lowered] == []


def test_every_judgement_is_listed_for_the_reviewer(shipped: Tables, shipped_files: dict[str, str]) -> None:
    stated = re.findall(r"judgement: *([^\"]+)\"", shipped_files["protocol.toml"])
    listed = " ".join(judgement for _, _, judgement in judgements(shipped.protocol, Labels(None)))
    assert len(stated) > 40
    assert [words for words in stated if words.split(" (")[0] not in listed and "why" not in words] == []


def test_page_and_markdown_say_the_same(sheet: Sheet, page: str, markdown: str) -> None:
    said = plain("".join(Reader(page).said))
    for block in sheet.blocks:
        if isinstance(block, Table):
            assert all(plain(cell.text) in said for row in block.rows for cell in row), block.caption
            assert all(len(row) == len(block.header) for row in block.rows), block.caption
    assert markdown.count("\n| --- |") == page.count("<table")


def test_page_is_one_file_without_scripts(page: str) -> None:
    tags = Reader(page).tags
    assert {"script", "link", "iframe", "img", "object"}.isdisjoint(tag for tag, _ in tags)
    for _, attributes in tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_page_can_be_read_by_all(page: str) -> None:
    tags = Reader(page).tags
    (html,) = [attributes for tag, attributes in tags if tag == "html"]
    assert (html["lang"], html["dir"]) == ("en", "ltr")
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids
    assert [tag for tag, _ in tags].count("h1") == 1
    assert all(attributes.get("scope") for tag, attributes in tags if tag == "th")
    names = [tag for tag, _ in tags]
    assert names.count("caption") == names.count("table")
    drawings = [attributes for tag, attributes in tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(drawings) == 10
    assert names.count("title") == names.count("desc") + 1 == 11


def test_headings_go_down_one_step_at_a_time(sheet: Sheet) -> None:
    levels = [1, *(block.level for block in sheet.blocks if isinstance(block, Heading))]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def nasty() -> Tables:
    text = FILES["text.en.toml"].replace('"Call."', f"'{NASTY}'").replace('fever = "Fever"', f"fever = '{NASTY}'")
    text = re.sub(r'"fever" = "Fever"', lambda _: f"fever = '{NASTY}'", text)
    head = FILES["protocol.toml"].replace('title = "Small"', f"title = '{NASTY}'").replace('"a page"', f"'{NASTY}'")
    return compile_protocol(read(FILES | {"text.en.toml": text, "protocol.toml": head}))


def test_no_text_breaks_out_of_the_page() -> None:
    reader = Reader(as_html(build_sheet(nasty(), "en")))
    assert "script" not in [tag for tag, _ in reader.tags]
    assert plain("".join(reader.said)).count(NASTY) >= 4


def test_no_text_breaks_out_of_a_markdown_table() -> None:
    text = as_markdown(build_sheet(nasty(), "en"))
    assert "<script" not in text
    width = 0
    for line in text.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        if line.startswith("| "):
            assert width in (0, cells), line
            width = cells
        else:
            width = 0
    shown = unescape(re.sub(r"\\(?=[\W_])", "", text))
    assert shown.count(NASTY) >= 4


def test_nothing_in_a_line_begins_a_list() -> None:
    cells = as_markdown(Sheet("t", "f", (Paragraph("1. Wash"), Paragraph("- dry"), Paragraph("+ rest"))))
    assert cells.splitlines()[2:7:2] == ["1\\. Wash", "\\- dry", "\\+ rest"]


def test_a_language_that_is_switched_off_can_be_printed_and_is_marked() -> None:
    text = FILES["text.en.toml"].replace('language = "en"', 'language = "he"').replace('"Fever"', '"חום"')
    tables = compile_protocol(read(FILES | {"text.he.toml": text}))
    assert {name: entry.standing() for name, entry in spoken_languages(tables.protocol).items()} == {
        "en": "switched on, not reviewed",
        "he": "switched off, not reviewed",
    }
    page = as_html(build_sheet(tables, "he"))
    assert "These texts are switched off, not reviewed." in page
    assert '<td lang="he" dir="rtl">' in page
    assert f"{ISOLATE}חום{END_ISOLATE}" in page


def test_a_reviewed_protocol_says_by_whom() -> None:
    head = FILES["protocol.toml"].replace(
        'author = "The tests"', 'author = "A"\nreviewer = "Dr B"\nreviewed_on = "today"'
    )
    text = as_markdown(build_sheet(compile_protocol(read(FILES | {"protocol.toml": head})), "en"))
    assert "| Reviewer | Dr B, today |" in text
    assert "no named clinician" not in text


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, None, "at any time"),
        (48, None, "from day 2 (hour 48) on"),
        (6, None, "from hour 6 (day 0) on"),
        (0, 6, "hour 0 to 5 (day 0)"),
        (120, 192, "day 5 to 7 (hour 120 to 191)"),
        (48, 72, "day 2 (hour 48 to 71)"),
        (30, 80, "hour 30 to 79 (day 1 to 3)"),
        (7, 8, "hour 7 (day 0)"),
    ],
)
def test_hours_are_said_as_days(start: int, end: int | None, words: str) -> None:
    assert span_words(start, end) == words


def test_drawings_show_what_the_table_answers(sheet: Sheet, shipped: Tables, markdown: str) -> None:
    assert len([block for block in sheet.blocks if isinstance(block, Band)]) == len(shipped.symptoms)
    drawing = markdown.split("```text\n")[1].split("```")[0].splitlines()
    assert drawing[1].split()[-1] == "DDDD" + "U" * (52 + 9) + "r"  # very severe redness: half days, weeks, afterwards
    assert drawing[4].split()[-1] == "=" * 16 + "r" * (40 + 9 + 1)  # mild redness is expected up to day 7
    assert {len(line) for line in drawing[1:]} == {len(drawing[1])}


def test_a_cell_without_words_is_never_told_by_colour(sheet: Sheet) -> None:
    cells = [cell for block in sheet.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    assert all(cell.text for cell in cells if cell.tone)
    assert Cell("urgent", "urgent") in cells
