"""Our statistics beside libraries that others wrote."""
