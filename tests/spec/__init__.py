"""What the shipped protocol must answer, drawn as tables that a clinician can read and correct."""
