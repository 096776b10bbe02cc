"""Hints that speak to who writes Python, told to who types a command."""

from __future__ import annotations

from impact_metrics.errors import ImpactMetricsError

_CONVERT = "write a file of the folder, and give that: impact-metrics convert FOLDER OUT.jsonl"

WORDS = {
    "pass as_at=date(...)": "name the day: --as-at DATE",
    ", write it as JSON Lines, or allow more by max_bytes": ", or write it as JSON Lines",
    "evaluate with engine='reference'": _CONVERT,
    'evaluate a Stream with engine="reference"': _CONVERT,
    'evaluate the stream with engine="reference"': _CONVERT,
    'use engine="duckdb"': "use --engine duckdb",
    "give a larger memory_limit, or a temp_directory with more room": "free memory, and room on the disk",
    "make one with funnel(Stage(...), ...)": "name a funnel of the catalogue",
    "see paired_change(...)": "name a paired change of the catalogue",
}
"""What stands in hints of the library, and what the command says in its place."""


def told(error: ImpactMetricsError) -> str:
    """Say what is wrong and where, with a hint that names options."""
    hint = error.hint
    for python, option in WORDS.items():
        hint = hint.replace(python, option)
    return str(ImpactMetricsError(error.problem, where=error.where, hint=hint))
