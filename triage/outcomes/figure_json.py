"""A figure as plain values that JSON can hold on any engine, and back again."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from triage.outcomes.figure import Bars, Column, Curves, Figure, Funnel, Line, Picture, Whisker, Whiskers

PICTURES = {kind.__name__.lower(): kind for kind in (Curves, Whiskers, Funnel, Bars)}


def as_mapping(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain values; what is no finite number is its word, since JSON has none for it."""
    pictures = [[type(picture).__name__.lower(), _plain(picture._asdict())] for picture in figure.pictures]
    whole = {name: _plain(value) for name, value in figure._asdict().items() if name != "pictures"}
    return whole | {"pictures": pictures}


def read_figure(stored: Mapping[str, Any]) -> Figure:
    """Return a figure as it was. KeyError or TypeError for what another version of the program has stored."""
    values = {name: _tuples(value) for name, value in stored.items() if name != "pictures"}
    values["columns"] = tuple(Column(*column) for column in values["columns"])
    pictures = tuple(_picture(kind, told) for kind, told in stored["pictures"])
    return Figure(**values, pictures=pictures)


def _picture(kind: str, told: Mapping[str, Any]) -> Picture:
    values = {name: _tuples(value) for name, value in told.items()}
    if kind == "curves":
        values["lines"] = tuple(Line(*line) for line in values["lines"])
    if kind == "whiskers":
        values["rows"] = tuple(Whisker(*row) for row in values["rows"])
    found: Picture = PICTURES[kind](**values)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return {"number": str(value)}
    return value


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return float(value["number"]) if isinstance(value, Mapping) else value
