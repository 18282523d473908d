"""DO: one verb per function. Takes (session, ..., by, now); never commits, never reads the clock."""
