"""Who has looked at a patient's things: an entry in the log, one for each look and not for each reload."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import Session
from triage.records.audit import READ

ONE_LOOK = timedelta(minutes=15)  # whoever comes back to the same thing within it is still looking
ONE_LOOK_AT_A_LIST = timedelta(hours=1)  # lists are looked at all day, and by programs every few seconds
MOST = 10_000  # looks that are remembered
LIST = "list"
LOOKERS = ("staff", "key", "operator")  # patients look at what is their own

Thing = tuple[str, str]  # its kind and id; of a list its address


def note_read(session: Session, thing: Thing, page: str, turn: Turn) -> None:
    """Write to the log that somebody has looked at a thing, and on which page."""
    audit.record(session, turn, READ, thing, after={"page": page})


class Looks:
    """Which looks were noted of late by this process: another one may note the same look once more."""

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[str, Thing], datetime] = OrderedDict()
        self._lock = Lock()

    def is_new(self, thing: Thing, turn: Turn) -> bool:
        """Tell whether a look is to be noted, and count it as noted."""
        if turn.by.kind not in LOOKERS:
            return False
        key, lasts = (turn.by.id, thing), ONE_LOOK_AT_A_LIST if thing[0] == LIST else ONE_LOOK
        with self._lock:
            noted = self._noted.get(key)
            if noted is not None and abs(turn.now - noted) < lasts:
                return False
            self._noted[key] = turn.now
            self._noted.move_to_end(key)
            if len(self._noted) > MOST:
                self._noted.popitem(last=False)
        return True
