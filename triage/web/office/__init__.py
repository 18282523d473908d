"""The office: the clinic set up and changed, and the log of all that."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
