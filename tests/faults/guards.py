"""Takes away one guard after the other in a copy of the house, and sees that its test fails.

`python -m tests.faults.guards [NAME...]`; prints a Markdown table; exit 1 where a test does not notice. Some minutes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COMMIT = "session.connection().connection.dbapi_connection.commit()"  # behind the back of the session
FOLDERS = ("triage", "seeds", "tests", "bench")


class Guard(NamedTuple):
    """What protects, where it stands, what stands there when it is gone, and the tests that must notice."""

    name: str
    what: str
    file: str
    there: str
    gone: str
    tests: str  # as pytest's -k selects them in tests/faults, or a path


GUARDS = (
    Guard(
        "C1 SQLite",
        "one transaction a request: BEGIN IMMEDIATE",
        "triage/records/store.py",
        "        connection.exec_driver_sql(begin)\n",
        "        return\n",
        "test_c1_ and sqlite",
    ),
    Guard(
        "C1 PostgreSQL",
        "one transaction a request: no autocommit",
        "triage/records/store.py",
        'isolation_level="READ COMMITTED"',
        'isolation_level="AUTOCOMMIT"',
        "test_c1_ and postgresql",
    ),
    Guard(
        "C2",
        "the stored answer to an Idempotency-Key",
        "triage/actions/intake.py",
        "    if known_answer is not None:\n",
        "    if False:\n",
        "test_c2",
    ),
    Guard(
        "C3",
        "a miss and its alert in one transaction",
        "triage/actions/silences.py",
        '    session.flush()\n    faults.at("missed")\n',
        f'    session.flush()\n    {COMMIT}\n    faults.at("missed")\n',
        "test_c3",
    ),
    Guard(
        "C4",
        "a step and its messages in one transaction",
        "triage/actions/alerts.py",
        '    session.flush()\n    faults.at("timer_advanced")\n',
        f'    session.flush()\n    {COMMIT}\n    faults.at("timer_advanced")\n',
        "test_c4",
    ),
    Guard(
        "C5, C6, C7",
        "a lease that runs out is claimed again",
        "triage/records/queries.py",
        "or_(pending, abandoned)",
        "pending",
        "dies_with_a_message and (c5 or c6 or c7)",
    ),
    Guard(
        "C5",
        "sent before it is written as sent (healthchecks writes first)",
        "triage/sending.py",
        '    faults.at("claimed")\n',
        "    early = turn_of(wiring)\n"
        '    wiring.do(partial(settle, errand=errand, ending=Ending("sent", ""), clock=early, chance=0.0))\n'
        '    faults.at("claimed")\n',
        "dies_with_a_message and c5",
    ),
    Guard(
        "C6, C7",
        "the same Message-ID over all attempts",
        "triage/actions/messages.py",
        'f"<{row.id}@{_host(clock)}>"',
        'f"<{row.id}.{row.attempts}@{_host(clock)}>"',
        "dies_with_a_message and (c6 or c7)",
    ),
    Guard(
        "C8",
        "how it went is written",
        "triage/sending.py",
        "    wiring.do(partial(settle, errand=errand, ending=ending, clock=clock, chance=random.random()))\n",
        "    assert clock\n",
        "dies_with_a_message and c8",
    ),
    Guard(
        "C9",
        "is it still wanted? asked before each send",
        "triage/actions/wanted.py",
        '    return alert.state == "open" or is_asked\n',
        "    return True\n",
        "test_c9",
    ),
    Guard(
        "C10",
        "only the holder of the lease settles",
        "triage/records/queries.py",
        '        col(NotificationRow.state) == "leased",\n'
        "        col(NotificationRow.lease_owner) == worker,\n"
        "        col(NotificationRow.attempts) == attempt,\n",
        "",
        "test_c10",
    ),
    Guard(
        "C11",
        "a migration in one transaction",
        "triage/records/store.py",
        "        connection.exec_driver_sql(begin)\n",
        "        return\n",
        "test_c11 and sqlite",
    ),
    Guard(
        "C12",
        "trouble of the database is 503, so that the phone sends again",
        "triage/api/errors.py",
        "        app.register_error_handler(trouble, answer_trouble)\n",
        "        assert trouble\n",
        "test_c12",
    ),
    Guard(
        "C12 again",
        "the clock goes on after a cycle that failed",
        "triage/clock.py",
        "        except Trouble:\n            self.noted_at = None\n",
        "        except Trouble:\n            os.abort()\n",
        "test_c12",
    ),
    Guard(
        "C13",
        "the next step counts from now, however late this one is",
        "triage/rules/alerts.py",
        "now, rules.hours, place.step)",
        "standing.next_action_at or now, rules.hours, place.step)",
        "test_24 or test_25",
    ),
    Guard(
        "C13 again",
        "a timer is looked at again under its lock",
        "triage/actions/alerts.py",
        "row.next_action_at is None or row.next_action_at > clock.now",
        "row.next_action_at is None",
        "test_two_clocks_take or test_28",
    ),
    Guard(
        "C14",
        "synchronous=FULL",
        "triage/records/store.py",
        '"synchronous=FULL"',
        '"synchronous=NORMAL"',
        "test_c14 and sqlite",
    ),
    Guard(
        "11",
        "SKIP LOCKED and the condition repeated in the claim",
        "triage/records/queries.py",
        "        .with_for_update(skip_locked=True)\n    )\n    key = session.exec(first)",
        "    )\n    due = text('true')\n    key = session.exec(first)",
        "tests/records/test_claim.py",
    ),
)


def copy_house(folder: Path) -> None:
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def try_without(guard: Guard, folder: Path) -> str:
    """What the tests say without the guard: how many failed, and how the first of them did."""
    path = folder / guard.file
    text = path.read_text()
    if text.count(guard.there) != 1:
        return "GUARD NOT FOUND"
    path.write_text(text.replace(guard.there, guard.gone))
    chosen = [guard.tests] if guard.tests.endswith(".py") else ["tests/faults", "-k", guard.tests]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", "-q", *chosen]
    try:
        done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, check=False)
    finally:
        path.write_text(text)
    lines = done.stdout.splitlines()
    failed = sum(line.startswith(("FAILED", "ERROR")) for line in lines)
    said = next((line.split(": ", 1)[1] for line in lines if line.startswith("/") and ": " in line), "")
    return f"{failed} failed: {said[:110]}" if failed else f"NOT NOTICED ({lines[-1] if lines else done.stderr[-200:]})"


def main() -> int:
    wanted = sys.argv[1:]
    found = []
    with tempfile.TemporaryDirectory(prefix="triage-guards-") as name:
        folder = Path(name)
        copy_house(folder)
        print("| | guard taken away | tests | what they said |\n|---|---|---|---|")
        for guard in GUARDS:
            if wanted and guard.name not in wanted:
                continue
            found.append(try_without(guard, folder))
            print(f"| {guard.name} | {guard.what} | `{guard.tests}` | {found[-1]} |", flush=True)
    return 0 if all("failed:" in said for said in found) else 1


if __name__ == "__main__":
    sys.exit(main())
