"""Serves the app with gunicorn: one process with threads on SQLite, several on PostgreSQL."""

import logging
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from triage.app import create_app
from triage.config import Settings
from triage.records import migrate
from triage.wiring import wire


def serve_app(settings: Settings) -> None:
    """Serve until SIGTERM; requests that have begun come to their end."""
    if migrate.current(settings.database_url) != migrate.head():
        logging.getLogger(__name__).warning("the database is not up to date: run triage db upgrade")
    Server(settings).run()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set by our settings alone."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn. No access log: addresses of patients' pages carry their secret."""
        chosen: dict[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "worker_class": "gthread",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "graceful_timeout": 20,
            "proc_name": "triage",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app; called in each worker after the fork, so that no connection is shared."""
        return create_app(wire(self.settings))
