"""The sources of our papers, each a file of typst beside this one."""

from importlib.resources import files


def source_of(name: str) -> str:
    """Return the source of a paper by its name. FileNotFoundError for one that there is not."""
    return files("triage.typeset").joinpath(f"{name}.typ").read_text(encoding="utf-8")
