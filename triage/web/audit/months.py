"""The monthly reports."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
