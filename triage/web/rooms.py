"""How a room of pages for staff names its addresses, and how they come into the blueprint."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

Address = tuple[str, str, Callable[..., ResponseReturnValue]]  # path, method, view


def add_room(blueprint: Blueprint, addresses: Iterable[Address]) -> None:
    """Register a room's views; an endpoint has its module in its name, since rooms use the same verbs."""
    for path, method, view in addresses:
        room = view.__module__.removeprefix("triage.web.").replace(".", "_")
        blueprint.add_url_rule(path, endpoint=f"{room}_{view.__name__}", view_func=view, methods=[method])


def with_room(size: int) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Return a decorator for a view that takes a longer form than others do; it is read before anything else is."""

    def widen(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def take(*arguments: Any, **named: Any) -> ResponseReturnValue:
            request.max_content_length = request.max_form_memory_size = size
            return view(*arguments, **named)

        return take

    return widen
