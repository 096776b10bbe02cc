"""Which events a constraint makes necessary: the graph that says whether one event can call for others for ever."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.expressions import AtLeast, Condition, Exists, Not, children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.model import Constraint

Need: TypeAlias = tuple[str, str]
"""Two names of event types: each event of the first kind may need one of the second."""


def needs(constraint: Constraint) -> frozenset[Need]:
    """Give an edge from U to T where the constraint says of every U that there must be some T.

    Every U is what the constraint is on, and whatever stands under an ``exists`` or ``at_least`` that must not hold;
    some T is what stands under one that must.
    """
    return frozenset(_needs(constraint.condition, positive=True, every=(constraint.row.record.name,)))


def _needs(condition: Condition, *, positive: bool, every: tuple[str, ...]) -> Iterator[Need]:
    if isinstance(condition, Not):
        yield from _needs(condition.item, positive=not positive, every=every)
        return
    if isinstance(condition, Exists | AtLeast):
        name = condition.row.record.name
        if positive:
            yield from ((one, name) for one in every)
        else:
            every = (*every, name)
    for child in children(condition):
        yield from _needs(child, positive=positive, every=every)


def is_acyclic(edges: Iterable[Need]) -> bool:
    """Tell whether no event can, through others, call for a further event of its own type."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for one, other in edges:
        sorter.add(one, other)
    try:
        sorter.prepare()
    except CycleError:
        return False
    return True
