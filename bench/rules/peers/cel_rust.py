"""The CEL of the Rust crate: a program a rule, the report converted once; one list is a little slower."""

from collections.abc import Callable, Mapping
from typing import Any

import cel

from bench.rules.peers import Given
from bench.rules.peers.cel_rules import rules

NAME, LIBRARY, PACKAGE = "common-expression-language (CEL, Rust)", "cel", "common-expression-language"
TAKES = "mapping"


def build(given: Given) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return the compiled programs, run one after the other."""
    programs = [
        (
            cel.compile(condition).execute,
            cel.compile(rule).execute,
            cel.compile(urgency).execute,
            {name: cel.compile(value).execute for name, value in numbers.items()},
        )
        for condition, rule, urgency, numbers in rules(given.rules)
    ]

    def judge(report: dict[str, Any]) -> list[dict[str, Any]]:
        context = cel.Context(variables=report)
        return [
            {"rule": rule(context), "urgency": urgency(context)} | {name: run(context) for name, run in numbers.items()}
            for condition, rule, urgency, numbers in programs
            if condition(context)
        ]

    return judge


def one_rule(case: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return the rule of the mistakes, with this one in it."""
    text = {"malformed": "redness > (2", "misspelt": "rednes > 2", "text": "redness > 'two'"}.get(case, "redness > 2")
    return cel.compile(text).execute
