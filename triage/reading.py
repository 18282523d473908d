"""Looks at patients' things through pages and API are noted, without ever keeping anybody from looking."""

import logging
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from triage.actions.reads import LIST, Thing, note_read
from triage.actions.turn import Turn
from triage.records import Trouble
from triage.wiring import Wiring

LOG = logging.getLogger(__name__)


def thing_of(named: Mapping[str, Any], path: str) -> Thing:
    """Return what a call looks at: the first thing that its address names by an id, else the list at its path."""
    for name, value in named.items():
        kind, is_id = name.removesuffix("_id"), name.endswith("_id")
        if is_id and _is_uuid(value):
            return kind, str(value)
    return LIST, path.removesuffix("/rows")  # a part of the worklist that a script fetched


def note_look(wiring: Wiring, thing: Thing, page: str, turn: Turn) -> None:
    """Note a look in a transaction of its own; where that fails only the program's log says so: dangers are read."""
    if not wiring.looks.is_new(thing, turn):
        return
    try:
        wiring.do(partial(note_read, thing=thing, page=page, turn=turn), turn.by.clinic_id)
    except Trouble as error:
        LOG.error("a look was not noted in the log: %s", type(error).__name__)


def _is_uuid(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
