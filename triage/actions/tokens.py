"""Secrets that links and keys carry. Only their hashes are stored; links are derived again when a mail is written."""

import base64
import hashlib
import hmac
import secrets

KEY_MARK, PATIENT_MARK, ACK_MARK = "tak_", "tap_", "taa_"


def hash_of(token: str) -> str:
    """Return what is stored of a token. The tokens are long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_key() -> str:
    """Return a new random API key."""
    return KEY_MARK + secrets.token_urlsafe(32)


def fingerprint_of(secret: bytes) -> str:
    """Return what tells two secrets apart and gives neither away."""
    return derive(secret, "", "fingerprint")[:16]


def derive(secret: bytes, mark: str, *parts: object) -> str:
    """Return the token for these parts: the same each time, and not to be guessed without the secret."""
    message = "\n".join([mark, *map(str, parts)]).encode()
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return mark + base64.urlsafe_b64encode(digest).decode().rstrip("=")
