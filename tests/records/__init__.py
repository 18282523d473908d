"""The tables, the store and the guard, on both engines."""
