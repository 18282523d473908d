"""The audit's first page."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
