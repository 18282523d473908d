"""A figure of the audit as a page with its table and pictures."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
