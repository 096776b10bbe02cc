"""The kinds of figure there are. A new kind is a file beside this one, and an entry here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from impact_metrics.rules.measures.average import Average, MedianOf
from impact_metrics.rules.measures.count import Count, RowCount
from impact_metrics.rules.measures.follow_up import FollowUp
from impact_metrics.rules.measures.funnel import Funnel
from impact_metrics.rules.measures.listing import Listing
from impact_metrics.rules.measures.paired_change import PairedChange
from impact_metrics.rules.measures.ratio import Ratio
from impact_metrics.rules.measures.share import Share
from impact_metrics.rules.measures.subject_table import SubjectTable
from impact_metrics.rules.measures.time_between import TimeBetween
from impact_metrics.rules.measures.total import Total

if TYPE_CHECKING:
    from impact_metrics.rules.measures.measure import Measure
    from impact_metrics.rules.populations import Population

KINDS: tuple[type[Measure], ...] = (
    Count,
    RowCount,
    Total,
    Share,
    FollowUp,
    TimeBetween,
    PairedChange,
    Funnel,
    Listing,
    Ratio,
    Average,
    MedianOf,
    SubjectTable,
)
"""Every kind, in the order in which documents name them."""

BY_NAME = {kind.kind: kind for kind in KINDS}
"""Every kind by its name in files."""

Tally: TypeAlias = Count | RowCount | Total
"""What is one number by itself: subjects or rows that are counted, or a sum over rows. Claims are about these."""

Proportion: TypeAlias = Share | FollowUp | Funnel | PairedChange
"""What is one number of subjects over another, and tells both."""

Timed: TypeAlias = TimeBetween | FollowUp
"""What watches each subject of a cohort from its own entry on, for an outcome."""


def population_of(measure: Measure) -> Population[Any] | None:
    """Give the population that a measure is about; ``None`` where it counts or sums rows.

    That is the one it counts or lists, of a share the denominator, of a follow-up rate or a time the cohort, of a
    funnel the first stage, and of a paired change everybody with a row for either end.
    """
    return None if measure.subjects is None else measure.subjects.population
