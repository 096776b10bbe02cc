"""Plain English, generated from the tree of a rule."""

from impact_metrics.documents.english.conditions import say
from impact_metrics.documents.english.description import Description, Word, describe
from impact_metrics.documents.english.points import Joiner, Point

__all__ = ["Description", "Joiner", "Point", "Word", "describe", "say"]
