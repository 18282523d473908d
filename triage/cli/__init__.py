"""ASK (operators): the commands. The only room that imports seeds."""

from triage.cli import (  # each adds its commands to main
    audit,
    backup,
    checking,
    clinics,
    judging,
    lifecycle,
    paper,
    protocols,
    replaying,
    running,
    shadow,
)
from triage.cli.root import main

__all__ = [
    "audit",
    "backup",
    "checking",
    "clinics",
    "judging",
    "lifecycle",
    "main",
    "paper",
    "protocols",
    "replaying",
    "running",
    "shadow",
]
