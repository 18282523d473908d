"""The desk: the worklist, what is answered there, and the case."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
