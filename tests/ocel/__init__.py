"""Tests with pm4py, another project's process mining; skipped where it is not installed."""
