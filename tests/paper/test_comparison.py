"""Planted changes, each told in words; what grows less urgent is flagged, what does not is not."""

import json
from functools import cache
from typing import NamedTuple

import pytest

from tests.rules.small_protocol import CASES, FILES, edited, read, tables
from triage.paper import Comparison, as_json, as_text, compare
from triage.paper.change import DANGER, LESS, MORE, OTHER
from triage.rules import Tables, compile_protocol, read_protocol

SEVERE = '{ id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }'
FACTOR = '[risk_factors.diabetes]\nraises = ["infection"]'
COMBINATION = 'all = ["sign:fever", "pain >= 3"]\nany = ["sign:faint", "risk:diabetes"]'


class Planted(NamedTuple):
    """A change of the small protocol, in which direction it goes, and words that must tell it."""

    old: str
    new: str
    direction: str
    words: tuple[str, ...]
    file: str = "protocol.toml"


PLANTED: dict[str, Planted] = {
    "a rule grows calmer": Planted(
        SEVERE,
        SEVERE.replace("same_day", "routine"),
        LESS,
        (
            "Redness, 3, day 2 to 89 (hour 48 to 2159), course better, same or not stated: routine instead of same day",
            "Redness, 3, day 2 (hour 48 to 71), course worse: routine instead of same day",
        ),
    ),
    "a rule grows more urgent": Planted(
        SEVERE, SEVERE.replace("same_day", "urgent"), MORE, ("day 2 to 89", "any course: urgent instead of same day")
    ),
    "a rule is taken away": Planted(f"    {SEVERE},\n", "", LESS, ("redness.severe was removed", "routine instead of")),
    "a rule is renamed": Planted(
        'id = "severe"', 'id = "strong"', OTHER, ("redness.severe is now called redness.strong",)
    ),
    "a rule begins later": Planted(
        "severity = 2, from_hour = 72",
        "severity = 2, from_hour = 80",
        LESS,
        ("Redness, 2, hour 72 to 79 (day 3), course worse",),
    ),
    "a rule asks for more": Planted(
        'when = "new", severity = 2', 'when = "new", severity = 3', LESS, ("course new: routine instead of same day",)
    ),
    "a rule of the history goes": Planted(
        'id = "back", when = "relapse", severity = 2',
        'id = "back", when = "relapse", severity = 4',
        LESS,
        ("Redness, 2 to 3, day 0 to 89 (hour 0 to 2159), by history: came back: self-care instead of same day",),
    ),
    "a ceiling rises": Planted(
        "{ from_hour = 48, at_most = 1",
        "{ from_hour = 48, at_most = 2",
        LESS,
        (
            "Redness, 2, day 2 to 4 (hour 48 to 119), course better, same or not stated: self-care instead of routine",
            "redness.expected.48 has changed",
        ),
    ),
    "a ceiling holds longer": Planted(
        '{ after_day = 4, at_most = 0, source = "S1" },\n]',
        '{ after_day = 5, at_most = 0, source = "S1" },\n]',
        LESS,
        (
            "Redness, 1, day 5 (hour 120 to 143), any course: self-care instead of routine",
            "redness.expected.144 was added",
        ),
    ),
    "a ceiling falls": Planted(
        "{ from_hour = 48, at_most = 1", "{ from_hour = 48, at_most = 0", MORE, ("routine instead of self-care",)
    ),
    "a sign grows calmer": Planted(
        '[signs.fever]\nurgency = "urgent"',
        '[signs.fever]\nurgency = "same_day"',
        LESS,
        ("Fever, at any time: same day instead of urgent", "sign.fever has changed"),
    ),
    "a sign is more urgent at first": Planted(
        "[signs.faint]\n",
        '[signs.faint]\nearly = { until_hour = 6, urgency = "urgent", source = "S1", calmer_later = "x" }\n',
        MORE,
        ("Faint, hour 0 to 5 (day 0): urgent instead of same day", "sign.faint.early was added"),
    ),
    "a combination loses a way": Planted(
        COMBINATION,
        COMBINATION.replace(', "risk:diabetes"', ""),
        LESS,
        ("Risk factor: Diabetes together with Fever together with Pain (3 or more)", "urgent instead of emergency"),
    ),
    "a combination asks for more pain": Planted(
        "pain >= 3",
        "pain >= 4",
        LESS,
        ("Fever together with Pain (3 or more), at any time: urgent instead of emergency",),
    ),
    "a combination ends": Planted(
        'id = "fever_and_pain"',
        'id = "fever_and_pain"\nuntil_hour = 100\ncalmer_later = "x"',
        LESS,
        ("from hour 100 (day 4) on: urgent instead of emergency",),
    ),
    "a risk factor raises less": Planted(
        FACTOR,
        FACTOR.replace('"infection"', ""),
        LESS,
        ("With Diabetes: no longer raised by one step", "Redness and Bumps"),
    ),
    "a risk factor raises more": Planted(
        FACTOR,
        FACTOR.replace('"infection"', '"infection", "healing"'),
        MORE,
        ("With Diabetes: now raised by one step",),
    ),
    "a risk factor raises a sign": Planted(
        FACTOR,
        FACTOR.replace('"infection"', '"infection", "sign.faint"'),
        MORE,
        ("With Diabetes: Faint, at any time: urgent instead of same day",),
    ),
    "a temperature rises": Planted(
        "at_least = 38.0",
        "at_least = 38.5",
        LESS,
        ("A temperature of 38 C or more, at any time: self-care instead of urgent",),
    ),
    "a result waits": Planted(
        "[results.hair_loss]\nafter_day = 6",
        "[results.hair_loss]\nafter_day = 8",
        LESS,
        ("Hair loss, day 7 to 8 (hour 168 to 215): self-care instead of routine",),
    ),
    "a call can wait": Planted(
        '[wants_call]\nurgency = "same_day"',
        '[wants_call]\nurgency = "routine"',
        LESS,
        ("A wish for a call, at any time: routine instead of same day",),
    ),
    "the hold is shorter": Planted(
        "hours = 72", "hours = 48", LESS, ("no calm answer is given for: 48 hours instead of 72 hours",)
    ),
    "the hold begins higher": Planted(
        'after = "urgent"', 'after = "emergency"', LESS, ("emergency instead of urgent",)
    ),
    "the hold is lower": Planted(
        'after = "urgent"\nurgency = "same_day"',
        'after = "urgent"\nurgency = "routine"',
        LESS,
        ("routine instead of same day",),
    ),
    "no improvement is seen later": Planted(
        "not_improving_days = 3", "not_improving_days = 4", LESS, ("measured over 4 days instead of 3 days",)
    ),
    "a rise must be higher": Planted("rise_by = 2", "rise_by = 3", LESS, ("one by: 3 steps instead of 2 steps",)),
    "a rise must be faster": Planted(
        "rise_within_hours = 24", "rise_within_hours = 12", LESS, ("12 hours instead of 24",)
    ),
    "late begins later": Planted(
        "late_new_from_hour = 96",
        "late_new_from_hour = 120",
        LESS,
        ("Bumps counts as begun late when new from: hour 120 (day 5) on",),
    ),
    "what is there is never late": Planted(
        "late_any_from_hour = 360\n",
        "",
        LESS,
        ("Bumps counts as begun late when there at all from: never instead of hour 360",),
    ),
    "the follow-up is shorter": Planted(
        "days = 90",
        "days = 80",
        LESS,
        ("With any risk factor: Redness, 1, day 80 to 89 (hour 1920 to 2159), course worse or new: routine",),
    ),
    "silence is told later": Planted(
        "overdue_after_hours = 24", "overdue_after_hours = 36", LESS, ("36 hours instead of 24",)
    ),
    "a day is not asked": Planted(
        "days = [0, 1, 3, 7]", "days = [0, 1, 3, 8]", LESS, ("no longer asked on day 7", "asked as well on day 8")
    ),
    "the hour of asking": Planted(
        "at_hour = 18", "at_hour = 17", OTHER, ("At what hour patients are asked has changed", "17")
    ),
    "a danger word goes": Planted(
        'fever = ["fever"]',
        'fever = ["hot"]',
        LESS,
        ("“fever” no longer names: Fever", "“hot” now names"),
        "words.en.toml",
    ),
    "a negation comes": Planted(
        'negations = ["no"]', 'negations = ["no", "little"]', LESS, ("“little” is now a negation",), "words.en.toml"
    ),
    "a harmless phrase comes": Planted(
        '"hay fever"', '"hay fever", "spring fever"', LESS, ("“spring fever” is now a harmless",), "words.en.toml"
    ),
    "a break goes": Planted(
        'breaks = ["but"]', "breaks = []", LESS, ("“but” is no longer a word that ends a negation",), "words.en.toml"
    ),
    "an advice text": Planted(
        'text = "About redness."',
        'text = "Cool it."',
        OTHER,
        ("advice.redness.text (en) has changed", "old: About redness.", "new: Cool it."),
        "text.en.toml",
    ),
    "an aftercare text": Planted(
        '"Gently."', '"Softly."', OTHER, ("aftercare.washing.4 (en) has changed", "new: Softly."), "text.en.toml"
    ),
    "a rule's advice": Planted(
        SEVERE, SEVERE.replace("source", 'advice = "routine", source'), OTHER, ("Advice: routine.",)
    ),
    "a source of a rule": Planted(
        SEVERE, SEVERE.replace("S1", "S2"), OTHER, ("The source of redness.severe has changed", "old: S1")
    ),
    "a source's words": Planted('S1 = "a page"', 'S1 = "a book"', OTHER, ("Source S1 has changed", "new: a book")),
    "a reviewer": Planted(
        'author = "The tests"',
        'author = "The tests"\nreviewer = "Dr B"',
        OTHER,
        ("Reviewer has changed", "old: (none)", "new: Dr B"),
    ),
    "a version": Planted(
        'version = "1"', 'version = "2"', OTHER, ("Version has changed", "Nothing is judged otherwise.")
    ),
    "a case expects less": Planted(
        'expect = "routine"',
        'expect = "self_care"',
        OTHER,
        ("What the case red_on_day_8 expects has changed",),
        "cases.toml",
    ),
    "a case says something else": Planted(
        "redness = 1", "redness = 2", OTHER, ("The case red_on_day_8 says something else",), "cases.toml"
    ),
    "a case comes": Planted(
        CASES, CASES + CASES.replace("red_on_day_8", "more"), OTHER, ("The case more was added",), "cases.toml"
    ),
    "a word of its own": Planted(
        "[sources]",
        '[own_words]\nsigns = ["glow"]\n[signs.glow]\nurgency = "urgent"\nsource = "S1"\n[sources]',
        MORE,
        ("glow (signs) is a word of this protocol now", "glow, at any time: urgent instead of self-care"),
    ),
}


