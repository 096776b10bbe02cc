"""What the rows of statements say, of whichever types a database gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.shares import Parts, Standing
from impact_metrics.engines.times import Ending
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.measures import Total
from impact_metrics.values import NumberKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from impact_metrics.rules.follow_up import FollowUp
    from impact_metrics.rules.measures import RowCount, Share


def sum_of(measure: RowCount | Total, total: Any) -> int | Decimal:  # noqa: ANN401 - what a database gives
    """Give a sum, 0 where there is nothing; that of whole numbers is one, however a database holds it."""
    decimal = isinstance(measure, Total) and measure.field.spec.kind == NumberKind(decimal=True)
    return (total or 0) if decimal else int(total or 0)


def standing_in(numerator: int, denominator: int, unknown: int, not_yet_due: int, early: int, _lost: int) -> Standing:
    """Read where a subject stands from its flags."""
    if not_yet_due:
        return Standing.EARLY if early else Standing.NOT_YET_DUE
    if numerator:
        return Standing.NUMERATOR
    if unknown:
        return Standing.UNKNOWN
    return Standing.DENOMINATOR if denominator else Standing.LOST


def ending_in(ended: int, not_yet: int, _lost: int) -> Ending:
    """Read how the time of a subject ended from its flags."""
    return Ending.OUTCOME if ended else Ending.NOT_YET if not_yet else Ending.LOST


def life_row(row: Sequence[Any]) -> tuple[int, int, int, int]:
    """Read a row of a life table, of whichever type a database gives sums."""
    days, ended, not_yet, lost = map(int, row)
    return days, ended, not_yet, lost


def parts_in(measure: Share | FollowUp | Funnel, numbers: Sequence[int]) -> Parts:
    """Read what a share, rate or funnel is made of from the numbers of its columns."""
    if isinstance(measure, Funnel):
        return Parts.staged(numbers)
    numerator, denominator, *others = numbers
    return Parts.told(measure, numerator, denominator, *others)
