"""Pigment lots and other products: who received one, holds, signals."""

from triage.web.rooms import Address

ADDRESSES: list[Address] = []