BOTH_WAYS = ("a day is not asked", "a danger word goes")


@cache
def planted(name: str) -> Comparison:
    plant = PLANTED[name]
    files = edited(plant.old, plant.new, plant.file)
    if name == "a word of its own":
        label = '[labels.signs]\n"glow" = "glow"\n'
        files |= {"text.en.toml": FILES["text.en.toml"].replace("[labels.signs]\n", label)}
        files |= {"words.en.toml": FILES["words.en.toml"] + 'glow = ["glow"]\n'}
    return compare(tables(), compile_protocol(read(files)))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_change_is_told_in_words(name: str) -> None:
    found = planted(name)
    text = as_text(found)
    missing = [words for words in PLANTED[name].words if words.lower() not in text.lower()]
    assert missing == [], text
    directions = {change.direction for change in found.changes}
    if name in BOTH_WAYS:
        assert {LESS, MORE} <= directions
    else:
        assert directions - {OTHER} == {PLANTED[name].direction} - {OTHER}, text


@pytest.mark.parametrize("name", [name for name, plant in PLANTED.items() if plant.direction in (LESS, MORE)])
def test_turned_round_it_goes_the_other_way(name: str) -> None:
    there = planted(name)
    back = compare(compile_protocol(there.new), tables())
    if name != "no improvement is seen later":  # which is weighed both ways
        opposite = {LESS: MORE, MORE: LESS}[PLANTED[name].direction]
        assert any(change.direction == opposite for change in back.changes), as_text(back)


