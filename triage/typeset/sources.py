"""The sources of the documents that we set, which lie beside this file."""

from importlib.resources import files


def document_source(name: str) -> str:
    """Return the typst source of a document by its name, such as clinic_report."""
    return files("triage.typeset").joinpath(f"{name}.typ").read_text("utf-8")
