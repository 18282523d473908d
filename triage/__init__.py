"""Aftercare Triage: compares a patient's check-ins with the course that a published protocol expects."""

__version__ = "0.1.0"
