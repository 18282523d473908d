"""ASK (operators): the commands. The only room that imports seeds."""

from triage.cli import checking, clinics, judging, protocols, replaying, running  # each adds its commands to main
from triage.cli.root import main

__all__ = ["checking", "clinics", "judging", "main", "protocols", "replaying", "running"]
