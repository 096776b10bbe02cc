"""Why a subject is counted, or why not: the rule's conditions with their truth, and the events that made it so."""

from impact_metrics.documents.explanation.explain import Explanation, explain
from impact_metrics.documents.explanation.findings import Finding, Verdict

__all__ = ["Explanation", "Finding", "Verdict", "explain"]
