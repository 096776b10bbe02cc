"""Texts that a person has read and found right; ``python -m tests.regenerate`` writes them again, to be read again."""
