"""What claims on speed rest on: each with its floor in the same run, since the ratio is the claim and not the time."""
