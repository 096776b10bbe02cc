"""Polarity: whether a rule asks that something has not happened, so that what it counts can leave the figure again."""

from __future__ import annotations

from typing import Any, assert_never

from impact_metrics.expressions import AtLeast, Condition, Exists, Not, children
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without


def members_can_leave(population: Population[Any], *, positive: bool = True) -> bool:
    """Tell whether a member can stop being one at a later date, nothing being corrected."""
    match population:
        case Distinct():
            # A population that is taken away ends a membership simply by beginning to hold.
            return not positive or can_stop_to_hold(population.condition)
        case Both(items) | Either(items):
            return any(members_can_leave(item, positive=positive) for item in items)
        case Without(base, removed):
            return members_can_leave(base, positive=positive) or members_can_leave(removed, positive=not positive)
        case _:
            assert_never(population)


def can_stop_to_hold(condition: Condition, *, positive: bool = True) -> bool:
    """Tell whether a condition that holds can stop to hold at a later date."""
    if isinstance(condition, Not):
        return can_stop_to_hold(condition.item, positive=not positive)
    if isinstance(condition, Exists | AtLeast) and not positive:
        return True
    return any(can_stop_to_hold(child, positive=positive) for child in children(condition))
