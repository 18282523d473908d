"""DO: one verb per function. Takes (session, ..., turn); never commits, never reads the clock."""
