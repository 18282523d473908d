"""Who is asked when, and what becomes of silence: as the shipped schedule has it.

The first table counts days from the first sitting; the sittings end at noon and the questions come at six in the
evening. A request and a reminder are a message each; the clinic is told where something is open and none is left.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest

from tests.rules.lived import Life
from triage.rules.silence import Missed, answer_silence

from .drawn import read_table, shipped

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PATIENTS = {
    "is well": ["well"],
    "has something mild that stays": ["mild"],
    "has something mild until day 3": ["mild"] * 4 + ["well"],
    "is beyond normal all the time": ["beyond"],
    "is beyond normal on days 0 and 1": ["beyond"] * 2 + ["well"],
    "opens the page and never answers": ["silent"],
    "answers reminders only": ["reminded"],
}
KNOWN = {
    "nothing was open": {},
    "a usual symptom was open": {"is_open": True},
    "the last report was beyond normal": {"is_open": True, "is_beyond": True},
    "an alert of today or sooner is not closed": {"is_open": True, "is_beyond": True, "is_alarming": True},
    "one was missed before": {"quiet_before": 1},
    "no page was ever opened": {"has_opened": False},
    "no mail could be sent": {"is_sent": False, "is_reminded": False},
    "wants no messages": {"unasked_why": "opted_out"},
    "wants no messages, was beyond normal": {"unasked_why": "opted_out", "is_open": True, "is_beyond": True},
    "no consent to messages": {"unasked_why": "no_consent"},
    "no consent to messages, a usual symptom was open": {"unasked_why": "no_consent", "is_open": True},
    "no message was left, a usual symptom was open": {"unasked_why": "budget", "is_open": True},
}


def lives(table: str) -> Callable[..., None]:
    """Return a test of a table with the columns sittings, patient, asked, reminded."""
    rows = read_table(table)

    @pytest.mark.parametrize("row", rows, ids=[f"{row['sittings']}: {row['patient']}" for row in rows])
    def test(row: dict[str, str]) -> None:
        sittings = [NOON + timedelta(days=int(day)) for day in row["sittings"].split()]
        answers = PATIENTS[row["patient"]]
        life = Life(shipped().protocol.schedule, sittings, UTC, chain(answers, repeat(answers[-1]))).live()
        found: dict[str, list[str]] = {"request": [], "reminder": []}
        for message in life.messages:
            found[message.kind].append(str((message.at - NOON).days))
        assert [" ".join(days) for days in found.values()] == [row["asked"], row["reminded"]]

    return test


def silences(table: str) -> Callable[..., None]:
    """Return a test of a table with the columns missed, known, told, as, still silent (two days after it was due)."""
    rows = read_table(table)

    @pytest.mark.parametrize("row", rows, ids=[f"{row['missed']}, {row['known']}" for row in rows])
    def test(row: dict[str, str]) -> None:
        silence = answer_silence(Missed(int(row["missed"].removeprefix("day ")), **KNOWN[row["known"]]))
        found = ["nothing", "", ""]
        if silence is not None:
            told = f"{silence.urgency.name},{silence.about},{'same_day' if silence.is_raised else ''}"
            found = told.replace("_", " ").split(",")
        assert found == [row["told"], row["as"], row["still silent"]]

    return test


test_who_is_asked_when = lives("""
| sittings  | patient                          | asked                                         | reminded          |
| 0         | is well                          | 0 1 2 3 7 14 21 28 56 90                      |                   |
| 0         | has something mild until day 3   | 0 1 2 3 4 14 21 28 56 90                      |                   |
| 0         | has something mild that stays    | 0 1 2 3 4 5 6 7 28 29 30 31 56 90             |                   |
| 0         | is beyond normal on days 0 and 1 | 0 1 2 3 7 14 21 28 56 90                      |                   |
| 0         | is beyond normal all the time    | 0 1 2 3 4 5 6 7 28 29 30 31 56 90             |                   |
| 0         | opens the page and never answers | 0 2 7 14 21 28 56 90                          | 1 3 15 29 57 91   |
| 0         | answers reminders only           | 0 2 4 6 28 30 56 90                           | 1 3 5 7 29 31     |
| 0 7       | is well                          | 0 1 2 3 8 10 14 21 28 35 63 97                |                   |
| 0 7       | is beyond normal all the time    | 0 1 2 3 4 5 6 8 9 35 36 37 63 97              |                   |
| 0 7 14    | is well                          | 0 1 2 3 8 10 15 17 21 35 42 70 104            |                   |
| 0 7 14 21 | is well                          | 0 1 2 3 8 10 15 17 22 24 28 49 77 111         |                   |
| 0 7 14 21 | is beyond normal on days 0 and 1 | 0 1 2 3 8 10 15 17 22 24 28 49 77 111         |                   |
| 0 7 14 21 | is beyond normal all the time    | 0 1 2 3 4 5 6 8 9 15 22 49 77 111             |                   |
| 0 7 14 21 | opens the page and never answers | 0 2 8 12 15 22 49 77 111                      | 1 3 9 16 23       |
| 0 21      | is well                          | 0 1 2 3 7 14 24 35 42 49 77 111               |                   |
""")

test_what_becomes_of_silence = silences("""
| missed | known                                            | told     | as              | still silent |
| day 0  | nothing was open                                 | routine  | no report       | same day     |
| day 3  | nothing was open                                 | routine  | no report       | same day     |
| day 5  | nothing was open                                 | nothing  |                 |              |
| day 5  | a usual symptom was open                         | routine  | no report       | same day     |
| day 5  | the last report was beyond normal                | routine  | no report       | same day     |
| day 5  | an alert of today or sooner is not closed        | same day | no report       |              |
| day 14 | nothing was open                                 | nothing  |                 |              |
| day 14 | one was missed before                            | routine  | quiet           |              |
| day 90 | one was missed before                            | routine  | quiet           |              |
| day 0  | no page was ever opened                          | same day | never opened    |              |
| day 1  | no mail could be sent                            | routine  | not sent        | same day     |
| day 14 | no mail could be sent                            | nothing  |                 |              |
| day 1  | wants no messages                                | nothing  |                 |              |
| day 5  | wants no messages, was beyond normal             | same day | opted out       |              |
| day 1  | no consent to messages                           | nothing  |                 |              |
| day 5  | no consent to messages, a usual symptom was open | routine  | not asked       | same day     |
| day 9  | no message was left, a usual symptom was open    | routine  | out of messages | same day     |
""")
