"""One patient's whole record as a file, legal holds and erasure."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
