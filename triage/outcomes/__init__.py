"""LEARN: statistics over plain values. Pure; may use numpy and scipy."""
