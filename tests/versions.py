"""Changed copies of the shipped protocol, as a clinic would make them, and who publishes them."""

import re
from datetime import datetime
from typing import Any

from seeds.protocols import SHIPPED, read_folder
from tests.houses import House
from triage.actions import protocols
from triage.actions.identify import operator
from triage.actions.lifecycle import Release, approve, draft, publish, retire, submit
from triage.actions.turn import Turn
from triage.records import ProtocolRow, Session, rules_lookups

FILES = read_folder(SHIPPED)
AUTHOR = "Aftercare Triage founding engineers"
CALL = '[wants_call]\nurgency = "same_day"'
STRICTER = {CALL: '[wants_call]\nurgency = "urgent"'}
LAXER = {
    '[signs.blisters]\nurgency = "same_day"': '[signs.blisters]\nurgency = "routine"',
    '[signs.fever]\nurgency = "urgent"': '[signs.fever]\nurgency = "same_day"',
}
WANTS_CALL = {"symptoms": {"redness": 0}, "wants_call": True}


def changed(version: str, changes: dict[str, str] | None = None, author: str = AUTHOR) -> dict[str, str]:
    """Return the shipped files with another version, some words replaced, and the first of the cases alone."""
    rules = FILES["protocol.toml"]
    shipped = re.search(r'^version = ".*"$', rules, re.MULTILINE)
    assert shipped is not None
    words = {shipped[0]: f'version = "{version}"', f'author = "{AUTHOR}"': f'author = "{author}"'}
    for old, new in (words | (changes or {})).items():
        assert old in rules, old
        rules = rules.replace(old, new, 1)
    head, first, *_ = FILES["cases.toml"].split("[[cases]]")
    return {**FILES, "protocol.toml": rules, "cases.toml": f"{head}[[cases]]{first}"}


class Clinicians:
    """Does what the commands do, by name, at the house's clinic."""

    def __init__(self, house: House) -> None:
        self.house = house

    def turn(self, name: str) -> Turn:
        return Turn(operator(self.house.clinic_id, name), self.house.now, self.house.wiring.terms)

    def publish(self, files: dict[str, str], by: str, at: datetime | None = None, running: bool = False) -> str:
        release = Release(at, running, shipped=protocols.digest_of(FILES))
        return str(self.house.do(lambda session: publish(session, files, self.turn(by), release)).digest)

    def draft(self, files: dict[str, str], by: str) -> str:
        return str(self.house.do(lambda session: draft(session, files, self.turn(by))).digest)

    def submit(self, digest: str, by: str) -> None:
        self.house.do(lambda session: submit(session, self.row(session, digest), self.turn(by)))

    def approve(self, digest: str, by: str, at: datetime | None = None) -> None:
        release = Release(at)
        self.house.do(lambda session: approve(session, self.row(session, digest), self.turn(by), release))

    def retire(self, digest: str, by: str) -> None:
        self.house.do(lambda session: retire(session, self.row(session, digest), self.turn(by)))

    def row(self, session: Session, digest: str) -> ProtocolRow:
        found = rules_lookups.version_of_digest(session, self.house.clinic_id, digest)
        assert found is not None
        return found

    def states(self) -> dict[str, str]:
        rows = self.house.look(lambda session: rules_lookups.versions_of(session, self.house.clinic_id))
        return {row.digest: row.state for row in rows}


def digest_in(answer: dict[str, Any]) -> str:
    """Return which version judged a report."""
    return str(answer["assessment"]["protocol"]["digest"])
