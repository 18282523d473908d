"""What a rule that fired says."""

from collections.abc import Mapping
from typing import Any, NamedTuple

URGENCIES = ["self_care", "routine", "same_day", "urgent", "emergency"]


class Fired(NamedTuple):
    """One finding. `what` is the symptom or sign, empty for other rules; urgency is 0 to 4."""

    rule: str
    urgency: int
    reason: str
    what: str
    group: str
    advice: str | None
    observed: Mapping[str, Any] | None = None
    expected: Mapping[str, Any] | None = None
