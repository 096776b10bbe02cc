"""What did happen: streams of records, read, validated, and seen as they were known at a moment."""

from impact_metrics.streams.known import KnownView
from impact_metrics.streams.stream import Stream

__all__ = ["KnownView", "Stream"]
