"""The protocol on paper: printed whole for a clinician to sign, and compared with another in words. Pure."""

from triage.paper.comparison import Comparison, as_json, as_text, compare
from triage.paper.languages import spoken_languages
from triage.paper.markdown import as_markdown
from triage.paper.page import as_html
from triage.paper.sheet import build_sheet

__all__ = [
    "Comparison",
    "as_html",
    "as_json",
    "as_markdown",
    "as_text",
    "build_sheet",
    "compare",
    "spoken_languages",
]
