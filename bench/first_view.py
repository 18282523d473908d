"""The first view of the check-in page on a slow network: when it can be used, and what of that is the network's wait.

`python -m bench.first_view [--runs 5]`; real Chromium on a 360 px screen, waitress as in production, the shipped
protocol. "Slow 3G" is Chromium's profile: 2000 ms before each answer, 400 kbit/s both ways. Usable: painted, and the
script that shows one step at a time has run. The network's wait is the time in which a request that the view needs is
on its way; the rest is ours (server, parsing, scripts, painting). Prints a Markdown table; exit 1 above a second.
"""

import argparse
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import waitress
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.check_in import free_port, prepare
from triage.app import create_app
from triage.config import Settings
from triage.wiring import wire

CHROMIUM = "/usr/bin/chromium"
PROMISE_MS = 1000
LATENCY_MS, BYTES_A_SECOND = 2000, 50_000
NETWORKS = {
    "none": {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    "Slow 3G": {"latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND},
}
USABLE = """
new MutationObserver((_, watching) => {
  if (!document.documentElement.classList.contains("steps")) return;
  watching.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.usableAt = performance.now(); }));
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["class"] });
"""
WHEN_USABLE = """async () => {
  while (!window.usableAt) await new Promise((done) => { setTimeout(done, 20); });
  return window.usableAt;
}"""


class View(NamedTuple):
    """One view: milliseconds from the tap on the link until it can be used, and of these the network's own wait."""

    usable: float
    network: float
    loaded: int  # bytes until then, as Chromium counts them
    requests: int

    @property
    def own(self) -> float:
        """Return the milliseconds that are not the network's."""
        return self.usable - self.network


class Watch:
    """Notes when each request of a page went out and was there."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.ended: list[tuple[float, float, int]] = []

    def begin(self, event: dict[str, Any]) -> None:
        """Note that a request goes out."""
        self.began[event["requestId"]] = event["timestamp"]

    def end(self, event: dict[str, Any]) -> None:
        """Note that its answer is whole."""
        began = self.began.get(event["requestId"])
        if began is not None:
            self.ended.append((began, event["timestamp"], int(event["encodedDataLength"])))

    def view(self, usable: float) -> View:
        """Return what the requests cost that were there before the page could be used."""
        start = min(self.began.values())
        needed = sorted(one for one in self.ended if (one[1] - start) * 1000 <= usable)
        waited, until = 0.0, 0.0
        for began, ended, _ in needed:
            waited += max(0.0, ended - max(began, until))
            until = max(until, ended)
        return View(usable, waited * 1000, sum(size for _, _, size in needed), len(needed))


def look(context: BrowserContext, address: str, network: dict[str, Any]) -> View:
    """Open a page once and return what it took."""
    page, watch = context.new_page(), Watch()
    session = context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", watch.begin)
    session.on("Network.loadingFinished", watch.end)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    page.add_init_script(USABLE)
    page.goto(address, wait_until="commit")
    usable = float(page.evaluate(WHEN_USABLE))
    page.wait_for_load_state("networkidle")
    page.close()
    return watch.view(usable)


def look_twice(browser: Browser, address: str, network: dict[str, Any]) -> Iterator[tuple[str, View]]:
    """Yield the view of a phone that has never seen the page, and that of its next visit."""
    # The profile is not for the worker's own requests, and it only adds to what a page needs.
    screen = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True}
    context = browser.new_context(**screen, service_workers="block")
    yield "first", look(context, address, network)
    yield "next", look(context, address, network)
    context.close()


@contextmanager
def serve() -> Iterator[str]:
    """Serve a clinic with patients; yield the address of one patient's page."""
    with tempfile.TemporaryDirectory() as folder:
        token = prepare(Path(folder))[0]
        port = free_port()
        with closing(wire(Settings.from_environ({"TRIAGE_DATA_DIR": folder}))) as wiring:
            server = waitress.create_server(create_app(wiring), host="127.0.0.1", port=port, threads=8)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{port}/c/{token}"
            server.close()
            thread.join(timeout=5)


def main() -> int:
    """Measure, print the table, and return 1 where a first view takes more than a second of our own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    views: dict[tuple[str, str], list[View]] = {}
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, network in NETWORKS.items():
            for _ in range(runs):
                for visit, view in look_twice(browser, address, network):
                    views.setdefault((name, visit), []).append(view)
        browser.close()
    print("| network | visit | usable after ms | of it the network | ours, median (worst) | bytes | requests |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for (name, visit), found in views.items():
        figures = zip(*((*view, view.own) for view in found), strict=True)
        usable, network, size, requests, own = (round(statistics.median(values)) for values in figures)
        worst = round(max(view.own for view in found))
        print(f"| {name} | {visit} | {usable} | {network} | {own} ({worst}) | {size} | {requests} |")
    return int(max(view.own for view in views["Slow 3G", "first"]) > PROMISE_MS)


if __name__ == "__main__":
    sys.exit(main())
