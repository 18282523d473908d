"""The desk: the worklist, what is answered there, and the case."""

from triage.web.desk import queue
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    *queue.ADDRESSES,
]
