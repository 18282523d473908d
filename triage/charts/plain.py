"""SVG as matplotlib writes it, made fit for our pages: no style attribute and no style sheet, which a strict
Content-Security-Policy does not apply, and the reader's own fonts instead of those it was laid out with.
"""

from xml.etree import ElementTree

from triage.charts.looks import FONT

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
UNWANTED = (f"{{{SVG}}}metadata", f"{{{SVG}}}style")
OF_THE_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt", "font-family": FONT}
INHERITED = ("font-family",)  # said once, at the root

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def make_plain(svg: str, size: tuple[float, float]) -> str:
    """Return an SVG with what its styles say as attributes; `size` in pixels."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in UNWANTED]:
            parent.remove(child)
    for element in root.iter():
        _say_plainly(element)
    root.attrib |= OF_THE_ROOT | {"width": f"{size[0]:g}", "height": f"{size[1]:g}"}
    return ElementTree.tostring(root, encoding="unicode")


def _say_plainly(element: ElementTree.Element) -> None:
    for said in element.attrib.pop("style", "").split(";"):
        name, _, value = said.partition(":")
        if value and name.strip() not in INHERITED:
            element.set(name.strip(), value.strip())
