"""PostgreSQL: the connection breaks in the middle of a commit, so nobody knows what became of it (fault test 40).

The client sends the same report with the same key again, and there is one check-in, one alert, one answer.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from tests.houses import House, open_house
from triage.records import AlertRow, CheckInRow, Limits, Store, lookups

DANGER = {"signs": ["spreading_redness"]}


class Wire:
    """A stretch of network between the program and PostgreSQL, which can be cut at a commit."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.cuts = ""  # before or after: where the next commit is cut
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                threading.Thread(target=self.carry, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self.carry, args=(server, client, False), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, is_question: bool) -> None:
        with closing(source), suppress(OSError):
            while data := source.recv(65536):
                if is_question and self.cuts and b"COMMIT" in data:
                    return self.cut(source, target, data)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        return None

    def cut(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        """Break the client's connection; the commit reaches the server where it is cut afterwards."""
        is_heard, self.cuts = self.cuts == "after", ""
        client.shutdown(socket.SHUT_RDWR)
        if is_heard:
            server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)  # the server reads what was sent, and then the end


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    folder = make_url(postgres_url).query["host"]
    found = Wire(str(next(Path(str(folder)).glob(".s.PGSQL.*[0-9]"))))
    yield found
    found.listener.close()


@pytest.fixture
def far_house(wire: Wire, postgres_url: str, tmp_path: Path, now) -> Iterator[House]:
    database = make_url(postgres_url).database
    url = f"postgresql://postgres@127.0.0.1:{wire.port}/{database}?sslmode=disable&gssencmode=disable"
    with closing(Store(url)) as store, open_house(store, tmp_path, now) as house:
        yield house


@pytest.mark.parametrize("cuts", ["before", "after"])
def test_a_report_whose_commit_got_no_answer_is_sent_again_and_is_one(far_house: House, wire: Wire, cuts: str) -> None:
    patient = far_house.patient()
    body = {"at": far_house.now.isoformat(), **DANGER}
    wire.cuts = cuts

    lost = far_house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")
    assert lost.status_code == 503
    assert lost.headers["Retry-After"]

    stored = far_house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")
    again = far_house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")
    assert (stored.status_code, again.status_code) == (201, 201)
    assert stored.json == again.json
    counted = far_house.look(lambda session: [lookups.count_of(session, table) for table in (CheckInRow, AlertRow)])
    assert counted == [1, 1]


def test_what_asks_postgresql_has_limits_and_a_migration_has_none(postgres_url: str) -> None:
    for limits, shown in ((Limits(7, 3), ["7s", "3s", "1min"]), (None, ["0", "0", "0"])):
        with closing(Store(postgres_url, limits=limits)) as store, store.read() as session:
            assert [session.execute(text(f"SHOW {name}")).scalar() for name in Limits._fields] == shown
