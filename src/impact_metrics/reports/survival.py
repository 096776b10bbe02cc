"""Survival curves: which part had not ended after so many days, as Kaplan and Meier (1958) estimate it.

They need the extra ``survival`` (SciPy). The median and the quartiles of a report come from the same estimate, in whole
numbers; SciPy adds how far chance alone may have moved it.
"""

from __future__ import annotations

import math
import warnings
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import missing_extra
from impact_metrics.reports.table import Column, Table, Tabular
from impact_metrics.rules import Metric
from impact_metrics.rules.measures.life_table import LifeTable
from impact_metrics.rules.measures.shares import PLACES
from impact_metrics.rules.measures.time_between import behind_times

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95


@attrs.frozen(kw_only=True)
class CurveStep:
    """What is estimated after so many days.

    ``at_risk`` were still watched on that day; of these, ``ended`` and ``censored`` (not yet ended, or lost) are
    watched no longer. ``survival`` is the part that has not ended after it, with the bounds of its interval: ``None``
    where nobody has ended yet, or everybody has, since the formula gives none there.
    """

    days: int
    at_risk: int
    ended: int
    censored: int
    survival: Decimal
    lower: Decimal | None
    upper: Decimal | None


@attrs.frozen(kw_only=True)
class Survival(Tabular):
    """The curve of a time or follow-up rate as at a date, a step for each day on which somebody ended or left.

    Of a follow-up rate, what ends is the time without the outcome, and whoever was followed to the end without it was
    watched for as many days as its months have at most. The interval is pointwise, at 95 % confidence, after Greenwood,
    on the scale of log(-log), so that it stays within 0 and 1. It speaks of chance alone.
    """

    metric: Metric
    as_at: date
    times: LifeTable
    steps: tuple[CurveStep, ...]

    def at(self, days: int) -> CurveStep | None:
        """Give the step that holds after so many days; ``None`` before the first one, where nobody has ended."""
        return next((step for step in reversed(self.steps) if step.days <= days), None)

    @property
    def table(self) -> Table:
        """The curve as a table, one row a step."""
        return Table(_COLUMNS, tuple(attrs.astuple(step) for step in self.steps))

    def __str__(self) -> str:
        """Lay the curve out for a terminal."""
        head = f"{self.metric.title} ({self.metric}), as at {self.as_at.isoformat()}"
        return f"{head}: {behind_times(self.times, self.metric.unit)}\n\n{self.table}"


_COLUMNS = (
    Column("days", "integer", "days since entry"),
    Column("at_risk", "integer", "how many were still watched on that day"),
    Column("ended", "integer", "how many of these ended on it"),
    Column("censored", "integer", "how many are watched no longer from it on, and had not ended"),
    Column("survival", "decimal", "the part that is estimated not to have ended after it"),
    Column("lower", "decimal", "the lower bound of its interval at 95 % confidence"),
    Column("upper", "decimal", "its upper bound"),
)


def survival(metric: Metric, as_at: date, times: LifeTable) -> Survival:
    """Estimate the curve of a life table. Raises ``MissingExtraError`` without the extra ``survival``."""
    estimated = _estimated(times)
    steps = (
        CurveStep(
            days=step.row.days,
            at_risk=step.at_risk,
            ended=step.row.ended,
            censored=step.row.leaving - step.row.ended,
            survival=part,
            lower=lower,
            upper=upper,
        )
        for step, (part, lower, upper) in zip(times.steps(), estimated, strict=True)
    )
    return Survival(metric=metric, as_at=as_at, times=times, steps=tuple(steps))


def _estimated(times: LifeTable) -> Sequence[tuple[Decimal, Decimal | None, Decimal | None]]:
    """Ask SciPy for the part that remains after each row, with its interval."""
    try:
        from scipy.stats import CensoredData, ecdf  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("estimating survival curves", "scipy", "survival") from None
    ended = [row.days for row in times.rows for _ in range(row.ended)]
    censored = [row.days for row in times.rows for _ in range(row.leaving - row.ended)]
    curve = ecdf(CensoredData(uncensored=ended, right=censored)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that there is no interval at 0 and 1, which we say ourselves
        interval = curve.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    values = (column.probabilities.tolist() for column in (curve, interval.low, interval.high))
    return [(_rounded(part), _bound(low), _bound(high)) for part, low, high in zip(*values, strict=True)]


def _bound(value: float) -> Decimal | None:
    return None if math.isnan(value) else _rounded(value)


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(PLACES)
