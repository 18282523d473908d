"""Charts: nothing that is told is left out, the same values give the same bytes, and a strict page may show them."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triage.web
from triage.charts import LOOKS, Alarm, Chart, Dot, Lane, Mark, Step, draw_chart
from triage.charts.drawing import day_ticks
from triage.charts.looks import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"
STYLE = (Path(triage.web.__file__).parent / "static" / "pages.css").read_text()
DAYS = st.floats(0, 60, allow_nan=False).map(lambda day: round(day, 2))
DOTS = st.lists(st.builds(Dot, DAYS, st.integers(0, 4), st.booleans(), st.booleans()), max_size=12).map(tuple)
LANES = st.lists(st.builds(Lane, st.just("Redness"), st.just((Step(0, 3), Step(4, 0))), DOTS), max_size=4).map(tuple)
CHARTS = st.builds(
    Chart,
    days=st.just(61.0),
    sittings=st.sampled_from([(), (0.0,), (0.0, 28.0)]),
    reports=st.lists(st.builds(Mark, DAYS, st.booleans()), max_size=8).map(tuple),
    missed=st.lists(DAYS, max_size=4).map(tuple),
    alarms=st.lists(st.builds(Alarm, DAYS, st.integers(1, 4)), max_size=4).map(tuple),
    lanes=LANES,
    today=st.sampled_from([None, 40.0]),
    caption=st.just("Green: expected by smp 3"),
)
CHART = Chart(
    days=40,
    sittings=(0.0, 28.0),
    reports=(Mark(1), Mark(5, is_doubted=True), Mark(5.2), Mark(29)),
    missed=(7.0,),
    alarms=(Alarm(5.2, 3), Alarm(29, 4)),
    lanes=(
        Lane("Redness & $5", (Step(0, 3), Step(7, 0)), (Dot(1, 3), Dot(5, 4, False, True), Dot(5.2, 3, True))),
        Lane("Schmerz <stark>", (), (Dot(29, 0),)),
    ),
    today=30.0,
    caption="Green: expected by smp 3",
)


def drawn(chart: Chart, look: str = "wide-light") -> str:
    return draw_chart.__wrapped__(chart, LOOKS[look])


def marks(svg: str) -> int:
    """Return how many marks are drawn: each is a shape of its own, or one that is used again."""
    groups = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}g") if "PathCollection" in one.get("id", "")]
    shapes = 0
    for group in groups:
        reused = list(group.iter(f"{SVG}use"))
        shapes += len(reused) or len([child for child in group if child.tag == f"{SVG}path"])
    return shapes


@settings(max_examples=15, deadline=None)
@given(CHARTS)
def test_everything_that_was_told_is_drawn(chart: Chart) -> None:
    told = [*chart.reports, *chart.missed, *chart.alarms, *(dot for lane in chart.lanes for dot in lane.dots)]
    assert marks(drawn(chart)) == len(told)


def test_same_values_give_the_same_bytes() -> None:
    assert drawn(CHART) == drawn(CHART)
    assert drawn(CHART) != drawn(CHART._replace(today=31.0))


def test_threads_do_not_disturb_each_other() -> None:
    charts = [CHART._replace(caption=f"number {number}") for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(drawn, charts)) == [drawn(chart) for chart in charts]


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_without_styles_of_others_may_show_it(look: str) -> None:
    """Our Content-Security-Policy applies no style attribute and no style sheet inside, and loads nothing else."""
    root = ElementTree.fromstring(drawn(CHART, look))
    for element in root.iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject")
        assert "style" not in element.attrib
        links = [value for name, value in element.attrib.items() if name.endswith("href")]
        assert all(link.startswith("#") for link in links)


def test_words_stay_words_in_the_readers_own_fonts() -> None:
    root = ElementTree.fromstring(drawn(CHART))
    said = [element.text for element in root.iter(f"{SVG}text")]
    assert {"Redness & $5", "Schmerz <stark>", "Reports", "Alerts", CHART.caption} <= set(said)
    assert root.get("font-family", "").startswith("system-ui")
    assert not any("font-family" in element.attrib for element in root.iter() if element is not root)


def test_a_picture_is_as_high_as_the_page_was_told() -> None:
    for name, look in LOOKS.items():
        root = ElementTree.fromstring(drawn(CHART, name))
        assert (root.get("width"), root.get("height")) == (str(look.width), str(look.height(len(CHART.lanes))))


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_colours_are_those_of_the_pages(scheme: str, colours: object) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    tokens |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark)) if scheme == "dark" else {}
    ours = colours._asdict()  # type: ignore[attr-defined]
    assert ours == {name: tokens[name.replace("_", "-")] for name in ours}


def test_days_begin_anew_at_each_sitting() -> None:
    ticks = day_ticks(CHART, 700)
    assert [words for at, words in ticks if at >= 28][:3] == ["0", "2", "4"]
    assert (0, "0") in ticks
    assert all(later - earlier >= 34 * CHART.days / 700 for (earlier, _), (later, _) in pairwise(ticks))


def test_a_chart_of_nothing_can_be_drawn() -> None:
    empty = Chart(10, (), (), (), (), (), None, "No protocol says what is expected")
    assert marks(drawn(empty)) == 0


def test_nobody_waits_for_the_plotting_library_who_draws_nothing() -> None:
    asks = "import sys, triage.app, triage.cli; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asks], env=os.environ, check=False).returncode == 0
