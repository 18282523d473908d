"""The audit: what really happened, for whoever checks the clinic and for the clinic itself."""

from triage.web.audit import chain, figures, home, lots, months, records, review, serious, windows
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    *home.ADDRESSES,
    *figures.ADDRESSES,
    *lots.ADDRESSES,
    *serious.ADDRESSES,
    *records.ADDRESSES,
    *review.ADDRESSES,
    *windows.ADDRESSES,
    *months.ADDRESSES,
    *chain.ADDRESSES,
]
