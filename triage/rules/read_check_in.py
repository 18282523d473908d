"""`read_check_in`, the only judge of what a check-in may contain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.rules.check_in import CheckIn, read_fields, unread
from triage.rules.faults import Fault
from triage.rules.stray import salvage
from triage.rules.vocabulary import COMMON, Vocabulary


def read_check_in(
    mapping: Any,
    vocabulary: Vocabulary = COMMON,
    *,
    now: datetime | None = None,
    first_procedure: datetime | None = None,
) -> tuple[CheckIn, list[Fault]]:
    """Return what is valid of a report, and every fault of the rest.

    A strict caller refuses when there are faults; a lenient one keeps the valid part and the list. Where `at` is
    unusable, the check-in gets `now`, or the earliest moment there is. In a report with faults, danger signs count
    wherever and however they are spelled. `now` None: a report may lie in the future; `first_procedure` None: it may
    lie before it. Never raises for content.
    """
    if isinstance(mapping, Mapping):
        check_in, faults = read_fields(mapping, vocabulary, now, first_procedure)
    else:
        check_in, faults = unread(now), [Fault("", "not an object", "send a JSON object with at and symptoms")]
    return (salvage(mapping, check_in, vocabulary) if faults else check_in), faults
