"""How many segments a text message takes."""

import pytest

from triage.rules.segments import as_gsm, segments_of


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("€" * 80, 1), ("€" * 81, 2),  # takes two places
        ("ß" * 160, 1), ("ك" * 70, 1), ("ك" * 71, 2), ("ك" * 134, 2), ("ك" * 135, 3),
        ("😀" * 35, 1), ("😀" * 36, 2),  # two places of 16 bits
        ("a" * 70 + "ك", 2), ("a" * 100 + "á", 2), ("a" * 100 + "é", 1),
    ],
)  # fmt: skip
def test_a_text_takes_so_many_segments(text: str, segments: int) -> None:
    assert segments_of(text) == segments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("¿Cómo está? Llame al número…", "¿Como esta? Llame al numero..."),
        ("Clínica “Señora’s” – Zürich", 'Clinica "Señora\'s" - Zürich'),
        ("é, ü, ñ and € stay", "é, ü, ñ and € stay"),
        ("Clínica: كيف حالك", "Clínica: كيف حالك"),
        ("", ""),
    ],
)
def test_only_accents_go_that_cost_half_the_letters(text: str, plain: str) -> None:
    assert as_gsm(text) == plain
