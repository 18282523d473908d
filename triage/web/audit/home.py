"""/audit: the few figures that matter first, each one click from its cases, and the way to everything else."""

from typing import NamedTuple

from flask import current_app
from flask.typing import ResponseReturnValue

from triage.actions.outcomes import WHOLE, Shown
from triage.outcomes.catalogue import FIGURES
from triage.web.audit.figures import BEHIND, CASES, Basis, basis_of, figures_shown
from triage.web.rooms import Address
from triage.web.staff_page import LOG, StaffPage, for_staff

FIRST = {  # the figures that matter first, as questions, and what their cases are called
    "answered": ("Were alerts answered in time?", "The late ones"),
    "missed": ("What was missed?", "The missed ones"),
    "worth": ("Were the alerts worth it?", "Those not needed"),
    "healing": ("Does it heal as expected?", "The slow ones"),
}
OTHERS = {  # name: what it is called, what it says
    "windows": ("Windows", "does the protocol expect the right number of days"),
    "response": ("Check-ins", "how many of those that were due came"),
    "silence": ("Silence", "who did not answer, and what was found"),
    "burden": ("Burden", "alerts a hundred check-ins"),
    "closings": ("Closed alerts", "how they ended, and whether that changes"),
    "practitioners": ("Practitioners", "whether one stands out beyond chance"),
    "equity": ("Equity", "whether language or skin tone makes a difference"),
    "lots": ("Lots", "whether one pigment, product or needle stands out"),
    "results": ("Results", "how the healed work is rated"),
}
ROOMS = {
    "/audit/months": ("Monthly reports", "as PDF, as they were mailed"),
    "/audit/lots": ("Trace a lot", "who received it, call them in, hold it"),
    "/audit/serious": ("Serious events", "the register, what is due to whom"),
    "/audit/records": ("One patient's record", "for a complaint or an insurer; legal holds"),
    "/audit/review": ("Review", "reports drawn by lot, to be looked at"),
    "/audit/windows": ("Proposed windows", "drafts from the clinic's own outcomes"),
    "/office/log": ("Log", "every change, and whether the log is whole"),
}


class Card(NamedTuple):
    """One figure of the first page, with the addresses and words of its cases."""

    name: str
    question: str
    answer: str
    n: str
    cases: tuple[tuple[str, str], ...]


@for_staff(*LOG)
def show_home(page: StaffPage) -> ResponseReturnValue:
    """Show the first page of the audit."""
    shown = figures_shown(page, [name for name in FIRST if name in FIGURES], WHOLE)
    first = next(iter(shown.values()), None)
    basis: Basis | None = basis_of(page, first) if first else None
    return page.show(
        "audit_home.html",
        cards=[_card(name, one) for name, one in shown.items()],
        basis=basis,
        others={name: said for name, said in OTHERS.items() if name in FIGURES},
        rooms={path: said for path, said in ROOMS.items() if current_app.url_map.bind("").test(path, "GET")},
    )


def _card(name: str, shown: Shown) -> Card:
    question, words = FIRST[name]
    cases = tuple((f"{CASES}?of={kind}", words) for kind in BEHIND[name]) if shown.figure.n else ()
    return Card(name, question, shown.figure.answer, f"{shown.figure.n:,} {shown.figure.of}", cases)


ADDRESSES: list[Address] = [("/audit", "GET", show_home)]
