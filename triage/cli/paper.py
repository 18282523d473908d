"""Commands that put protocols on paper: print one whole, tell two apart."""

import sys
from pathlib import Path

import click

from triage.cli.protocols import protocol
from triage.cli.root import FOLDER, load_tables
from triage.paper import as_html, as_json, as_markdown, as_text, build_sheet, compare, spoken_languages

DIFFERENT, FAULTY = 1, 2  # exit statuses, as of diff


@protocol.command("print")
@click.argument("folder", type=FOLDER)
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), default="markdown", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Left out: standard output.")
@click.option("--language", help="Of labels and texts. Left out: the protocol's first.")
def print_protocol(folder: Path, form: str, output: Path | None, language: str | None) -> None:
    """Print the protocol in FOLDER whole, for a clinician to read and sign."""
    tables = load_tables(folder)
    if tables is None:
        sys.exit(1)
    spoken = spoken_languages(tables.protocol)
    chosen = language or next(iter(spoken))
    if chosen not in spoken:
        raise click.ClickException(f"no texts in {chosen!r}: choose one of {', '.join(spoken)}")
    sheet = build_sheet(tables, chosen)
    text = as_html(sheet) if form == "html" else as_markdown(sheet)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from error


@protocol.command("diff")
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff_protocols(old: Path, new: Path, form: str) -> None:
    """Tell what changed from the protocol in OLD to that in NEW; exit 0: nothing, 1: something, 2: faults."""
    before, after = load_tables(old), load_tables(new)
    if before is None or after is None:
        sys.exit(FAULTY)
    found = compare(before, after)
    click.echo(as_json(found) if form == "json" else as_text(found), nl=False)
    sys.exit(DIFFERENT if found.changes else 0)
