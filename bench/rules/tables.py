"""The rows of a run as one Markdown document."""

from collections.abc import Iterable, Sequence
from typing import Any

from bench.rules.mistakes import CASES

HEADINGS = {
    "bench": "One judgement, the bench's rule set",
    "smp": "One judgement, the shipped protocol",
    "batch": "Columns",
}
SINGLE = ("", "version", "x floor", "min-max", "a second", "import ms", "load ms first / again", "MiB", "disagree")
BATCH = (
    "",
    "version",
    "x floor",
    "min-max",
    "rows/s a core",
    "each step",
    "with rules x floor",
    "MiB",
    "disagree",
    "digest of all",
)


def document(rows: Sequence[dict[str, Any]]) -> str:
    """Return every table that there are rows for; peers that gave none are named."""
    parts = []
    for kind, heading in HEADINGS.items():
        here = [row for row in rows if row.get("rules") == kind and "peer" in row and not is_absent(row)]
        if here:
            lines = map(_batch_line if kind == "batch" else _single_line, here)
            parts.append(f"{heading}\n\n{markdown(BATCH if kind == 'batch' else SINGLE, lines)}")
    parts += [_load_line(row) for row in rows if row.get("rules") == "load" and not is_absent(row)]
    says = [row for row in rows if "says" in row]
    if says:
        parts.append("An author's mistakes\n\n" + markdown(("", *CASES.values()), map(_mistake_line, says)))
        parts += [_words(row) for row in says if row["peer"] == "ours"]
    parts += [f"No figures of {row['peer']}: {row.get('missing') or row['failed']}" for row in rows if is_absent(row)]
    return "\n\n".join(parts)


def is_absent(row: dict[str, Any]) -> bool:
    """Tell whether a peer is not installed or broke."""
    return "missing" in row or "failed" in row


def markdown(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(head)
    shown = [head, ["---"] + ["--:"] * (len(head) - 1), *map(list, lines)]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


def number(value: float) -> str:
    """Return a number with two or three digits that count."""
    if value >= 1e6:
        return f"{value / 1e6:.1f}M"
    if value >= 1e4:
        return f"{value / 1e3:.0f}k"
    if value < 0.01:
        return "0"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _span(row: dict[str, Any]) -> list[str]:
    return [number(row["ratio"]), f"{number(row['ratio_min'])}-{number(row['ratio_max'])}"]


def _single_line(row: dict[str, Any]) -> list[str]:
    loads = f"{number(row['load_ms'])} / {number(row['load_again_ms'])}"
    rest = [number(row["import_ms"]), loads, number(row["mib"]), f"{row['disagree']} of {row['reports']:,}"]
    return [row["peer"], row["version"], *_span(row), number(row["per_s"]), *rest]


def _batch_line(row: dict[str, Any]) -> list[str]:
    """Return a batch peer; only the first rows are compared one by one, the digests compare all."""
    found, with_rules = row["urgency"], row["with_rules"]
    steps = found["steps"] if len(found["steps"]) > 1 else {}
    wrong = f"{found['disagree'] + with_rules['disagree']} of {found['compared']:,}"
    digest = with_rules["rules_digest"] if found["rows"] > found["compared"] else ""
    shown = ", ".join(f"{step} {number(rate)}" for step, rate in steps.items())
    rest = [number(found["per_s"]), shown, number(with_rules["ratio"]), number(row["mib"]), wrong, digest]
    return [row["peer"], row["version"], *_span(found), *rest]


def _load_line(row: dict[str, Any]) -> str:
    parts = f"TOML {row['toml_ms']:.1f}, reading {row['reading_ms']:.1f}, compiling {row['compiling_ms']:.1f}"
    return (
        f"Loading {row['peer']} ({row['characters']:,} characters): {row['load_again_ms']:.1f} ms of CPU "
        f"({parts}); the first time in a process {row['first_ms']:.1f} ms."
    )


def _mistake_line(row: dict[str, Any]) -> list[str]:
    """Return when something is said; what our engine says follows below the table."""
    return [row["peer"], *(said.split(":")[0] for said in row["says"].values())]


def _words(row: dict[str, Any]) -> str:
    said = [f"- {CASES[case]}: {words}" for case, words in row["says"].items() if ": " in words]
    return "\n".join(["What ours says:", "", *said])
