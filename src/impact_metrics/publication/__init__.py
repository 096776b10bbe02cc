"""Publication: what leaves the house identifies nobody, can be made again, and fits the tools of those who read it."""

from impact_metrics.publication.differencing import differencing
from impact_metrics.publication.disclosure import COMPLEMENTARY, HOSPITAL, POLICIES, STRICT, Policy, Status
from impact_metrics.publication.drawn import Refusal
from impact_metrics.publication.edition import Audience, Edition
from impact_metrics.publication.observations import Observation

__all__ = [
    "COMPLEMENTARY",
    "HOSPITAL",
    "POLICIES",
    "STRICT",
    "Audience",
    "Edition",
    "Observation",
    "Policy",
    "Refusal",
    "Status",
    "differencing",
]
