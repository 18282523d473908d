"""Pictures of figures: fit for a strict page and for paper, the same each time, and readable without colour."""

from xml.etree import ElementTree

import pytest

from tests.charts.samples import BARS, CURVES, FUNNEL, PANELS, PICTURES, WHISKERS
from triage.charts import CANVASES, draw_picture, picture_height
from triage.outcomes.figure import Bars, Curves, Funnel, Picture, Whiskers

SVG = "{http://www.w3.org/2000/svg}"


SEEN = ("wide-light", "narrow-dark", "paper")  # what differs in size and in how words are written


def drawn(picture: Picture, canvas: str = "wide-light") -> str:
    return draw_picture(picture, CANVASES[canvas])


def words(picture: Picture, canvas: str = "wide-light") -> list[str]:
    """Return what is written in a picture."""
    root = ElementTree.fromstring(drawn(picture, canvas))
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("canvas", SEEN)
def test_a_strict_page_may_show_every_kind(canvas: str) -> None:
    """Our Content-Security-Policy applies no style attribute and no style sheet inside, and loads nothing else."""
    for picture in PICTURES.values():
        for element in ElementTree.fromstring(drawn(picture, canvas)).iter():
            assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject")
            assert "style" not in element.attrib
            assert all(to.startswith("#") for name, to in element.attrib.items() if name.endswith("href"))


def test_a_picture_is_as_large_as_the_page_was_told() -> None:
    for picture in PICTURES.values():
        for name in SEEN:
            root, canvas = ElementTree.fromstring(drawn(picture, name)), CANVASES[name]
            assert root.get("width") == str(canvas.width)
            assert root.get("height") == str(picture_height(picture, canvas))


@pytest.mark.parametrize("kind", PICTURES)
def test_the_same_values_give_the_same_bytes(kind: str) -> None:
    assert draw_picture.__wrapped__(PICTURES[kind], CANVASES["wide-light"]) == drawn(PICTURES[kind])


def test_words_stay_words_on_a_page_and_become_shapes_on_paper() -> None:
    assert {"First session", "Second session & more", "expected by day 7", "days since the session"} <= set(
        words(CURVES)
    )
    assert words(CURVES, "paper") == []


def test_many_lines_with_bands_get_a_panel_each() -> None:
    said = words(PANELS)
    assert {"Redness", "Swelling", "Itching", "Pain <hard>"} <= set(said)
    assert said.count("days since the session") == len(PANELS.lines)
    assert said.count("expected by day 7") == 1, "upright lines are named once"


def test_series_differ_in_more_than_their_colour() -> None:
    """On a grey copy dashes, marks and hatching are what is left."""
    dashes = {
        element.get("stroke-dasharray")
        for element in ElementTree.fromstring(drawn(CURVES._replace(marks=()))).iter(f"{SVG}path")
        if element.get("stroke-width") == "1.7"
    }
    assert len(dashes) == len(CURVES.lines)
    fills = {element.get("fill", "") for element in ElementTree.fromstring(drawn(BARS)).iter(f"{SVG}path")}
    assert any(fill.startswith("url(#") for fill in fills), "one stack is plain, the next is hatched"


def test_what_cannot_be_told_is_said_in_its_row() -> None:
    assert words(WHISKERS).count("cannot tell") == 1


def test_who_lies_beyond_the_limits_is_named_among_many() -> None:
    many = tuple((f"Person {number}", 100.0 + number, 0.05) for number in range(20))
    said = words(FUNNEL._replace(points=(*many, ("Far Out", 300.0, 0.2))))
    assert "Far Out" in said
    assert not any(word.startswith("Person") for word in said)


def test_a_picture_without_anything_in_it_is_drawn_all_the_same() -> None:
    empty: list[Picture] = [
        Curves("t", "x", "y", ()),
        Curves("t", "x", "y", (CURVES.lines[0]._replace(x=(), y=(), low=(), high=(), boxes=()),)),
        Whiskers("t", "x", ()),
        Funnel("t", "x", "y", (), 0.0, ()),
        Bars("t", "y", (), ()),
    ]
    for picture in empty:
        assert drawn(picture).startswith("<svg")
