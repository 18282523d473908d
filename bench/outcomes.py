"""The audit's figures on a large clinic: seconds to read its records as columns, of each figure, and memory.

`python -m bench.outcomes [--episodes 100000] [--check-ins 2000000] [--file FILE]`; prints Markdown. The clinic is made
up (`bench/big_clinic.py`) in SQLite; `--file`: kept there, and used again when it is there already. The floor is the
SELECT of the same columns with every row fetched and thrown away, in a process of its own on the same file.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.big_clinic import CLINIC
from seeds.protocols import SHIPPED, read_folder
from triage.actions.identify import service
from triage.actions.outcome_facts import facts_of
from triage.actions.outcomes import WHOLE, Source, answer
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.outcomes.catalogue import FIGURES
from triage.records import ClinicRow, Session, Store, bulk, outcome_columns
from triage.rules import read_protocol

NOW = datetime(2026, 6, 1, tzinfo=UTC)
READS = (
    "patients", "procedures", "exposures", "check_ins", "assessments", "alerts", "takings", "reached", "expectations",
    "ratings", "samples",
)  # fmt: skip


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work returns, its processor seconds, and its seconds by the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    return found, time.process_time() - cpu, time.perf_counter() - wall


def fetch_only(
    session: Session, wanted: Mapping[str, bulk.Gathered], where: Iterable[Any], progress: Any = None
) -> dict[str, Any]:
    """Stand in for read_columns: fetch every row, and keep none."""
    cursor = bulk.open_cursor(session, wanted, where)
    while cursor.fetchmany(bulk.CHUNK):
        pass
    return {name: () for name in wanted}


def run_floor(session: Session) -> dict[str, Any]:
    """Select the same columns and do nothing with them."""
    outcome_columns.read_columns = fetch_only  # type: ignore[attr-defined]
    parts = {}
    for name in READS:
        if name != "reached":  # puts two reads together, of few rows
            _, parts[name], _ = timed(lambda name=name: getattr(outcome_columns, name)(session, CLINIC))
    return {"seconds": sum(parts.values()), "parts": parts}


def run_ours(session: Session) -> dict[str, Any]:
    """Read the records as columns, then compute every figure."""
    clinic = session.get(ClinicRow, CLINIC)
    assert clinic is not None
    facts, cpu, wall = timed(lambda: facts_of(session, clinic, NOW))
    read_mb = peak_mb()
    source = Source(clinic, read_protocol(read_folder(SHIPPED)), facts)
    turn = Turn(service(CLINIC, "bench"), NOW, Terms(b"", ""))
    took = {name: timed(lambda name=name: answer(source, name, WHOLE, turn))[1:] for name in FIGURES}
    counted = {"reports": len(facts.reports.at_us), "alerts": len(facts.alerts.id)}
    return {"seconds": cpu, "wall": wall, "read_mb": read_mb, "peak_mb": peak_mb(), "figures": took, **counted}


def peak_mb() -> float:
    """Return the most memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_process(file: Path, what: str) -> dict[str, Any]:
    """Run one part in a process of its own; return what it measured."""
    command = [sys.executable, "-m", "bench.outcomes", "--file", str(file), "--only", what]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def run_part(file: Path, what: str) -> None:
    """Run one part and print what it measured."""
    store = Store(f"sqlite:///{file}")
    with store.read(CLINIC) as session:
        print(json.dumps({"floor": run_floor, "ours": run_ours}[what](session)))
    store.close()


def measure(file: Path, episodes: int, check_ins: int) -> None:
    """Build the clinic where it is not there, measure, print."""
    if not file.exists():
        made_of = [str(file), str(SHIPPED), str(episodes), str(check_ins)]
        subprocess.run([sys.executable, "-m", "bench.big_clinic", *made_of], check=True)
    in_a_process(file, "floor")  # so that neither of the two is the first to read the file
    floor, ours = in_a_process(file, "floor"), in_a_process(file, "ours")
    print(f"{ours['reports']} reports and {ours['alerts']} alerts, {file.stat().st_size / 1e6:.0f} MB of SQLite\n")
    print("| part | processor s | wall s | times the floor |\n|---|--:|--:|--:|")
    print(f"| floor: the same columns selected | {floor['seconds']:.1f} | | 1.0 |")
    ratio = ours["seconds"] / floor["seconds"]
    print(f"| records read as columns | {ours['seconds']:.1f} | {ours['wall']:.1f} | {ratio:.2f} |")
    for name, (cpu, wall) in ours["figures"].items():
        print(f"| figure {name} | {cpu:.2f} | {wall:.2f} | |")
    print(f"\npeak memory: {ours['read_mb']:.0f} MB after reading, {ours['peak_mb']:.0f} MB after all figures")


def main() -> None:
    """Measure; or, with --only, be one of the processes that are measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=100_000)
    parser.add_argument("--check-ins", type=int, default=2_000_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--only", choices=["floor", "ours"])
    chosen = parser.parse_args()
    if chosen.only:
        run_part(chosen.file, chosen.only)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(chosen.file or Path(folder) / "triage.sqlite3", chosen.episodes, chosen.check_ins)


if __name__ == "__main__":
    main()
