"""The expected course beside the patient's own dots, the aftercare of today and what comes later."""

import re
import tomllib
from datetime import timedelta

import pytest

from triage.rules.labels import is_right_to_left

from .browsing import store
from .conftest import FILES, Build, House

__all__ = ["store"]  # a fixture: one engine is enough to look at pages
# What the user's own text names: side effects, and what to avoid or use.
SIDE_EFFECTS = ("Redness", "Swelling of the scalp", "Bumps", "Itching", "Pain or soreness")
AFTERCARE = (
    "Swimming and baths", "Sauna and steam", "Showering", "low pressure", "Ointment and itching", "Washing",
    "four sessions", "day or two of rest", "five to seven days", "the dots look smaller", "numbing cream",
)  # fmt: skip


def dots(text: str, symptom: str = "Redness") -> list[tuple[float, float]]:
    drawing = text[text.index(f"<h3>{symptom}") :].split("</svg>")[0]
    return [(float(x), float(y)) for x, y in re.findall(r'class="dot" cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def report_for_three_days(house: House) -> None:
    for days, level in ((2, "3"), (1, "2")):
        house.wiring.time -= timedelta(days=days)
        house.send(severity__redness=level, key=f"day {days}")
        house.wiring.time += timedelta(days=days)


def test_every_side_effect_and_every_rule_of_aftercare_can_be_read_before_reporting(house: House) -> None:
    house.wiring.do(lambda session: house.treat(session, house.wiring.time))
    text = house.client.get(house.page).text
    before = text[text.index("What is usual, and what to do") :].replace("&#39;", "'")
    assert not [words for words in (*SIDE_EFFECTS, *AFTERCARE) if words not in before]
    texts = tomllib.loads(FILES["text.en.toml"])["aftercare"]
    assert len(texts) > 30
    assert not [text for text in texts.values() if text not in before]


def test_own_reports_stand_as_dots_and_in_words(house: House) -> None:
    report_for_three_days(house)
    text = house.send(severity__redness="1").text
    assert "Usually gone after 1 to 4 days. You are on day 3." in text
    assert "You said: mild. Usual today: at most moderate." in text
    assert "You told us: day 1: severe; day 2: moderate; day 3: mild." in text
    (x1, y1), (x2, y2), (x3, y3) = dots(text)
    assert x1 < x2 < x3
    assert y1 < y2 < y3, "stronger is higher"
    assert text.count('<svg class="band"') == 1, "of what was reported only"


def test_from_right_to_left_time_runs_from_right_to_left(build: Build) -> None:
    house = build(language="ar")
    report_for_three_days(house)
    text = house.send(severity__redness="1").text
    assert is_right_to_left("ar")
    assert '<html lang="ar" dir="rtl">' in text
    first, second, third = dots(text, "احمرار")
    assert first[0] > second[0] > third[0]


def test_aftercare_says_what_counts_today_and_from_when_on_something_else(house: House) -> None:
    text = house.send(severity__redness="1").text
    swimming = text[text.index("<summary>Swimming and baths") :].split("</details>")[0]
    assert "Next step on day 14: Friday 13 March" in swimming
    assert "<p>No swimming and no bathing" in swimming
    assert "<b>From day 14, Friday 13 March:</b> You may swim" in swimming


def test_nothing_is_drawn_where_nothing_is_known(build: Build) -> None:
    house = build(protocol=None)
    assert 'class="band"' not in house.client.get(house.page).text
    assert 'class="band"' not in house.send(severity__redness="1").text


@pytest.mark.parametrize("level", ["0", "9", "x"])
def test_what_is_not_there_or_cannot_be_read_is_not_drawn(house: House, level: str) -> None:
    text = house.send(severity__redness=level, severity__itching="1").text
    assert text.count('<svg class="band"') == 1
