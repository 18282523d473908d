"""How a room of pages for staff names its addresses, and how they come into the blueprint."""

from collections.abc import Callable, Iterable

from flask import Blueprint
from flask.typing import ResponseReturnValue

Address = tuple[str, str, Callable[..., ResponseReturnValue]]  # path, method, view


def add_room(blueprint: Blueprint, addresses: Iterable[Address]) -> None:
    """Register a room's views; an endpoint has its module in its name, since rooms use the same verbs."""
    for path, method, view in addresses:
        room = view.__module__.removeprefix("triage.web.").replace(".", "_")
        blueprint.add_url_rule(path, endpoint=f"{room}_{view.__name__}", view_func=view, methods=[method])
