"""Commands that judge: cases from a file."""

import sys
from pathlib import Path
from typing import Any

import click

from seeds.protocols import SHIPPED
from triage.cli.root import FOLDER, load_tables, main
from triage.evaluate import judge_lines


@main.command()
@click.option("--protocol", "folder", type=FOLDER, default=SHIPPED, help="Default: the shipped SMP protocol.")
@click.option("--explain", "explained", is_flag=True, help="Print each judgement for people instead of JSON.")
@click.option("--unchecked", is_flag=True, help="As it was kept, even if it would not be published today.")
@click.argument("file", type=click.File("rb"), default="-")
def evaluate(folder: Path, explained: bool, unchecked: bool, file: Any) -> None:
    """Judge cases: JSON Lines in, JSON Lines out; a line that is no valid case gives an error line, exit 1."""
    tables = load_tables(folder, unchecked=unchecked)
    if tables is None:
        sys.exit(1)
    sys.exit(0 if judge_lines(tables, file, sys.stdout.buffer, explained=explained) else 1)
