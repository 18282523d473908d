"""Coming in, on both engines: what two who come at once may do, what is kept, and what ends when somebody leaves."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pyotp
import pytest
from sqlmodel import select

from seeds.protocols import SHIPPED, read_folder
from tests.actions.outboxes import deliver
from tests.houses import House
from triage.actions.clinics import let_go
from triage.actions.devices import live_devices
from triage.actions.errors import Conflict, NotAllowed, NotIdentified
from triage.actions.first_run import FirstClinic, open_first_clinic
from triage.actions.identify import operator
from triage.actions.invitations import invite
from triage.actions.passwords import hash_password
from triage.actions.sessions import Browser, actor_of, open_session, session_behind
from triage.actions.sign_in import come_in_by_code
from triage.actions.staff_links import see_link, use_link
from triage.actions.throttling import FREE, Begun, begin_try, count_of, network_of
from triage.actions.totp import set_up_codes, set_up_of
from triage.actions.turn import ClockTurn, Turn
from triage.records import ClinicRow, FailedTryRow, RecoveryCodeRow, Session, StaffRow, lookups
from triage.records.base import Row

BROWSER = Browser("Firefox", "203.0.113.9")
FILES = read_folder(SHIPPED)


def at_once(work: Callable[[int], Any], many: int = 6) -> list[Any]:
    """Let several do the same at the same moment, and return what came of each."""
    ready = threading.Barrier(many)

    def run(number: int) -> Any:
        ready.wait(10)
        return work(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(run, range(many)))


def person(house: House, role: str = "practitioner") -> StaffRow:
    found: StaffRow = house.look(lambda session: lookups.staff_of(session, house.clinic_id, (role,))[0])
    return found


def turn_of(house: House, staff: StaffRow) -> Turn:
    return Turn(actor_of(staff), house.now, house.wiring.terms)


def phone_of(house: House, staff: StaffRow) -> pyotp.TOTP:
    clinic = house.look(lambda session: session.get(ClinicRow, house.clinic_id))
    return pyotp.TOTP(set_up_of(staff, clinic, house.wiring.terms).key.replace(" ", ""))


def set_up(house: House, staff: StaffRow) -> tuple[pyotp.TOTP, list[str]]:
    phone = phone_of(house, staff)
    code, turn = phone.at(house.now), turn_of(house, staff)
    recovery = house.do(partial(set_up_codes, staff_id=staff.id, typed=code, turn=turn))
    house.later(seconds=60)
    return phone, recovery


def come_in(house: House, staff: StaffRow, typed: str, *, trust: bool = False) -> Any:
    clock = ClockTurn("door", house.now, house.wiring.terms)
    return house.do(partial(come_in_by_code, staff=staff, typed=typed, browser=BROWSER, clock=clock, trust=trust))


def test_the_same_code_shown_at_the_same_moment_lets_one_in(house: House) -> None:
    staff = person(house)
    phone, recovery = set_up(house, staff)
    for code in (phone.at(house.now), recovery[0]):
        entries = at_once(lambda _, code=code: come_in(house, staff, code))  # type: ignore[misc]
        assert sum(entry is not None for entry in entries) == 1


def test_tries_that_come_at_once_get_no_further_than_one_after_another(house: House) -> None:
    count = count_of(house.wiring.terms, "password", "account", "x")
    begun = at_once(lambda _: house.do(partial(begin_try, counts=[count], now=house.now)), many=2 * FREE)
    assert sum(isinstance(one, Begun) for one in begun) == FREE


def test_two_first_runs_at_once_make_one_clinic(database_url: str, tmp_path: Any, house: House) -> None:
    with house.wiring.store.connect() as connection:
        for table in reversed(Row.metadata.sorted_tables):
            connection.execute(table.delete())
    clock = ClockTurn("door", house.now, house.wiring.terms)

    def run(number: int) -> bool:
        asked = FirstClinic(f"Clinic {number}", "UTC", "Lee", f"lee{number}@north.example", "four plain words here")
        opened = partial(open_first_clinic, asked=asked, files=FILES, browser=BROWSER, clock=clock)
        try:
            house.do(opened)
        except Conflict:
            return False
        return True

    assert sorted(at_once(run, many=3)) == [False, False, True]
    assert len(house.look(lookups.clinics)) == 1


def everything(house: House) -> str:
    with house.wiring.store.connect() as connection:
        return "\n".join(repr(connection.execute(table.select()).all()) for table in Row.metadata.sorted_tables)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_secret_of_the_door_lies_in_the_tables(house: House) -> None:
    staff = person(house)
    phone, recovery = set_up(house, staff)
    entry = come_in(house, staff, phone.at(house.now), trust=True)
    house.client.post("/password", data={"email": staff.email}, buffered=True)
    deliver(house)
    (mail,) = house.mails("pat@north.example")
    token = mail.text.split("/password/")[1].split()[0]
    stored = everything(house)
    for secret in (
        phone.secret,
        entry.session,
        entry.device,
        token,
        *recovery,
        *(c.replace("-", "") for c in recovery),
    ):
        assert secret not in stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_mail_of_a_forgotten_password_says_what_to_do_and_no_more(house: House) -> None:
    house.client.post("/password", data={"email": "Pat@north.example"}, buffered=True)
    deliver(house)
    (mail,) = house.mails("pat@north.example")
    assert mail.subject == "North Clinic: set a new password"
    assert "http://triage.test/password/tai_" in mail.text
    assert "within an hour" in mail.text
    house.later(minutes=6)
    house.client.post("/password", data={"email": "Pat@north.example"}, buffered=True)
    house.later(hours=2)  # the mail server was away meanwhile
    deliver(house)
    assert len(house.mails("pat@north.example")) == 1


def test_an_invitation_arrives_and_sets_a_password_for_one_of_two_who_open_it(house: House) -> None:
    staff = person(house)

    def forget(session: Session) -> None:
        row = session.get(StaffRow, (staff.clinic_id, staff.id))
        row.password_hash = None  # type: ignore[union-attr]
        invite(session, row, turn_of(house, person(house, "lead")))  # type: ignore[arg-type]

    house.do(forget)
    deliver(house)
    (mail,) = house.mails("pat@north.example")
    assert "within 7 days" in mail.text
    token = mail.text.split("/invitation/")[1].split()[0]
    seen = house.look(partial(see_link, token=token, kind="invitation", now=house.now))
    clock, hashed = ClockTurn("door", house.now, house.wiring.terms), hash_password("four plain words here")

    def use(_: int) -> bool:
        try:
            house.do(partial(use_link, seen=seen, hashed=hashed, clock=clock))
        except Conflict:
            return False
        return True

    assert sum(at_once(use, many=2)) == 1
    assert person(house).password_hash == hashed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_a_lead_invites_and_only_who_was_never_in(house: House) -> None:
    pat, lee = person(house), person(house, "lead")
    with pytest.raises(NotAllowed):
        house.do(partial(invite, staff=pat, turn=turn_of(house, pat)))
    with pytest.raises(Conflict):
        house.do(partial(invite, staff=pat, turn=turn_of(house, lee)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_leaves_is_signed_out_and_trusted_nowhere(house: House) -> None:
    staff = person(house)
    phone, _ = set_up(house, staff)
    entry = come_in(house, staff, phone.at(house.now), trust=True)
    assert house.look(partial(session_behind, token=entry.session, now=house.now)).staff.id == staff.id
    by = Turn(operator(house.clinic_id, "tests"), house.now, house.wiring.terms)
    house.do(partial(let_go, staff_id=staff.id, turn=by))
    with pytest.raises(NotIdentified):
        house.look(partial(session_behind, token=entry.session, now=house.now))
    assert house.look(lambda session: live_devices(session, staff, by)) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_phone_leaves_ten_codes_and_no_more(house: House) -> None:
    staff = person(house)
    set_up(house, staff)
    set_up(house, person(house))
    assert len(house.look(lambda session: session.exec(select(RecoveryCodeRow)).all())) == 10


def test_the_clock_forgets_tries_after_a_day(house: House) -> None:
    def tries() -> int:
        return len(house.look(lambda session: session.exec(select(FailedTryRow)).all()))

    house.client.post("/sign-in", data={"email": "pat@north.example", "password": "guessed"})
    kept = tries()
    assert kept == 2  # the try, and that the log was told
    house.later(hours=23)
    house.tick()
    assert tries() == kept
    house.later(hours=2)
    house.tick()
    assert tries() == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
        ("a socket", None),
    ],
)
def test_an_address_counts_for_its_network(address: str, network: str | None) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_session_of_another_secret_or_made_up_opens_nothing(house: House) -> None:
    staff = person(house)
    token = house.do(lambda session: open_session(session, staff, BROWSER, turn_of(house, staff)))
    for wrong in ("", "tad_", token[:-1], token + "x", token.upper()):
        with pytest.raises(NotIdentified):
            house.look(partial(session_behind, token=wrong, now=house.now))
