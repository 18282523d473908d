"""What becomes of a check-in that did not come: silence is never taken for recovery, and nobody cries wolf."""

from datetime import timedelta
from typing import NamedTuple

from triage.rules.vocabulary import Urgency

FIRST_DAYS = 3  # judgement: what follows a sitting at once shows on days 0 to 3
SETTLED_AFTER = 7  # judgement: after a quiet first week a single miss is usual; a third of people stop reporting
QUIET_MISSES = 2  # judgement: one is forgotten easily, two in a row are looked at
RAISED_AFTER = timedelta(hours=48)  # judgement: after it was due; a day for the practitioner to notice, then a call

# What no message asked for, and the word by which the clinic is told where something is open.
UNASKED = {"opted_out": "opted_out", "budget": "out_of_messages", "never_opened": "never_opened"}


class Missed(NamedTuple):
    """A check-in that did not come, and what is known of the patient."""

    day: int  # the calendar day after the latest sitting on which it was due
    unasked_why: str | None = None  # why no message asked for it; None: one did, or should have
    is_sent: bool = True  # the request went out
    is_reminded: bool = True
    has_opened: bool = True  # in this episode the page was opened, or an answer came
    is_open: bool = False  # some symptom was there when it was last reported
    is_beyond: bool = False  # the last report was judged routine or above
    is_alarming: bool = False  # an alert about a report, same_day or above, that no human has closed
    quiet_before: int = 0  # misses without an alert since the last answer or the last alert
    told: frozenset[str] = frozenset()  # what the clinic was told since the last answer


class Silence(NamedTuple):
    """What the clinic is told. `is_raised`: where it lasts, it becomes same_day: somebody calls."""

    urgency: Urgency
    about: str
    is_raised: bool = False


def answer_silence(missed: Missed) -> Silence | None:
    """Return what the clinic is told of a check-in that did not come; None: nothing yet."""
    if missed.unasked_why is not None:
        return _of_unasked(missed, missed.unasked_why)
    if missed.is_alarming:
        return Silence(Urgency.same_day, "no_report" if missed.is_sent else "not_sent")
    if not missed.has_opened and missed.is_sent and missed.is_reminded:
        return Silence(Urgency.same_day, "never_opened")
    if missed.is_open or missed.is_beyond or missed.day <= FIRST_DAYS:
        return Silence(Urgency.routine, "no_report" if missed.is_sent else "not_sent", is_raised=True)
    if missed.is_sent and missed.day > SETTLED_AFTER and missed.quiet_before + 1 >= QUIET_MISSES:
        return Silence(Urgency.routine, "quiet")
    return None


def _of_unasked(missed: Missed, why: str) -> Silence | None:
    """Return one call task where something is open that nobody was asked about; whom nobody asked is not silent."""
    about = UNASKED.get(why, "not_asked")
    is_beyond = missed.is_beyond or missed.is_alarming
    is_watched = is_beyond if why == "opted_out" else is_beyond or missed.is_open
    if not is_watched or about in missed.told:
        return None
    return Silence(Urgency.same_day if is_beyond else Urgency.routine, about, is_raised=not is_beyond)
