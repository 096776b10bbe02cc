"""How figures are computed. Engines know rules and streams, and nothing of reports."""

from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Figure, Flow, Listed, Stock, Sums, Witnesses
from impact_metrics.engines.shares import Parts, Standing

__all__ = ["Cell", "Engine", "Figure", "Flow", "Listed", "Parts", "Standing", "Stock", "Sums", "Witnesses"]
