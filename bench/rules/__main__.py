"""`python -m bench.rules [--quick] [--json FILE]`: every comparison, each peer in a process of its own, as Markdown.

A peer that is not installed is named at the end; README.md says how to install them.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.rules.peers import BATCH, SINGLE
from bench.rules.process import run_child
from bench.rules.reports import columns, write
from bench.rules.rule_set import load, plain, read_files
from bench.rules.tables import document, is_absent

REPORTS, ROWS, SECONDS, LOADS = 10_000, 1_000_000, 1.0, 20
QUICK = {"reports": 2_000, "rows": 100_000, "seconds": 0.2}
OTHER_ENGINES = ("ours", "cel_google", "cel_rust", "zen_jdm", "datalogic")


def rows_of(reports: int, rows: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield the row of every comparison."""
    for peer in SINGLE:
        yield run_child("bench.rules.single", "bench", str(reports), str(seconds), peer)
    for peer in ("floor_smp", "ours"):
        yield run_child("bench.rules.single", "smp", str(reports), str(seconds), peer)
    yield run_child("bench.rules.loading", str(LOADS))
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), columns(rows, plain(load(read_files()).protocol)))
        for peer in BATCH:
            yield run_child("bench.rules.batch", folder, str(rows), peer)
    for peer in OTHER_ENGINES:
        yield run_child("bench.rules.mistakes", peer)


def check(rows: list[dict[str, Any]]) -> list[str]:
    """Return what makes the figures worthless: another answer than the floor's, digests that differ."""
    told = [row for row in rows if not is_absent(row)]
    faults = [f"{row['peer']} disagrees on {row['disagree']} reports" for row in told if row.get("disagree")]
    faults += [f"{row['peer']} broke: {row['failed']}" for row in rows if "failed" in row]
    for form in ("urgency", "with_rules"):
        batch = [row[form] | {"peer": row["peer"]} for row in told if row.get("rules") == "batch"]
        faults += [f"{row['peer']} disagrees on {row['disagree']} rows" for row in batch if row["disagree"]]
        most = max((row["rows"] for row in batch), default=0)
        digests = {(row["urgency_digest"], row["rules_digest"]) for row in batch if row["rows"] == most}
        if len(digests) > 1:
            faults.append(f"the batch peers differ in some of {most:,} rows ({form})")
    return faults


def main() -> int:
    """Run, print, and fail where a peer gives another answer."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short look: fewer reports, shorter runs")
    parser.add_argument("--json", type=Path, help="keep the rows in this file")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else {"reports": REPORTS, "rows": ROWS, "seconds": SECONDS}
    rows = []
    for row in rows_of(**sizes):
        rows.append(row)
        print(f"  {row.get('rules', '')} {row['peer']} {row.get('missing', '')}".strip(), file=sys.stderr)
    print(document(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    faults = check(rows)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
