"""A bounded load from a second process: many connections, each posting one check-in after the other."""

import http.client
import json
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from statistics import quantiles

BODY = {
    "symptoms": {"redness": 1, "swelling": 1, "itching": 1, "pain": 0, "bumps": 0, "scabbing": 1},
    "course": {"redness": "better", "itching": "same"},
    "denied": ["fever", "pus", "spreading_redness", "breathing_trouble"],
}


def post(port: int, tokens: Iterator[str], until: float, took: list[float], bad: list[int]) -> None:
    """Post until a moment of the monotonic clock; note how long each call took, and statuses that are not 201."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until:
        body = json.dumps({"at": datetime.now(UTC).isoformat(), **BODY})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {next(tokens)}"}
        headers["Idempotency-Key"] = str(uuid.uuid4())
        start = time.monotonic()
        connection.request("POST", "/api/v1/check-ins", body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.monotonic() - start)
        if answer.status != 201:
            bad.append(answer.status)
    connection.close()


def run(port: int, tokens: list[str], connections: int, seconds: float) -> dict[str, float]:
    """Return calls a second, the median and the 99th percentile in milliseconds, and how many failed."""
    took: list[float] = []
    bad: list[int] = []
    until = time.monotonic() + seconds
    # Each connection goes round all patients, since no patient reports hundreds of times.
    turns = [cycle(tokens[number % len(tokens) :] + tokens[: number % len(tokens)]) for number in range(connections)]
    threads = [threading.Thread(target=post, args=(port, turn, until, took, bad)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = quantiles(took, n=100)
    return {"per_s": len(took) / seconds, "p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3, "failed": len(bad)}


if __name__ == "__main__":
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    print(json.dumps(run(port, sys.stdin.read().split(), connections, seconds)))
