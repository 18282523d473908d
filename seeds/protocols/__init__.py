"""The shipped protocols: one folder each, everything about a procedure in it and nowhere else."""

from pathlib import Path

SHIPPED = Path(__file__).parent / "smp"


def read_folder(folder: Path) -> dict[str, str]:
    """Return the files of a protocol folder: name to text. What is not UTF-8 text becomes a fault of the protocol."""
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.glob("*.toml"))}
