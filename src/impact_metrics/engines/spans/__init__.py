"""The reference engine: every condition as a step function of the date. It is the specification."""

from impact_metrics.engines.spans.engine import SpansEngine

__all__ = ["SpansEngine"]
