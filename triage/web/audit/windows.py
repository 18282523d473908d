"""Windows that the clinic's own outcomes propose to move."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
