"""What proofs speak of where a metric is a share: they decide whom something counts, and no quotient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.rules.measures import Count, Share

if TYPE_CHECKING:
    from impact_metrics.rules.measures import Measure, Tally


def counted(measure: Measure) -> Tally:
    """Give what says whom a measure counts: of a share, those in its numerator."""
    return Count(measure.inside) if isinstance(measure, Share) else measure


def claimed(measure: Measure) -> Tally:
    """Give what a claim about a measure is about: of a share, those in its denominator."""
    return Count(measure.denominator) if isinstance(measure, Share) else measure
