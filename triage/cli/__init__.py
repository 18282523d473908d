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
    paper,
    people,
    protocols,
    records,
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
    "paper",
    "people",
    "protocols",
    "records",
    "replaying",
    "running",
    "shadow",
    "webhooks",
]
