"""What patients write, and the danger signs that the shipped English patterns must find in it: no more, no less."""

from pathlib import Path

import pytest

from triage.rules.notes import find_signs
from triage.rules.read_protocol import read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"

BREATH = "breathing_trouble"
LIPS = "lip_tongue_throat_swelling"

NAMED = [
    ("I can't breathe", {BREATH}),
    ("i cant breath properly", {BREATH}),
    ("cannot swallow", {BREATH}),
    ("it's hard to breathe", {BREATH}),
    ("a bit short of breath on the stairs", {BREATH}),
    ("im breathles", {BREATH}),
    ("my chest is wheezing", {BREATH}),
    ("difficulty breathing since the cream", {BREATH}),
    ("my lips feel thick", {LIPS}),
    ("otherwise ok, only my lips feel a bit thick", {LIPS}),
    ("throught swelling", {LIPS}),
    ("I have a fat lip", {LIPS}),
    ("my lips are just a little bit swollen", {LIPS}),
    ("tongue is tingling", {LIPS}),
    ("throat is closing up", {LIPS}),
    ("swelling of face, lips and tongue", {LIPS, "face_swelling"}),
    ("my face has puffed up like a balloon", {"face_swelling"}),
    ("woke up with a swolen cheek", {"face_swelling"}),
    ("I nearly passed out in the shower", {"faint"}),
    ("fainted twice", {"faint"}),
    ("feeling light headed and dizzy", {"faint"}),
    ("my lips look blue", {"blue_lips_or_nails"}),
    ("grey fingernails", {"blue_lips_or_nails"}),
    ("she had a siezure", {"seizure"}),
    ("ringing in my ears and a metallic taste", {"ringing_ears_or_metal_taste"}),
    ("my heart is racing", {"palpitations"}),
    ("he is confused and slurring his words", {"confusion"}),
    ("pain in my chest", {"chest_pain"}),
    ("I threw up twice", {"vomiting"}),
    ("been sick all night", {"vomiting"}),
    ("I feel really ill", {"very_unwell"}),
    ("don't feel well at all", {"very_unwell"}),
    ("it feels like the flu", {"very_unwell"}),
    ("I think I have a feaver", {"fever"}),
    ("temprature is 38.6", {"fever"}),
    ("39C this morning", {"fever"}),
    ("night sweats and chills", {"fever"}),
    ("I can't stop shaking", {"rigor"}),
    ("my teeth keep chattering", {"rigor"}),
    ("the redness is spreading to my forehead", {"spreading_redness"}),
    ("redness around the dots is getting bigger", {"spreading_redness"}),
    ("there are red streaks down my neck", {"red_streaks"}),
    ("some puss at the back", {"pus"}),
    ("it smells bad", {"pus"}),
    ("green stuff coming out", {"pus"}),
    ("little yellow heads, looks infected", {"pus"}),
    ("hives on my arms", {"hives_elsewhere"}),
    ("itchy rash all over my body", {"hives_elsewhere"}),
    ("two blistrs on top", {"blisters"}),
    ("there is an open wound near the crown", {"open_sore"}),
    ("the skin behind my ear is turning black", {"skin_turning_black"}),
    ("a purple patch that hurts", {"skin_turning_black"}),
    ("my eyelids are puffy", {"eyelid_swelling"}),
    ("left eye is red and sore", {"eyelid_red_or_painful"}),
    ("my vision is blurry", {"vision_change"}),
    ("seeing double", {"vision_change"}),
    ("the pain is unbearable", {"pain_out_of_proportion"}),
    ("painkillers don't help", {"pain_out_of_proportion"}),
    ("pain is 10/10 today", {"pain_out_of_proportion"}),
    ("39\u00b0C since noon", {"fever"}),
    ("a lump behind my ear", {"swollen_nodes"}),
    ("a painful lump on my neck", {"swollen_nodes", "tender_nodes"}),
    ("FEVER!!! Please call", {"fever"}),
    ("My lips are swollen\u2026 and I can\u2019t breathe", {LIPS, BREATH}),
]

