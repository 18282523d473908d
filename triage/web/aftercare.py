"""The aftercare of today, and from when on something else is allowed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from triage.web.times import weekday_words
from triage.web.visit import Visit


class Care(NamedTuple):
    """One topic: what counts today (empty where the days have not begun), and what counts later from when on."""

    topic: str
    today: str
    next_words: str  # when the next step is; empty where there is none
    later: list[tuple[str, str]]  # from when, what


def aftercare_of(visit: Visit) -> Iterator[Care]:
    """Yield each topic; nothing where there is no protocol, no text, or no procedure yet."""
    if visit.tables is None or visit.words.texts is None or visit.day is None:
        return
    stages: dict[str, list[int]] = {}
    for stage in visit.tables.protocol.aftercare:
        stages.setdefault(stage.topic, []).append(stage.from_day)
    for topic, days in stages.items():
        yield _care(visit, topic, sorted(days), visit.day)


def _care(visit: Visit, topic: str, days: list[int], today: int) -> Care:
    texts = visit.words.texts.aftercare if visit.words.texts else {}
    begun = [day for day in days if day <= today]
    later = [day for day in days if day > today]
    return Care(
        topic=texts.get(topic, ""),
        today=texts[f"{topic}.{begun[-1]}"] if begun else "",
        next_words=visit.words.page("care_next", **_when(visit, later[0])) if later else "",
        later=[(visit.words.page("care_from", **_when(visit, day)), texts[f"{topic}.{day}"]) for day in later],
    )


def _when(visit: Visit, day: int) -> dict[str, object]:
    at = visit.procedures[-1] + timedelta(days=day)
    return {"day": day, "date": weekday_words(at, visit.zone, visit.words.language)}
