"""The chair: enrolling a client, bottles, slips, lists, and reports taken down for a client."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
