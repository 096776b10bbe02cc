"""Polarity: whether a rule asks that something has not happened, so that what it counts can leave the figure again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.expressions import AtLeast, Condition, Exists, Not, children
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, RowCount, Share, Tally, Total
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distincts
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Iterator


def can_end(measure: Tally) -> bool:
    """Tell whether a subject or row that counts can stop to count at a later date, nothing being corrected."""
    match measure:
        case Count(population):
            return _population(population, positive=True)
        case RowCount(rows):
            return _condition(rows.condition, positive=True)
        case Total(_, condition):
            return _condition(condition, positive=True)
        case _:
            assert_never(measure)


def _population(population: Population[Any], *, positive: bool) -> bool:
    match population:
        case Distinct():
            # A population that is taken away ends a membership simply by beginning to hold.
            return not positive or _condition(population.condition, positive=True)
        case Both(items) | Either(items):
            return any(_population(item, positive=positive) for item in items)
        case Without(base, removed):
            return _population(base, positive=positive) or _population(removed, positive=not positive)
        case _:
            assert_never(population)


def _condition(condition: Condition, *, positive: bool) -> bool:
    if isinstance(condition, Not):
        return _condition(condition.item, positive=not positive)
    if isinstance(condition, Exists | AtLeast) and not positive:
        return True
    return any(_condition(child, positive=positive) for child in children(condition))


def conditions_of(measure: Measure) -> Iterator[Condition]:
    """Give every condition of a measure that is not inside another."""
    match measure:
        case Count(population):
            for distinct in distincts(population):
                yield distinct.condition
        case Listing(entries):
            yield entries.condition
        case Share() | FollowUp() | Funnel() | TimeBetween() | PairedChange():
            for population in measure.populations:
                for distinct in distincts(population):
                    yield distinct.condition
        case RowCount(rows):
            yield rows.condition
        case Total(_, condition):
            yield condition
        case _:
            assert_never(measure)
