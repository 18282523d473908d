"""/audit/chain: the whole log walked on demand, a mail that was kept compared with it, and what was told outside."""

from functools import partial

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.audit import seal
from triage.records import AnchorRow, AuditEventRow


@pytest.fixture
def anchor(house: House) -> AnchorRow:
    """How the log ended when it was told outside."""
    house.wiring.do(partial(seal, clinic_id=house.clinic.id))
    last = max(house.rows(AuditEventRow), key=lambda row: row.seq or 0)
    row = AnchorRow(clinic_id=house.clinic.id, seq=last.seq, hash=last.hash, at=house.wiring.now())
    house.wiring.do(lambda session: session.add(row))
    return house.rows(AnchorRow)[0]


def test_the_line_of_a_mail_is_compared_with_the_log(auditor: Desk, house: House, anchor: AnchorRow) -> None:
    before = auditor.get("/audit/chain").text
    assert anchor.hash[:16] in before
    assert "entries were checked" not in before
    agreed = auditor.get(f"/audit/chain?anchor={anchor.seq}:{anchor.hash}").text
    assert "The log is whole" in agreed
    assert "yours among them" in agreed
    differs = auditor.get(f"/audit/chain?anchor={anchor.seq}:{'0' * 64}").text
    assert "The log is not whole" in differs
    assert "the log was rewritten" in differs


@pytest.mark.parametrize("typed", ["7", "a:b", f"1:{'g' * 64}", f"x:{'0' * 64}"])
def test_what_is_no_line_of_a_mail_is_said_beside_the_field(auditor: Desk, typed: str) -> None:
    shown = auditor.get("/audit/chain", query_string={"anchor": typed}).text
    assert "give the line of the mail" in shown
    assert "entries were checked" not in shown


def test_a_last_entry_that_was_removed_is_missed(lead: Desk, house: House, anchor: AnchorRow) -> None:
    table = AuditEventRow.metadata.tables["audit_event"]
    with house.wiring.store.connect() as connection:
        connection.execute(table.delete().where(table.c.seq == anchor.seq))
    assert "are missing at the end" in lead.get("/audit/chain?anchor=").text
