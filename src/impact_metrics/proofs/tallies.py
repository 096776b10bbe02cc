"""What proofs speak of where a metric is a share or rate: they decide whom something counts, and no quotient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.measures import Count, Share
from impact_metrics.rules.paired_change import PairedChange

if TYPE_CHECKING:
    from impact_metrics.rules.measures import Measure, Tally


def counted(measure: Measure) -> Tally:
    """Give what says whom a measure counts: of a share, those in its numerator.

    Raises ``RuleError`` for a follow-up rate, since the prover knows no months, and for a paired change, since it knows
    no differences of numbers.
    """
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
    return Count(measure.inside) if isinstance(measure, Share) else measure


def claimed(measure: Measure) -> Tally:
    """Give what a claim about a measure is about: of a share its denominator, and of a follow-up rate its cohort.

    Of a paired change, it is about everybody with a row for either end.
    """
    if isinstance(measure, FollowUp | PairedChange):
        return Count(measure.cohort)
    return Count(measure.denominator) if isinstance(measure, Share) else measure
