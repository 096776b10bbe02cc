"""The reference engine: every condition as a step function of the date. It is the specification."""

from impact_metrics.engines.spans.engine import Figure, SpansEngine, Witnesses

__all__ = ["Figure", "SpansEngine", "Witnesses"]
