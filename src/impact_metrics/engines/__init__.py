"""How figures are computed. Engines know populations and streams, and nothing of kinds of figure, or of reports."""

from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Entry, Flow, Listed, Stock, Witnesses

__all__ = ["Cell", "Engine", "Entry", "Flow", "Listed", "Stock", "Witnesses"]
