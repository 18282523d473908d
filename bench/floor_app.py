"""The floor of a check-in: a route that does one INSERT and one COMMIT of the body, under the same server flags."""

import logging
import sqlite3
import sys
import threading

import waitress
from flask import Flask, request

from triage.records import new_id


def create_floor(path: str) -> Flask:
    """Return the app; SQLite in WAL with synchronous=FULL, one writer at a time, as the product has it."""
    app = Flask("floor", static_folder=None)
    turn = threading.Lock()
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS body (id TEXT PRIMARY KEY, body TEXT)")

    @app.post("/api/v1/check-ins")
    def keep() -> tuple[dict[str, str], int]:
        key = str(new_id())
        with turn:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO body VALUES (?, ?)", (key, request.get_data(as_text=True)))
            connection.execute("COMMIT")
        return {"id": key}, 201

    return app


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(
        create_floor(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), threads=16, connection_limit=1000
    )
