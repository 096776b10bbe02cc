"""How figures are computed. Engines know rules and streams, and nothing of reports."""

from impact_metrics.engines.changes import Changes, Pair
from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Figure, Flow, Listed, Stock, Sums, Witnesses
from impact_metrics.engines.shares import Parts, Standing
from impact_metrics.engines.times import Ending, LifeRow, LifeTable, Spell

__all__ = [
    "Cell",
    "Changes",
    "Ending",
    "Engine",
    "Figure",
    "Flow",
    "LifeRow",
    "LifeTable",
    "Listed",
    "Pair",
    "Parts",
    "Spell",
    "Standing",
    "Stock",
    "Sums",
    "Witnesses",
]
