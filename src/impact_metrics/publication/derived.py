"""What is worked out from the counts of a figure, as they are shown: shares with their intervals, medians and means."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.publication.disclosure import Status
from impact_metrics.publication.observations import Observation
from impact_metrics.rules.measures.parts import Nature, PartUnit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.publication.disclosure import Policy
    from impact_metrics.reports.results import Result
    from impact_metrics.rules.measures.parts import Part, Value


def behind_headline(result: Result, shown: Mapping[str, Observation], policy: Policy | None) -> Iterator[Observation]:
    """Give what is worked out for one figure to date; without a policy, from the exact numbers."""
    told, known = result.told, dict(shown)
    # What is divided is looked at first.
    for part in sorted(result.metric.measure.parts, key=lambda part: part.nature is Nature.QUOTIENT):
        if part.internal or part.name in known:
            continue
        match part.nature:
            case Nature.QUOTIENT:
                known[part.name] = _quotient(result, part, known)
            case Nature.MIDDLE | Nature.QUARTILE:
                known[part.name] = _statistic(result, part, told, policy)
            case _:
                enough = policy is None or int(told[part.behind] or 0) >= policy.threshold
                known[part.name] = _seen(result, part, told[part.name], told=enough)
    yield from (known[part.name] for part in result.metric.measure.parts if part.name in known.keys() - shown.keys())


def _seen(result: Result, part: Part, value: Value, *, told: bool, rounded: bool = False) -> Observation:
    status = Status.SUPPRESSED if not told else Status.ROUNDED if rounded else Status.EXACT
    return Observation(metric=result.metric, part=part.name, value=value if told else None, status=status)


def _quotient(result: Result, part: Part, shown: Mapping[str, Observation]) -> Observation:
    """Divide what is shown, so that a share tells no more than the counts do."""
    needed = {name: shown[name] for name in part.needs if name in shown}
    told = all(seen.value is not None for seen in needed.values())
    rounded = any(seen.status is Status.ROUNDED for seen in needed.values())
    assert part.by is not None  # noqa: S101 - a quotient says how it is worked out
    value = part.by({name: seen.value for name, seen in needed.items()}) if told else None
    return _seen(result, part, value, told=told, rounded=rounded)


def _statistic(result: Result, part: Part, told: Mapping[str, Value], policy: Policy | None) -> Observation:
    """Show a median, mean or quartile where enough subjects stand behind it; a mean to two places."""
    value = told[part.name]
    if policy is None:
        return _seen(result, part, value, told=True)
    least = policy.least_behind_median if part.nature is Nature.MIDDLE else policy.least_behind_quartiles
    coarse = part.unit is PartUnit.POINTS
    if coarse and isinstance(value, Decimal):
        value = value.quantize(Decimal("0.01"))
    return _seen(result, part, value, told=int(told[part.behind] or 0) >= least, rounded=coarse)
