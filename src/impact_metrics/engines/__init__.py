"""How figures are computed. Engines know rules and streams, and nothing of reports."""

from impact_metrics.engines.changes import Changes, Pair
from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Figure, Flow, Stock, Sums, Witnesses
from impact_metrics.engines.shares import Parts, Standing

__all__ = ["Cell", "Changes", "Engine", "Figure", "Flow", "Pair", "Parts", "Standing", "Stock", "Sums", "Witnesses"]
