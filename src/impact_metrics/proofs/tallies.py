"""What proofs speak of where a metric is a share, rate or time: they decide whom something counts, and no quotient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.follow_up import FollowUp
from impact_metrics.rules.measures.funnel import Funnel
from impact_metrics.rules.measures.listing import Listing
from impact_metrics.rules.measures import Count, Share
from impact_metrics.rules.measures.paired_change import PairedChange
from impact_metrics.rules.measures.time_between import TimeBetween

if TYPE_CHECKING:
    from impact_metrics.rules.measures import Measure, Tally


def counted(measure: Measure) -> Tally:
    """Give what says whom a measure counts: of a share, those in its numerator, of a funnel those in its last stage.

    Raises ``RuleError`` for a follow-up rate, since the prover knows no months, for times, and for a paired change,
    since it knows no differences of numbers.
    """
    if isinstance(measure, TimeBetween):
        raise RuleError(
            "times are compared day by day, of which nothing is decided",
            where="proofs",
            hint="ask about a count of the cohort, or of the outcome",
        )
    if isinstance(measure, PairedChange):
        raise RuleError(
            "whom a paired change counts depends on differences of scores, of which nothing is decided",
            where="proofs",
            hint="ask about a count of those with a score before, or after",
        )
    if isinstance(measure, FollowUp):
        raise RuleError(
            "whom a follow-up rate counts depends on months of the calendar, of which nothing is decided",
            where="proofs",
            hint="ask about a count of its cohort, or of its outcome",
        )
    if isinstance(measure, Listing):
        return Count(measure.entries)
    return Count(measure.inside) if isinstance(measure, Share | Funnel) else measure


def claimed(measure: Measure) -> Tally:
    """Give what a claim about a measure is about.

    That is of a share its denominator, of a follow-up rate or a time its cohort, of a funnel its first stage, and of a
    paired change everybody with a row for either end.
    """
    if isinstance(measure, FollowUp | TimeBetween | PairedChange):
        return Count(measure.cohort)
    if isinstance(measure, Listing):
        return Count(measure.entries)
    return Count(measure.denominator) if isinstance(measure, Share | Funnel) else measure
