"""`python -m bench.courses`: how often natural healing alerts, and whether a danger is judged below urgent."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.courses.danger import danger_course
from bench.courses.healing import healing_courses
from bench.courses.measure import RESPONSES, Job, measure
from bench.courses.table import render
from bench.courses.tally import danger_figures, first_sign_figures, healing_figures
from seeds.protocols import SHIPPED


def main() -> None:
    """Measure, print the tables, and write the files that were asked for."""
    options = _read_options()
    job = Job(options.protocol, options.courses, options.danger, options.seed, options.noise, options.processes)
    if options.cases:
        write_cases(job, options.cases)
    begun = time.monotonic()
    figures = measure_figures(job)
    for line in render(figures):
        print(line)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)


def measure_figures(job: Job) -> dict[str, Any]:
    """Return all figures of a run, ready for JSON."""
    healed, endangered = measure(job)
    return {
        "seed": job.seed,
        "noise": job.noise,
        "healing": {
            f"{100 * response:.0f}": healing_figures([one for one in healed if one.response == response], job.seed)
            for response in RESPONSES
        },
        "danger": danger_figures(endangered),
        "first_signs": first_sign_figures(endangered),
    }


def write_cases(job: Job, file: Path) -> None:
    """Write one case a line for `triage evaluate`: whole healing courses; danger courses up to their marked report."""
    with file.open("w", encoding="utf-8") as out:
        for response in RESPONSES:
            for case in healing_courses(job.healing, job.seed, response):
                out.write(json.dumps(case) + "\n")
        for number in range(job.danger):
            course = danger_course(number, job.seed)
            mark = course.danger or course.first_sign
            out.write(json.dumps(course.as_case(mark.report + 1 if mark else None)) + "\n")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.courses", description=__doc__)
    parser.add_argument("--courses", type=int, default=5000, metavar="N", help="natural healing courses (5000)")
    parser.add_argument("--danger", type=int, default=2000, metavar="N", help="danger courses (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of every random draw (1)")
    parser.add_argument("--noise", type=float, default=1.0, help="multiplies the slips of healing patients (1)")
    parser.add_argument("--protocol", type=Path, default=SHIPPED, metavar="FOLDER", help="the shipped one")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="that judge (2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--cases", type=Path, metavar="FILE", help="write the cases as JSON Lines")
    return parser.parse_args()


if __name__ == "__main__":
    main()
