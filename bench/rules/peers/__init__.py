"""One file a peer, each with the rule set in its own form.

A peer of single judgements has NAME, LIBRARY (what it imports), PACKAGE (for the version; empty: our own code), TAKES
("values": a `Report`; "mapping": parsed JSON) and `build(given) -> judge`; `judge` returns the findings, or mappings
with `rule`, `urgency` and the numbers of the reason. A peer of the batch (`batch_*`) has `build(given) -> Engine`.
"""

from typing import NamedTuple

from bench.rules.rule_set import RuleSet

SINGLE = ("floor", "ours", "datalogic", "cel_google", "cel_rust", "zen_jdm")
BATCH = ("peers.batch_python", "ours_batch", "peers.batch_polars", "peers.batch_numpy")


class Given(NamedTuple):
    """What a peer builds its rules from."""

    files: dict[str, str]  # of the protocol, as text
    rules: RuleSet  # the numbers in them, already read
