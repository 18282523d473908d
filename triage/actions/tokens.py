"""Secrets that links and keys carry. Only their hashes are stored; links are derived again when a mail is written."""

import base64
import hashlib
import hmac
import secrets

KEY_MARK, PATIENT_MARK, ACK_MARK = "tak_", "tap_", "taa_"
CONTACT_MARK, STOP_MARK, SMS_MARK = "tav_", "tao_", "tas_"
SESSION_MARK, DEVICE_MARK, STAFF_LINK_MARK = "tad_", "tae_", "tai_"


def hash_of(token: str) -> str:
    """Return what is stored of a token. The tokens are long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_key() -> str:
    """Return a new random API key."""
    return KEY_MARK + secrets.token_urlsafe(32)


def new_session_token() -> str:
    """Return a new random token for the cookie of somebody who has signed in."""
    return SESSION_MARK + secrets.token_urlsafe(32)


def new_device_token() -> str:
    """Return a new random token for the cookie of a trusted desk device."""
    return DEVICE_MARK + secrets.token_urlsafe(32)


def new_sms_secret() -> str:
    """Return a new secret part of the address for incoming text messages."""
    return SMS_MARK + secrets.token_urlsafe(32)


def new_number() -> str:
    """Return a random number of five figures, for a reference that people read to each other."""
    return str(10_000 + secrets.randbelow(90_000))


def fingerprint_of(secret: bytes) -> str:
    """Return what tells two secrets apart and gives neither away."""
    return derive(secret, "", "fingerprint")[:16]


def derive(secret: bytes, mark: str, *parts: object) -> str:
    """Return the token for these parts: the same each time, and not to be guessed without the secret."""
    return mark + base64.urlsafe_b64encode(derive_bytes(secret, mark, *parts)).decode().rstrip("=")


def derive_bytes(secret: bytes, mark: str, *parts: object) -> bytes:
    """Return 32 bytes for these parts: the same each time, and not to be guessed without the secret."""
    message = "\n".join([mark, *map(str, parts)]).encode()
    return hmac.new(secret, message, hashlib.sha256).digest()
