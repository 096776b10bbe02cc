"""Relations between metrics in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.rules.invariants import AtMost, CoveredBy, Disjoint, Equivalent, Monotone, Satisfiable, Subset

if TYPE_CHECKING:
    from impact_metrics.rules import Invariant


def words_around(invariant: Invariant) -> tuple[str, ...]:
    """Give the words before each metric that an invariant names, and those behind the last."""
    match invariant:
        case Subset():
            return "Everybody counted by ", " is counted by ", ""
        case AtMost():
            return "The figure of ", " is at most that of ", ""
        case Disjoint():
            return "Nobody is counted both by ", " and by ", ""
        case Equivalent():
            return "The same are counted by ", " and by ", ""
        case CoveredBy(wholes=wholes):
            return "Everybody counted by ", " is counted by ", *[" or by "] * (len(wholes) - 1), ""
        case Monotone():
            return "The figure of ", " never falls when events are added"
        case Satisfiable():
            return "The figure of ", " can be other than zero"
        case _:
            assert_never(invariant)
