"""Statistics and judging in columns."""
