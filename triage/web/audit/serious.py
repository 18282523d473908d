"""The register of serious events."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