def test_less_urgent_changes_come_first_and_are_counted() -> None:
    files = edited(SEVERE, SEVERE.replace("same_day", "routine"))
    files = {**files, "protocol.toml": files["protocol.toml"].replace("at_hour = 18", "at_hour = 17")}
    found = compare(tables(), compile_protocol(read(files)))
    lines = as_text(found).splitlines()
    assert lines[0].startswith("small 1 (")
    assert lines[2].startswith(f"LESS URGENT: {len(found.less_urgent())}.")
    assert lines[-1] == f"{len(found.changes)} changes, {len(found.less_urgent())} of them less urgent"


def test_equal_protocols_have_no_difference(shipped: Tables) -> None:
    for compiled in (tables(), shipped):
        found = compare(compiled, compiled)
        assert found.changes == ()
        assert as_text(found) == "no difference\n"


def test_a_change_of_order_says_that_it_is_no_more() -> None:
    text = FILES["protocol.toml"]
    first = '\n[risk_factors.diabetes]\nraises = ["infection"]\nsource = "S1"\n'
    moved = text.replace(first, "").replace("\n[results.dots_blurred]", f"{first}\n[results.dots_blurred]")
    found = compare(tables(), compile_protocol(read(FILES | {"protocol.toml": moved})))
    assert [change.said for change in found.changes] == [
        "The order has changed of: risk factors",
        "Only the order has changed; nothing is judged or said otherwise",
    ]
    assert "Nothing is judged otherwise." in as_text(found)


def test_a_change_of_order_that_names_another_rule_says_so() -> None:
    twin = SEVERE.replace('"severe"', '"twin"').replace("source", 'advice = "routine", source')
    one = read(edited(SEVERE, f"{SEVERE},\n    {twin}"))
    other = read(edited(SEVERE, f"{twin},\n    {SEVERE}"))
    said = [change.said for change in compare(compile_protocol(one), compile_protocol(other)).changes]
    assert said[0] == "The order has changed of: the rules of redness"
    assert said[1] == "Of equally urgent rules of redness, reports may now name another, and show its advice"


