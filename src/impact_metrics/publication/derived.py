"""What is worked out from the counts of a figure, as they are shown: shares with their intervals, medians and means."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.rules.measures.standing import ratio
from impact_metrics.publication.disclosure import Status
from impact_metrics.publication.headlines import countable
from impact_metrics.publication.observations import Observation
from impact_metrics.rules.measures.wilson import wilson
from impact_metrics.rules import FollowUp, Funnel, PairedChange, RowCount, Share, TimeBetween, Total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.publication.disclosure import Policy
    from impact_metrics.reports.results import Result


def behind_headline(result: Result, shown: Mapping[str, Observation], policy: Policy | None) -> Iterator[Observation]:
    """Give what is worked out for one figure to date; without a policy, from the exact numbers."""
    match result.metric.measure:
        case Share() | FollowUp() | Funnel() | PairedChange():
            yield from _share(result, shown)
            yield from _mean(result, policy)
        case TimeBetween():
            yield from _median(result, policy)
        case Total() | RowCount() if not countable(result.value):
            enough = policy is None or (result.rows or 0) >= policy.threshold
            yield _seen(result, "value", result.value, told=enough)


def _seen(result: Result, part: str, value: int | Decimal | None, *, told: bool, rounded: bool = False) -> Observation:
    status = Status.SUPPRESSED if not told else Status.ROUNDED if rounded else Status.EXACT
    return Observation(metric=result.metric, part=part, value=value if told else None, status=status)


def _share(result: Result, shown: Mapping[str, Observation]) -> Iterator[Observation]:
    """Divide what is shown, so that a share tells no more than the two counts do."""
    stages = sorted((name for name in shown if name.startswith("stage_")), key=lambda name: int(name[6:]))
    top, whole = (stages[-1], stages[0]) if stages else ("numerator", "denominator")
    numbers = shown[top].value, shown[whole].value
    told = None not in numbers
    rounded = Status.ROUNDED in {shown[top].status, shown[whole].status}
    number, of = (int(value or 0) for value in numbers)
    yield _seen(result, "share", ratio(number, of), told=told, rounded=rounded)
    bounds = wilson(number, of) or (None, None)
    for part, bound in zip(("lower", "upper"), bounds, strict=True):
        yield _seen(result, part, bound, told=told, rounded=rounded)


def _mean(result: Result, policy: Policy | None) -> Iterator[Observation]:
    changes = None if result.parts is None else result.parts.changes
    if changes is not None:
        enough = policy is None or changes.paired >= policy.least_behind_median
        mean = changes.mean
        if policy is not None and mean is not None:
            mean = mean.quantize(Decimal("0.01"))
        yield _seen(result, "mean_change", mean, told=enough, rounded=policy is not None)


def _median(result: Result, policy: Policy | None) -> Iterator[Observation]:
    times = result.times
    assert times is not None  # noqa: S101 - times tell their life table
    yield _seen(result, "median", times.median, told=policy is None or times.ended >= policy.least_behind_median)
    enough = policy is None or times.ended >= policy.least_behind_quartiles
    for part, days in zip(("lower_quartile", "upper_quartile"), times.quartiles, strict=True):
        yield _seen(result, part, days, told=enough)
