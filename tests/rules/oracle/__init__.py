"""Another evaluator of the protocol language, written from docs/protocol-format.md alone, to hold the engine against.

It reads the TOML document and the raw case as plain mappings and asks of each rule in turn whether it holds. Slow, and
on purpose not built like the engine: no tables, no codes, nothing kept. The section numbers are those of the page.
"""

from tests.rules.oracle.answer import Answer, answer, answers

__all__ = ["Answer", "answer", "answers"]
