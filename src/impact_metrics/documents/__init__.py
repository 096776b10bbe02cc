"""How it is read: rules in plain English, versions compared, and outcomes explained, all generated from the tree."""

from impact_metrics.documents.comparison import Change, Comparison, compare
from impact_metrics.documents.english import Description, Point, describe
from impact_metrics.documents.explanation import Explanation, Finding, Verdict, explain

__all__ = [
    "Change",
    "Comparison",
    "Description",
    "Explanation",
    "Finding",
    "Point",
    "Verdict",
    "compare",
    "describe",
    "explain",
]
