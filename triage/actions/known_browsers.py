"""The mark by which a browser is known again that somebody has signed in with before; no row is kept of it.

It lets nobody in. It only gives the browser a count of its own for wrong tries, see throttling.py.
"""

import hmac
import secrets

from triage.actions.terms import Terms
from triage.actions.tokens import derive

MARK = "tab_"
MOST_SEALS, SEAL_LENGTH, LONGEST = 16, 22, 400  # two for each person: their address, and their account


def known_as(terms: Terms, kept: str, account: object) -> str | None:
    """Return what a browser is counted by for an account; None: it has not signed in to it before, or made that up."""
    name, *seals = kept[:LONGEST].split(".")
    wanted = _seal(terms, name, account)
    return name if any([hmac.compare_digest(wanted, seal.encode("utf-8", "replace")) for seal in seals]) else None


def mark_known(terms: Terms, kept: str, *accounts: object) -> str:
    """Return what a browser keeps from now on, these accounts besides those of before, as far as there is room."""
    name, *seals = kept[:LONGEST].split(".")
    if not name or not kept.isascii():
        name, seals = secrets.token_urlsafe(12), []
    new = [_seal(terms, name, account).decode() for account in accounts]
    return ".".join([name, *[*new, *(seal for seal in seals if seal not in new)][:MOST_SEALS]])


def _seal(terms: Terms, name: str, account: object) -> bytes:
    return derive(terms.secret, MARK, name, account).removeprefix(MARK)[:SEAL_LENGTH].encode()
