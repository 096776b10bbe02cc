"""Fuzzing of every reader, led by coverage: ``python -m fuzz`` names the targets, ``python -m fuzz ocel`` runs one."""
