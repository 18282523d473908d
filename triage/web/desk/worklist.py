"""/desk: what waits, lane by lane; /desk/rows: the same as a part for a script; the mark with a count on it."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from triage.actions.answers import ANSWERS
from triage.actions.lanes import LANES, Asked, Lane, Worklist, is_narrow, state_of, worklist
from triage.records import lookups
from triage.records.lane_lookups import Filters
from triage.rules import Urgency
from triage.web.files import DIGEST, FILES, FOR_EVER
from triage.web.staff_page import DESK, StaffPage, for_staff

LANE_WORDS = {  # its name, and what is said of it while it is empty
    "urgent": ("Urgent now", "Nothing urgent waits."),
    "review": ("Review today", "Nothing to review."),
    "silent": ("No report", "Everybody who was expected to report has."),
    "read": ("To read", "Every note and photo has been read."),
    "watching": ("Watching", "Nobody is watching anything."),
}
LEVELS = {"emergency": "Emergency", "urgent": "Urgent", "same_day": "Same day", "routine": "Routine"}
KINDS = {"report": "A report", "silence": "No report", "service": "The service", "lot": "A lot"}
DAYS = (3, 7, 14, 28)
LONGEST_SEARCH = 60
BADGE = '<g><circle cx="17" cy="7" r="7" fill="#b3131b"/><text x="17" y="10.5" {font}>{count}</text></g>'
FONT = 'fill="#fff" font-family="sans-serif" font-size="10" font-weight="700" text-anchor="middle"'


class Query(NamedTuple):
    """The part of the address that says what is shown; each page names the others by it."""

    said: dict[str, str]
    is_narrow: bool  # anything but a lane is asked for

    def to(self, **changed: str) -> str:
        """Return the worklist's address with some of it changed; an empty value takes it away."""
        kept = {name: value for name, value in (self.said | {"from": ""} | changed).items() if value}
        return "/desk" + (f"?{urlencode(kept)}" if kept else "")


@for_staff(*DESK)
def show_worklist(page: StaffPage) -> ResponseReturnValue:
    """Show the worklist."""
    return page.show("worklist.html", 200, **_known(page))


@for_staff(*DESK)
def show_rows(page: StaffPage) -> ResponseReturnValue:
    """Return the lists alone; 304 while they show what the caller has."""
    asked = _asked(page)
    state = page.read(lambda session, turn: state_of(session, asked, turn))
    tag = hashlib.sha256(f"{state} {DIGEST} {page.form_key}".encode()).hexdigest()[:24]
    if request.if_none_match.contains(tag):
        answer = Response(status=304)
    else:
        answer = make_response(page.show("_lanes.html", 200, **_known(page)))
    answer.set_etag(tag)
    return answer


def show_mark(count: int) -> ResponseReturnValue:
    """Return the mark of the service with a count on it, for a browser's tab."""
    mark = FILES["mark.svg"].decode()
    badge = BADGE.format(font=FONT, count=count if count < 10 else "9+")
    answer = Response(mark.replace("</svg>", badge + "</svg>"), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _known(page: StaffPage) -> dict[str, object]:
    asked = _asked(page)
    found: Worklist = page.read(lambda session, turn: worklist(session, asked, turn))
    return {
        "worklist": found,
        "query": Query(_said(), is_narrow(asked.filters)),
        "colleagues": page.read(lambda session, turn: lookups.staff_of(session, turn.by.clinic_id, ANSWERS)),
        "titles": {name: words[0] for name, words in LANE_WORDS.items()},
        "empty": {name: words[1] for name, words in LANE_WORDS.items()},
        "levels": LEVELS,
        "kinds": KINDS,
        "days": DAYS,
        "until": page.turn.now.isoformat(),
        "opens": _opens,
    }


def _opens(lane: Lane) -> bool:
    """Tell whether a lane is unfolded: what is watched is not, unless it was asked for."""
    return lane.name != "watching" or request.args.get("lane") == "watching"


def _said() -> dict[str, str]:
    known = ("lane", "who", "level", "kind", "days", "q", "from")
    return {name: request.args[name][:LONGEST_SEARCH] for name in known if request.args.get(name)}


def _asked(page: StaffPage) -> Asked:
    """Return what the address asks for; what it asks for in words that are not known is left out."""
    said = _said()
    who, level, days, start = said.get("who"), said.get("level"), said.get("days", ""), said.get("from", "")
    filters = Filters(
        lane=_one_of(LANES, said.get("lane")),
        owner_id=page.staff.id if who == "me" else _id(who),
        is_unowned=who == "nobody",
        urgency=Urgency[level] if level in LEVELS else None,
        kind=_one_of(KINDS, said.get("kind")),
        text=said.get("q", "").strip(),
        treated_since=page.turn.now - timedelta(days=int(days)) if _is_number(days) else None,
    )
    return Asked(filters, int(start) if _is_number(start) and filters.lane else 0)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _one_of(known: Mapping[str, object] | tuple[str, ...], text: str | None) -> str | None:
    return text if text in known else None


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
