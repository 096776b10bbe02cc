"""Texts that a person has read and found right; ``python -m tests.golden`` writes them again, to be read again."""
