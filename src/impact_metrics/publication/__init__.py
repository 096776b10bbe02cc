"""Publication: what leaves the house identifies nobody, can be made again, and fits the tools of those who read it."""

from impact_metrics.publication.differencing import differencing
from impact_metrics.publication.disclosure import COMPLEMENTARY, HOSPITAL, POLICIES, STRICT, Policy, Status
from impact_metrics.publication.drawn import Refusal
from impact_metrics.publication.edition import Audience, Edition
from impact_metrics.publication.layout import Layout
from impact_metrics.publication.manifest import Manifest
from impact_metrics.publication.numbers import SavedNumber
from impact_metrics.publication.observations import Observation
from impact_metrics.publication.pseudonyms import Pseudonyms
from impact_metrics.publication.released import released
from impact_metrics.publication.saved import SavedReport, read_saved, save, write_saved
from impact_metrics.publication.verification import MetricDifference, Verification
from impact_metrics.publication.verify import verify

__all__ = [
    "COMPLEMENTARY",
    "HOSPITAL",
    "POLICIES",
    "STRICT",
    "Audience",
    "Edition",
    "Layout",
    "Manifest",
    "MetricDifference",
    "Observation",
    "Policy",
    "Pseudonyms",
    "Refusal",
    "SavedNumber",
    "SavedReport",
    "Status",
    "Verification",
    "differencing",
    "read_saved",
    "released",
    "save",
    "verify",
    "write_saved",
]
