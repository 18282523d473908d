"""The door: signing in and out, and one's own account."""

from triage.web.door import sign_in
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/sign-in", "GET", sign_in.show_sign_in),
    ("/sign-in", "POST", sign_in.take_sign_in),
    ("/sign-out", "POST", sign_in.take_sign_out),
]
