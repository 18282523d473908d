"""Reports drawn by lot, for a human to say whether they should have alerted."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
