"""Mending: one broken constraint after another, until none is."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from impact_metrics.testing.repair.ways import Search
from impact_metrics.testing.repair.world import Broken, World, broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from impact_metrics.model import Model

OPTIONS = 6
"""How many ways to mend one event are compared."""

ATTEMPTS = 3
"""How often an event that keeps breaking the same constraint is mended, each time in another way."""

STEPS = 150
"""How far the search for ways goes."""


def mended(world: World, model: Model, recorded_at: datetime | None) -> World:
    """Give a world in which every constraint holds at every date; only what is changeable differs.

    It ends: there is a limit to how much is mended and to how many events are added, and then events are left out.
    What was there before (without the changeable events, and with the versions that they correct) must satisfy the
    constraints.
    """
    given = world.events.keys()
    attempts: Counter[tuple[str, str]] = Counter()
    limit = 2 * len(world.changeable) + OPTIONS
    types = {event.__record__: event for event in model.events}
    while found := broken(world, model.constraints):
        first = found[0]
        key = first.constraint.id, first.name
        option = None
        if attempts[key] < ATTEMPTS and attempts.total() < 2 * limit:
            there = frozenset(world.events)
            search = Search(
                day=first.day,
                there=there,
                types=types,
                recorded_at=recorded_at,
                room=len(given) + limit,
                steps=STEPS,
            )
            option = _chosen(_ways(search, world, first), found, there, model, passed_over=attempts[key])
            attempts[key] += 1
        world = _less(world, first, model) if option is None else option
    return _without_needless(world, model, [name for name in world.events if name not in given])


def _without_needless(world: World, model: Model, added: Sequence[str]) -> World:
    """Leave out those of the added events that nothing needs, such as those for an event that was left out later."""
    for name in reversed(added):
        less = world.without(name)
        if not broken(less, model.constraints):
            world = less
    return world


def _chosen(
    ways: Iterator[World], found: Sequence[Broken], there: Collection[str], model: Model, *, passed_over: int
) -> World | None:
    """Choose the first way after which less is broken, else the one after which least is, or ``None`` without any.

    What new events break does not count: it can be mended in its turn. So many ways are passed over as were tried
    before.
    """
    others: list[tuple[int, int, World]] = []
    for number, option in enumerate(islice(ways, OPTIONS)):
        left = sum(one.name in there for one in broken(option, model.constraints))
        if left >= len(found):
            others.append((left, number, option))
        elif passed_over:
            passed_over -= 1
        else:
            return option
    ranked = sorted(others, key=lambda item: item[:2])
    return ranked[passed_over][2] if passed_over < len(ranked) else None


def _ways(search: Search, world: World, one: Broken) -> Iterator[World]:
    """Give the ways to mend an event: what is required is brought about, or it does not have to hold."""
    binding = {one.constraint.row: one.name}
    ways = chain(
        search.ways(world, one.constraint.require, binding),
        search.ways(world, one.constraint.when, binding, wanted=False),
    )
    return (way for way in ways if one.is_mended(way))


def _less(world: World, one: Broken, model: Model) -> World:
    """Leave an event out: the one that breaks the constraint, or one that makes another break it, or all."""
    if one.name in world.changeable:
        return world.without(one.name)
    options = [option for name in sorted(world.changeable) if one.is_mended(option := world.without(name))]
    if options:
        return min(options, key=lambda option: len(broken(option, model.constraints)))
    for name in sorted(world.changeable):
        world = world.without(name)
    return world
