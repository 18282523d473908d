"""Tests of the benches: what a figure rests on."""
