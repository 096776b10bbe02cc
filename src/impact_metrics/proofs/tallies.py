"""What proofs speak of where a metric is a share, rate or time: they decide whom something counts, and no quotient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures import Count, RowCount, Total, population_of

if TYPE_CHECKING:
    from impact_metrics.rules.measures import Measure, Tally


def counted(measure: Measure) -> Tally:
    """Give what says whom a measure counts: of a share, those in its numerator, of a funnel those in its last stage.

    Raises ``RuleError`` for a kind of which that is not decided, such as a follow-up rate, since the prover knows no
    months.
    """
    if isinstance(measure, RowCount | Total):
        return measure
    if measure.counted is None:
        problem, hint = measure.whom_undecided
        raise RuleError(problem, where="proofs", hint=hint)
    return Count(measure.counted)


def claimed(measure: Measure) -> Tally:
    """Give what a claim about a measure is about.

    That is of a share its denominator, of a follow-up rate or a time its cohort, of a funnel its first stage, and of a
    paired change everybody with a row for either end.
    """
    if isinstance(measure, RowCount | Total):
        return measure
    population = population_of(measure)
    return counted(measure) if population is None else Count(population)