def test_a_comment_is_told_as_one() -> None:
    found = compare(tables(), compile_protocol(read(FILES | {"protocol.toml": "# new\n" + FILES["protocol.toml"]})))
    assert [change.said for change in found.changes] == [
        "Only comments, spelling of numbers or layout of the files has changed; nothing is judged or said otherwise"
    ]


def test_texts_of_languages_that_are_switched_off_are_compared_too() -> None:
    german = FILES["text.en.toml"].replace('language = "en"', 'language = "de"')
    off = compile_protocol(read(FILES | {"text.de.toml": german}))
    said = as_text(compare(tables(), off))
    assert "The texts of a language came: de" in said
    changed = compile_protocol(read(FILES | {"text.de.toml": german.replace("Gently.", "Sanft.")}))
    assert "new: Sanft." in as_text(compare(off, changed))


def test_words_of_a_language_that_go_are_less_urgent() -> None:
    more = compile_protocol(read(FILES | {"words.de.toml": FILES["words.en.toml"].replace('"en"', '"de"')}))
    found = compare(more, tables())
    assert [change.said for change in found.less_urgent()] == ["Notes are no longer read for danger words in: de"]


def test_json_tells_every_change() -> None:
    found = compare(tables(), compile_protocol(read(edited(SEVERE, SEVERE.replace("same_day", "routine")))))
    shown = json.loads(as_json(found))
    assert shown["less_urgent"] == len(found.less_urgent()) > 0
    assert [change["said"] for change in shown["changes"]] == [change.said for change in found.changes]
    assert shown["old"] == found.old.stamp()
    assert set(shown["changes"][0]) == {"group", "direction", "said", "old", "new"}


SHIPPED: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "pain": (
        'severity = 3, from_hour = 24, urgency = "urgent"',
        'severity = 3, from_hour = 48, urgency = "urgent"',
        LESS,
        ("Pain or soreness, severe, day 1 (hour 24 to 47), any course: routine instead of urgent",),
    ),
    "face": (
        'early = { until_hour = 6, urgency = "emergency"',
        'early = { until_hour = 3, urgency = "emergency"',
        LESS,
        ("A swollen face, hour 3 to 5 (day 0): urgent instead of emergency",),
    ),
    "hives": (
        '"sign:palpitations", "sign:eyelid_swelling", "sign:very_unwell"]',
        '"sign:palpitations", "sign:very_unwell"]',
        LESS,
        ("Swollen or puffy eyelids together with An itchy rash", "urgent instead of emergency"),
    ),
    "nodes": (
        'all = ["sign:tender_nodes", "bumps >= 1"]',
        'all = ["sign:tender_nodes", "bumps >= 2"]',
        LESS,
        ("A new lump there that hurts", "Bumps (mild or more)"),
    ),
    "face and unwell": (
        'any = ["sign:vomiting", "sign:palpitations", "sign:very_unwell"]',
        'any = ["sign:palpitations", "sign:very_unwell"]',
        LESS,
        ("A swollen face together with Throwing up, from hour 6 (day 0) on: urgent instead of emergency",),
    ),
    "outside": (
        'all = ["redness >= 2", "redness in outside"]\nfrom_hour = 24',
        'all = ["redness >= 2", "redness in outside"]\nfrom_hour = 12',
        MORE,
        ("Redness at this place: Outside the treated area together with Redness (moderate or more)",),
    ),
    "a combination goes": (
        """[[combinations]]
id = "pain_and_unwell"
all = ["sign:pain_out_of_proportion", "sign:very_unwell"]
urgency = "emergency"
advice = "infection_whole_body"
source = "S15 S24"
""",
        "",
        LESS,
        ("together with Feeling very ill in the whole body, at any time: urgent instead of emergency",),
    ),
    "hot": (
        'any = ["redness new or worse", "swelling new or worse", ',
        'any = ["swelling new or worse", ',
        LESS,
        ("Redness new or getting worse",),
    ),
    "masked": (
        '"temperature >= 37.5"',
        '"temperature >= 37.8"',
        LESS,
        ("A temperature of 37.5 C or more together with treatment",),
    ),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_change_of_the_shipped_protocol_is_told(name: str, shipped: Tables, shipped_files: dict[str, str]) -> None:
    old, new, direction, words = SHIPPED[name]
    text = shipped_files["protocol.toml"]
    assert old in text
    changed = read_protocol(shipped_files | {"protocol.toml": text.replace(old, new, 1)})
    found = compare(shipped, compile_protocol(changed))
    told = [change.said for change in found.changes if change.group == DANGER and change.direction == direction]
    assert all(any(part in said for said in told) for part in words), as_text(found)
    assert {change.direction for change in found.changes} - {OTHER} == {direction}
