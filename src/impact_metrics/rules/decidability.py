"""Decidability: whether proofs about a rule are exact, and why not where they are not.

To refute a claim is to find a stream. A rule that asks for an event, for every event of another type, makes the search
go on to that one; where this leads round in a circle of event types, the search may have no end, and a proof may have
to say that it does not know. Everything else is decided exactly, one way or the other.
"""

from __future__ import annotations

import itertools
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs

from impact_metrics.expressions import AtLeast, Condition, Exists, Not, Row, children
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.model import Constraint
    from impact_metrics.rules.measures import Measure

Asking: TypeAlias = tuple[str, str]
"""For every event of the first type, an event of the second type is asked for."""


@attrs.frozen
class Exactness:
    """Whether claims about whom a rule counts are decided; ``reasons`` say why not, one a circle of event types.

    Figures are another matter: whether one is at most another, or falls, may stay open where it is not so one by one.
    """

    reasons: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.exact:
            return "Every claim about whom it counts is decided exactly."
        return f"Some claims about it may stay undecided: {'; '.join(self.reasons)}."


def exactness(*measures: Measure, constraints: Iterable[Constraint] = ()) -> Exactness:
    """Tell whether claims about a measure, or several together, are decided for streams that keep the constraints.

    Two measures that are exact each may together ask in a circle.
    """
    asked = {edge for measure in measures for edge in asked_by(measure)}
    for constraint in constraints:
        asked.update(asked_by_constraint(constraint))
    reasons = [
        "it asks, in a circle, "
        + ", ".join(f"for another {end} for every {start}" for start, end in itertools.pairwise(circle))
        for circle in _circles(asked)
    ]
    reasons += dict.fromkeys(measure.undecided for measure in measures if measure.undecided)
    return Exactness(tuple(reasons))


def asked_by(measure: Measure) -> Iterator[Asking]:
    """Give what a measure asks for, of those whom it counts and of those whom it does not."""
    for holds in (True, False):
        for population in measure.every_population:
            yield from _population(population, holds=holds)
        for lines in measure.every_line:
            yield from asked(lines.condition, holds=holds)


def asked_by_constraint(constraint: Constraint) -> Iterator[Asking]:
    """Give what a constraint asks for: of each event, and on the day of each event that it denies."""
    under = {constraint.row.record.name, *(row.record.name for row in denied(constraint.condition))}
    yield from asked(constraint.condition, under=frozenset(under))


def asked(condition: Condition, *, holds: bool = True, under: frozenset[str] = frozenset()) -> Iterator[Asking]:
    """Give what a condition (``holds=False``: its opposite) asks for under 'for every event' of some types."""
    match condition:
        case Not(item):
            yield from asked(item, holds=not holds, under=under)
        case Exists() | AtLeast():
            name = condition.row.record.name
            if holds:
                yield from ((outer, name) for outer in sorted(under))
            yield from asked(condition.condition, holds=holds, under=under if holds else under | {name})
        case _:
            for child in children(condition):
                yield from asked(child, holds=holds, under=under)


def denied(condition: Condition, *, holds: bool = True) -> Iterator[Row]:
    """Give the rows of which a condition (or its opposite) says that there is none, or not so many."""
    if isinstance(condition, Not):
        yield from denied(condition.item, holds=not holds)
        return
    if isinstance(condition, Exists | AtLeast) and not holds:
        yield condition.row
    for child in children(condition):
        yield from denied(child, holds=holds)


def _population(population: Population[Any], *, holds: bool) -> Iterator[Asking]:
    match population:
        case Distinct():
            under = frozenset() if holds else frozenset({population.row.record.name})
            yield from asked(population.condition, holds=holds, under=under)
        case Both(items) | Either(items):
            for item in items:
                yield from _population(item, holds=holds)
        case Without(base, removed):
            yield from _population(base, holds=holds)
            yield from _population(removed, holds=not holds)
        case _:
            assert_never(population)


def _circles(edges: Iterable[Asking]) -> Iterator[tuple[str, ...]]:
    """Give a shortest way from each type back to itself, each circle once."""
    ahead: dict[str, list[str]] = {}
    for start, end in sorted(set(edges)):
        ahead.setdefault(start, []).append(end)
    seen: set[frozenset[str]] = set()
    for start in ahead:
        ways: list[tuple[str, ...]] = [(start,)]
        while ways:
            way, *ways = ways
            for end in ahead.get(way[-1], ()):
                if end == start:
                    if frozenset(way) not in seen:
                        seen.add(frozenset(way))
                        yield (*way, start)
                    ways = []
                    break
                if end not in way:
                    ways.append((*way, end))


def goes_round(edges: Iterable[Asking]) -> bool:
    """Tell whether asking leads from some type back to itself."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        sorter.add(start, end)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False
