"""Publication: what leaves the organisation, safe to be read by anybody, and what can be checked years later."""

from impact_metrics.publication.layout import Layout
from impact_metrics.publication.manifest import Audience, Manifest

__all__ = ["Audience", "Layout", "Manifest"]
