"""ASK (operators): the commands. The only room that imports seeds."""

from triage.cli import (  # each adds its commands to main
    audit,
    backup,
    checking,
    clinics,
    contacts,
    escalation,
    judging,
    lifecycle,
    outcomes,
    paper,
    people,
    proposing,
    protocols,
    replaying,
    running,
    shadow,
    webhooks,
)
from triage.cli.root import main

__all__ = [
    "audit",
    "backup",
    "checking",
    "clinics",
    "contacts",
    "escalation",
    "judging",
    "lifecycle",
    "main",
    "outcomes",
    "paper",
    "people",
    "proposing",
    "protocols",
    "replaying",
    "running",
    "shadow",
    "webhooks",
]
