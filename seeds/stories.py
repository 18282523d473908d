"""The cast of the demo clinic: what each patient reports, day by day, and who answers."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Told(NamedTuple):
    """A report, so many days (24 h) after the first procedure."""

    day: float
    report: Mapping[str, Any]


class Answered(NamedTuple):
    """What the practitioner does with the patient's open alert; `outcome` None: only acknowledged."""

    day: float
    outcome: str | None = None
    useful: str | None = None


class Replied(NamedTuple):
    """What the practitioner writes to the patient about their latest alert, which takes it."""

    day: float
    text: str


class Story(NamedTuple):
    """One patient. `began` is the day of the first procedure, so many days before the clinic was opened.

    The reference is in addresses of mails, so it says nothing of health.
    """

    reference: str
    title: str
    began: float
    events: tuple[Told | Answered | Replied, ...]
    sessions: tuple[float, ...] = (0.0,)
    risk_factors: tuple[str, ...] = ()


def severities(**symptoms: int) -> dict[str, Any]:
    """Return a report of severities."""
    return {"symptoms": symptoms}


NOTHING = {
    "redness": 0, "swelling": 0, "bumps": 0, "itching": 0, "pain": 0,
    "warmth": 0, "tightness": 0, "scabbing": 0, "bleeding": 0, "weeping": 0,
}  # fmt: skip
WELL = {"symptoms": NOTHING}

STORIES = (
    Story(
        "ana",
        "heals as expected, reports every time",
        6.2,
        (
            Told(0.3, severities(redness=2, swelling=1, pain=1)),
            Told(1.2, severities(redness=2, swelling=1, pain=1, tightness=1)),
            Told(2.2, severities(redness=1, swelling=1, itching=1, scabbing=1)),
            Told(3.2, severities(redness=1, itching=2, scabbing=1)),
            Told(5.2, severities(redness=0, itching=1, scabbing=2)),
            Told(7.2, severities(itching=1, scabbing=1)),
            Told(10.2, WELL),
            Told(14.2, WELL),
        ),
    ),
    Story(
        "bo",
        "redness stays past its window; the practitioner has not answered yet",
        5.6,
        (
            Told(0.3, severities(redness=2, swelling=1)),
            Told(2.2, severities(redness=2, itching=1)),
            Told(3.2, {"symptoms": {"redness": 2, "itching": 1}, "course": {"redness": "same"}}),
            Told(5.2, {"symptoms": {"redness": 2, "itching": 1}, "course": {"redness": "same"}}),
        ),
    ),
    Story(
        "cy",
        "reports twice and then no more: silence is told, never taken for recovery",
        5.1,
        (Told(0.3, severities(redness=2)), Told(1.3, severities(redness=2, swelling=1))),
    ),
    Story(
        "di",
        "redness spreads and a fever comes; taken after nine minutes, closed the next day",
        4.9,
        (
            Told(0.3, severities(redness=2, pain=1)),
            Told(2.2, severities(redness=1, pain=1)),
            Told(
                4.6,
                {
                    "symptoms": {"redness": 3, "pain": 3, "warmth": 2},
                    "course": {"redness": "worse", "pain": "worse"},
                    "signs": ["spreading_redness", "fever"],
                    "wants_call": True,
                },
            ),
            Answered(4.606),
            Answered(5.3, "suspected_infection", "useful"),
        ),
    ),
    Story(
        "ed",
        "new bumps three weeks after the first session, still there after the second: the late clock",
        23.4,
        (
            Told(1.2, severities(redness=2, bumps=2)),
            Told(5.2, severities(bumps=1, itching=1)),
            Told(8.2, WELL),
            Told(20.2, {"symptoms": {"bumps": 2}, "course": {"bumps": "new"}}),
            Answered(20.3, "irritation", "could_have_waited"),
            Told(22.9, severities(redness=2, bumps=2)),
            Answered(22.95),
            Answered(23.9, "pigment", "useful"),
        ),
        sessions=(0.0, 22.0),
    ),
    Story(
        "flo",
        "all gone on day 6, redness back on day 8; closed as an irritation by a new shampoo",
        9.0,
        (
            Told(1.2, severities(redness=2)),
            Told(3.2, severities(redness=1)),
            Told(6.2, WELL),
            Told(8.2, {"symptoms": {"redness": 2, "itching": 1}, "exposed": ["new_product"]}),
            Answered(8.25, "irritation", "useful"),
        ),
    ),
    Story(
        "gus",
        "swelling past its window, raised one step because of diabetes",
        6.0,
        (
            Told(1.2, severities(redness=2, swelling=2)),
            Told(3.2, severities(redness=1, swelling=1)),
            Told(5.6, severities(redness=1, swelling=1, itching=1)),
            Told(5.9, severities(swelling=2)),
            Answered(5.92),
            Answered(6.6, "irritation", "could_have_waited"),
        ),
        risk_factors=("diabetes",),
    ),
    Story(
        "hana",
        "all as expected, but wants a call; the practitioner writes back first",
        2.2,
        (
            Told(0.3, severities(redness=2, pain=1)),
            Told(2.0, {**severities(redness=1, itching=1), "wants_call": True, "note": "Is the itching normal?"}),
            Replied(2.01, "Thank you for asking. I call you today between four and five. Pat"),
            Answered(2.02, "expected_healing", "not_needed"),
        ),
    ),
)
