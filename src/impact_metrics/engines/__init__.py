"""How figures are computed. Engines know populations and streams, and nothing of kinds of figure, or of reports."""

import warnings

from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Entry, Flow, Listed, Stock, Witnesses
from impact_metrics.rules import measures

__all__ = ["Cell", "Engine", "Entry", "Flow", "Listed", "Stock", "Witnesses"]

_MOVED = ("Changes", "Ending", "Figure", "LifeRow", "LifeTable", "Pair", "Parts", "Spell", "Standing")
"""What tells how figures are made, and is now with the kinds of figure."""


def __getattr__(name: str) -> object:
    """Give a name that has moved, for one release, with a warning that says where it is."""
    if name in _MOVED:
        warnings.warn(f"import {name} from impact_metrics.rules.measures", DeprecationWarning, stacklevel=2)
        return getattr(measures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