NEGATED = [
    ("no fever", set()),
    ("no pus, fever or chills", set()),
    ("never had any trouble breathing", set()),
    ("I don't have a fever", set()),
    ("without fever or swelling of the face", set()),
    ("no sign of pus", set()),
    ("can't see any pus", set()),
    ("haven't had any chills", set()),
    ("not short of breath", set()),
    ("no swelling of my lips, no trouble swallowing, no rash on my body", set()),
    ("neither fever nor chills", set()),
    ("not only fever but chills too", {"fever"}),
    ("no idea why I have a fever", {"fever"}),
    ("no pain, fever since this morning", {"fever"}),
    ("no pain but fever", {"fever"}),
    ("no pain and I feel feverish", {"fever"}),
    ("not much pain. fever though", {"fever"}),
    ("no sleep, fever all night", {"fever"}),
    ("not sure if this is pus", {"pus"}),
    ("I don't know why my lips are swollen", {LIPS}),
    ("no redness and my lips are swollen", {LIPS}),
    ("it doesn't hurt and my throat feels tight", {LIPS}),
    ("no pain because I can't feel anything, I passed out", {"faint"}),
    ("paracetamol didn't help the fever", {"fever"}),
    ("I have never had a fever like this", {"fever"}),
    ("no change, still pus", {"pus"}),
    ("no pain, my lips are swollen or numb", {LIPS}),
    ("no pain - fever since noon", {"fever"}),
    ("not bad just a fever", {"fever"}),
    ("nothing serious, only my tongue feels thick", {LIPS}),
]

HARMLESS = [
    "scalp feels tight and swollen",
    "took a hot shower by mistake",
    "the shower temperature was high",
    "black dots everywhere, just as I wanted",
    "black ink on my pillow",
    "I have black skin, so redness is hard to see",
    "my face is fine",
    "the dots look a bit faint at the front",
    "dots seem blurred near the crown",
    "the ink is spreading",
    "I'm confused about which shampoo to use",
    "sick of the itching already",
    "can I have a drink on Friday?",
    "I don't know what this cream is for",
    "can't wait to see the result",
    "can't see the back of my head",
    "numbing cream worked well",
    "scabs coming off in the shower",
    "is it ok to wear a tight hat?",
    "a little clear fluid on day one",
    "itching at night, slept anyway",
    "red and sore where the needle went in",
    "skin peeling a little, dead skin on the pillow",
    "left the scalp open to the air",
    "went for a run and sweated, sorry",
    "my hay fever is back",
    "thank you, it looks great!",
    "the redness is getting better",
    "when is my next session?",
    "bumps are smaller today",
]


@pytest.fixture(scope="module")
def words():
    return read_protocol({path.name: path.read_text() for path in FOLDER.glob("*.toml")}).words


@pytest.mark.parametrize(("note", "signs"), NAMED + NEGATED)
def test_a_note_raises_the_signs_that_it_names(words, note, signs):
    assert set(find_signs(note, words)) == signs


@pytest.mark.parametrize("note", HARMLESS)
def test_a_harmless_note_raises_nothing(words, note):
    assert find_signs(note, words) == {}


def test_the_words_that_name_a_sign_are_told(words):
    assert find_signs("Since lunch my LIPS feel quite THICK", words) == {LIPS: "lips feel quite thick"}


def test_every_shipped_pattern_is_written_as_patterns_are_read(words):
    for language in words.values():
        for sign, patterns in language.signs.items():
            for pattern in patterns:
                assert pattern == pattern.lower(), (sign, pattern)
                assert "/" not in pattern, (sign, pattern)
                assert ".. .." not in pattern, (sign, pattern)
                assert ".." not in (pattern[:2], pattern[-2:]), (sign, pattern)


def test_after_many_denied_mentions_the_next_counts(words):
    """So the work on a note is bounded: 20,000 letters once took 42 seconds, under the database's one write lock."""
    assert find_signs("no fever. " * 2000, words) == {}
    assert "fever" in find_signs("no fever or pain and " * 900, words)
