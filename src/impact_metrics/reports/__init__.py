"""What came out: reports, their evidence, and which invariants hold."""

from impact_metrics.reports.check import Violation, violations
from impact_metrics.reports.evaluate import evaluate
from impact_metrics.reports.report import Report
from impact_metrics.reports.results import Evidence, InvariantFinding, Result

__all__ = ["Evidence", "InvariantFinding", "Report", "Result", "Violation", "evaluate", "violations"]
