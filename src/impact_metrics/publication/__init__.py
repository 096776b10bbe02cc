"""Publication: what leaves the organisation, safe to be read by anybody, and what can be checked years later."""

from impact_metrics.publication.layout import Layout
from impact_metrics.publication.manifest import Manifest
from impact_metrics.publication.numbers import SavedNumber
from impact_metrics.publication.saved import SavedReport, read_saved, save, write_saved
from impact_metrics.publication.verification import MetricDifference, Verification
from impact_metrics.publication.verify import verify

__all__ = [
    "Layout",
    "Manifest",
    "MetricDifference",
    "SavedNumber",
    "SavedReport",
    "Verification",
    "read_saved",
    "save",
    "verify",
    "write_saved",
]
