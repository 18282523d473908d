"""How long a protocol takes from the text of its files to decision tables, and where the time goes.

`python -m bench.rules.loading RUNS` prints one row as JSON.
"""

import json
import statistics
import sys
import tomllib
from typing import Any

from bench.rules.process import cpu_seconds, pin
from bench.rules.rule_set import load
from seeds.protocols import SHIPPED, read_folder
from triage.rules import compile_protocol, read_protocol


def measure(runs: int) -> dict[str, Any]:
    """Return CPU milliseconds of the shipped protocol: the first load of the process, then medians.

    `reading_ms` is what is left of `read_protocol` without the TOML parser: every entry checked, every text found.
    """
    pin()
    files = read_folder(SHIPPED)
    first = cpu_seconds(lambda: load(files))
    protocol = read_protocol(files)
    texts = [text for name, text in files.items() if name not in protocol.unread]
    found: dict[str, list[float]] = {"toml": [], "read": [], "compile": [], "all": []}
    for _ in range(runs):
        found["toml"].append(cpu_seconds(lambda: [tomllib.loads(text) for text in texts]))
        found["read"].append(cpu_seconds(lambda: read_protocol(files)))
        found["compile"].append(cpu_seconds(lambda: compile_protocol(protocol)))
        found["all"].append(cpu_seconds(lambda: load(files)))
    medians = {name: statistics.median(seconds) * 1e3 for name, seconds in found.items()}
    return {
        "rules": "load",
        "peer": "the shipped protocol",
        "first_ms": first * 1e3,
        "load_again_ms": medians["all"],
        "toml_ms": medians["toml"],
        "reading_ms": medians["read"] - medians["toml"],
        "compiling_ms": medians["compile"],
        "characters": sum(map(len, texts)),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
