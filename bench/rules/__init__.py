"""One judgement, and a million: our engine against the same rules written by hand and against other rules engines."""
