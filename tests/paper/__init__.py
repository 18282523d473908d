"""The protocol on paper."""
