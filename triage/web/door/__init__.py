"""The door: the first run, signing in and out, setting a password, and one's own account."""

from triage.web.door import account, codes, confirm, first_run, password, sign_in
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/", "GET", first_run.show_root),
    ("/first-run", "GET", first_run.show_first_run),
    ("/first-run", "POST", first_run.take_first_run),
    ("/sign-in", "GET", sign_in.show_sign_in),
    ("/sign-in", "POST", sign_in.take_sign_in),
    ("/sign-in/clinic", "GET", sign_in.show_clinic),
    ("/sign-in/clinic", "POST", sign_in.take_clinic),
    ("/sign-in/code", "GET", sign_in.show_code),
    ("/sign-in/code", "POST", sign_in.take_code),
    ("/sign-out", "POST", sign_in.take_sign_out),
    ("/password", "GET", password.show_forgotten),
    ("/password", "POST", password.take_forgotten),
    ("/password/<token>", "GET", password.show_reset),
    ("/password/<token>", "POST", password.take_reset),
    ("/invitation/<token>", "GET", password.show_invitation),
    ("/invitation/<token>", "POST", password.take_invitation),
    ("/confirm", "GET", confirm.show_confirm),
    ("/confirm", "POST", confirm.take_confirm),
    ("/account", "GET", account.show_account),
    ("/account/sessions/others/end", "POST", account.take_others_end),
    ("/account/sessions/<uuid:session_id>/end", "POST", account.take_session_end),
    ("/account/devices/<uuid:device_id>/end", "POST", account.take_device_end),
    ("/account/password", "GET", password.show_change),
    ("/account/password", "POST", password.take_change),
    ("/account/codes", "GET", codes.show_codes),
    ("/account/codes", "POST", codes.take_codes),
    ("/account/codes/off", "POST", codes.take_codes_off),
    ("/account/codes/recovery", "POST", codes.take_new_recovery),
    ("/account/staff/<uuid:staff_id>/sign-out", "POST", account.take_colleague_out),
    ("/account/staff/<uuid:staff_id>/codes/off", "POST", account.take_colleague_codes),
]
