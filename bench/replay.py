"""`triage replay` on a large clinic: processor seconds and memory of the command, what each part takes, and proof.

`python -m bench.replay [--episodes 50000] [--check-ins 1000000] [--protocol FOLDER]`; prints Markdown. The clinic is
made up (`bench/big_clinic.py`). Proof: reports drawn at random are judged one by one by the rules, with all earlier
reports of their patient, and must get the urgency that the replay gave them.
"""

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.big_clinic import CLINIC, Patient, draw_patients
from seeds.protocols import SHIPPED, read_folder
from triage.actions import replay
from triage.cli.replaying import spare_collections
from triage.outcomes import reports
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.replay import Replay, Tally
from triage.records import Store, histories
from triage.records.histories import Span
from triage.rules import Situation, Tables, Urgency, assess, compile_protocol, read_protocol

COMPARED = 10_000
COLUMN_ROWS = 200_000
TARGET_SECONDS = 60.0
TARGET_COLUMNS = 2.0  # millions a second a core


class Stopwatch:
    """Counts the processor seconds of named parts; what a part calls of another part counts there only."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = 0.0

    def wrap(self, holder: Any, name: str, part: str) -> None:
        """Count a function as a part from now on."""
        measured: Callable[..., Any] = getattr(holder, name)

        def counted(*args: Any, **named: Any) -> Any:
            self._turn(part)
            try:
                return measured(*args, **named)
            finally:
                self._turn(None)

        setattr(holder, name, counted)

    def _turn(self, part: str | None) -> None:
        now = time.process_time()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now
        if part is None:
            self._open.pop()
        else:
            self._open.append(part)


def run_command(folder: Path, protocol: Path) -> tuple[dict[str, Any], int, float, float]:
    """Run the command as an operator does; return what it told, its exit status, processor seconds, and peak MB."""
    environ = {**os.environ, "TRIAGE_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "triage.cli", "replay", "--protocol", str(protocol), "--json"]
    with (folder / "told.json").open("w") as out:
        started = subprocess.Popen(command, env=environ, stdout=out)
        _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    told = json.loads((folder / "told.json").read_text() or "{}")
    return told, started.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def run_parts(file: Path, tables: Tables) -> tuple[Stopwatch, Replay, dict[str, int]]:
    """Replay in this process; return what each part took, the result, and the urgency of each check-in by its id."""
    spare_collections()
    watch, judged = Stopwatch(), {}
    plain = replay._answers

    def answers(judge: ColumnJudge, group: replay.Group) -> replay.Answers:
        found = plain(judge, group)
        watch._turn("proof")
        judged.update(zip((row.id.hex for row in group.stored), found.urgency.tolist(), strict=True))
        watch._turn(None)
        return found

    replay._answers = answers
    for holder, name, part in (
        (replay, "_group", "reading"),
        (reports.Layout, "add", "laying out"),
        (reports.Layout, "lay_out", "laying out"),
        (reports, "derive_codes", "deriving histories"),
        (replay, "judge_layout", "judging"),
        (histories, "labelled_on", "reading"),
        (replay, "_compare", "tallying"),
    ):
        watch.wrap(holder, name, part)
    store, tally = Store(f"sqlite:///{file}"), Tally()
    question = replay.Question(ColumnJudge(tables, with_rules=True), None, Span(None, None, datetime.now(UTC)))
    with store.read() as session:
        for _ in replay.replay_clinic(session, CLINIC, question, tally):
            gc.collect()
    store.close()
    gc.enable()
    return watch, tally.result(), judged


def column_speed(tables: Tables, patients: list[Patient], *, with_rules: bool) -> float:
    """Return how many million check-ins a second are judged in columns whose histories are known; the best of five."""
    layout = reports.Layout(tables)
    for patient in patients:
        layout.add(patient.told)
    columns, judge, best = layout.lay_out().columns, ColumnJudge(tables, with_rules=with_rules), 0.0
    judge.judge(columns)
    for _ in range(5):
        began = time.process_time()
        judge.judge(columns)
        best = max(best, len(columns) / (time.process_time() - began) / 1e6)
    return best


def judge_one_by_one(tables: Tables, patient: Patient) -> list[Urgency]:
    """Return the urgency of each report as the service judges: by the rules, with the danger that stands then."""
    told, hold = patient.told, tables.protocol.hold
    check_ins = [reports.check_in_of(report, tables) for report in told.reports]
    urgencies: list[Urgency] = []
    danger: tuple[datetime, datetime] | None = None  # when it was, when it came in
    for number, check_in in enumerate(check_ins):
        known = patient.received[number]
        is_closed = danger is not None and any(danger[1] <= closed < known for closed in told.closed)
        standing = (danger[0], danger[0]) if danger and not is_closed else None
        earlier = [before for before in check_ins if before.at < check_in.at]
        assessment = assess(tables, Situation(told.procedures, earlier, told.risk_factors, standing), check_in)
        if assessment.urgency >= hold.after:
            danger = check_in.at, known
        former = [urgencies[n] for n in range(number) if check_ins[n].at == check_in.at]
        urgencies.append(max([assessment.urgency, *former]))
    return urgencies


def compare(tables: Tables, judged: dict[str, int], episodes: int, check_ins: int) -> tuple[int, int]:
    """Judge reports drawn at random one by one; return how many, and how many the replay judged otherwise."""
    drawn = set(random.Random("compare").sample(range(check_ins), min(COMPARED, check_ins)))
    position = compared = different = 0
    for patient in draw_patients(episodes, check_ins):
        own = [n for n in range(len(patient.received)) if position + n in drawn]
        position += len(patient.received)
        expected = judge_one_by_one(tables, patient) if own else []
        different += sum(judged[patient.check_in_id(n)] != expected[n] for n in own)
        compared += len(own)
    return compared, different


def main() -> None:
    """Build, run, measure, compare; exit 1 where something differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=50_000)
    parser.add_argument("--check-ins", type=int, default=1_000_000)
    parser.add_argument("--protocol", type=Path, default=SHIPPED)
    chosen = parser.parse_args()
    tables = compile_protocol(read_protocol(read_folder(chosen.protocol)))
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "triage.sqlite3"
        # In a process of its own: a child begins with the peak of memory that its parent had so far.
        made_of = [str(file), str(chosen.protocol), str(chosen.episodes), str(chosen.check_ins)]
        subprocess.run([sys.executable, "-m", "bench.big_clinic", *made_of], check=True)
        size = file.stat().st_size / 1e6
        print(f"{chosen.check_ins} check-ins of {chosen.episodes} episodes, {size:.0f} MB of SQLite\n")
        told, status, seconds, peak = run_command(Path(name), chosen.protocol)
        if status == 2:
            sys.exit("the command refused the protocol")
        watch, result, judged = run_parts(file, tables)
    different_runs = told["matrix"] != [list(row) for row in result.matrix]
    print_command(told, status, seconds, peak)
    print_parts(watch, chosen.check_ins)
    rows = min(COLUMN_ROWS, chosen.check_ins)
    few = list(draw_patients(rows // 20, rows))
    for with_rules in (False, True):
        speed = column_speed(tables, few, with_rules=with_rules)
        print(f"- columns alone, histories given, {'with' if with_rules else 'without'} the rules that fired: "
              f"{speed:.1f} million check-ins a second (promised: {TARGET_COLUMNS})")  # fmt: skip
    compared, different = compare(tables, judged, chosen.episodes, chosen.check_ins)
    print(f"- judged one by one by the rules: {compared} compared, {different} different")
    sys.exit(1 if different or different_runs else 0)


def print_command(told: dict[str, Any], status: int, seconds: float, peak: float) -> None:
    """Print what the command took as a whole."""
    print("| command | check-ins | changed | exit | processor s | target s | check-ins a second | peak MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    count = told["reports"]
    target = TARGET_SECONDS * count / 1e6
    print(f"| triage replay | {count} | {len(told['changes'])} | {status} | {seconds:.1f} | {target:.1f} "
          f"| {count / seconds:.0f} | {peak:.0f} |\n")  # fmt: skip


def print_parts(watch: Stopwatch, check_ins: int) -> None:
    """Print what each part took."""
    print("| part | processor s | microseconds a check-in |")
    print("|---|--:|--:|")
    for part, seconds in watch.seconds.items():
        if part != "proof":
            print(f"| {part} | {seconds:.2f} | {seconds / check_ins * 1e6:.2f} |")
    print()


if __name__ == "__main__":
    main()
