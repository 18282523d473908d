"""The hand-written floor in a loop over the first 20,000 reports, for scale."""

from typing import Any

import numpy as np

from bench.rules.columns import BITS
from bench.rules.floor_bench import judge
from bench.rules.peers import Given
from bench.rules.reports import Report

NAME, LIBRARY, PACKAGE = "Python if/else in a loop", "", ""


class Engine:
    """Judges values, not columns."""

    steps = ("judge",)

    def load(self, arrays: Any, sample: list[Report]) -> list[Report]:
        return sample

    def judge(self, sample: list[Report]) -> tuple[Any, Any]:
        levels, masks = np.zeros(len(sample), np.uint8), np.zeros(len(sample), np.uint64)
        for number, report in enumerate(sample):
            findings = judge(*report)
            if findings:
                levels[number] = max(finding.urgency for finding in findings)
                masks[number] = sum({1 << BITS[bit_name(finding.rule)] for finding in findings})
        return levels, masks


def bit_name(rule: str) -> str:
    """Return a rule's name among the bits."""
    return rule[:-2] if ".excess_" in rule else rule


def build(given: Given, with_rules: bool) -> Engine:
    """Return the loop; it always knows the rules."""
    return Engine()
