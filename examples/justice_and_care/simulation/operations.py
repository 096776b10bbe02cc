"""Operations: victims are removed from exploitation and suspects are arrested, with our teams' support or without."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING

import attrs

from impact_metrics import PersonId
from impact_metrics.anti_trafficking import (
    Arrest,
    Exploitation,
    Intervention,
    MeansOfControl,
    OperationalSupport,
    OperationId,
)
from simulation.world import LAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.world import World

Support = frozenset[OperationalSupport] | None

COUNTED = (OperationalSupport.INTELLIGENCE, OperationalSupport.TACTICAL_ADVICE, OperationalSupport.DIRECT_ASSISTANCE)
NOT_COUNTED: tuple[Support, ...] = (
    None,
    frozenset(),
    frozenset({OperationalSupport.EQUIPMENT}),
    frozenset({OperationalSupport.TRAINING}),
)
VICTIM_AGES = (5, 45)
SUSPECT_AGES = (19, 62)


@attrs.frozen
class Operation:
    """One operation: its day, and the victims who were found."""

    number: OperationId | None
    day: date
    victims: tuple[PersonId, ...]


@attrs.frozen
class Gang:
    """The suspects arrested around one operation, each with the day of the first arrest."""

    operation: Operation
    arrested: dict[PersonId, date]

    @property
    def last_arrest(self) -> date:
        """The day by which all of them had been arrested."""
        return max(self.arrested.values())


def counted_support(world: World) -> Support:
    """Give help of a kind that the definitions name, sometimes with help of another kind beside it."""
    kinds = {world.dice.pick(COUNTED)}
    if world.dice.chance(0.3):
        kinds.add(world.dice.pick(COUNTED))
    if world.dice.chance(0.15):
        kinds.add(OperationalSupport.TRAINING)
    return frozenset(kinds)


def rescue(world: World, count: int, *, supported: bool) -> list[Operation]:
    """Remove so many people from exploitation, one to fourteen at a time."""
    operations: list[Operation] = []
    while count:
        day = world.day()
        victims = world.persons("V", day, VICTIM_AGES, min(count, world.dice.between(1, 14)))
        count -= len(victims)
        operations.append(intervene(world, victims, day, supported=supported))
    return operations


def intervene(world: World, victims: Sequence[PersonId], day: date, *, supported: bool) -> Operation:
    """Record one intervention; what was found is not always known."""
    found = world.dice.sample(list(Exploitation), world.dice.between(1, 2)) if world.dice.chance(0.85) else None
    control = world.dice.sample(list(MeansOfControl), world.dice.between(1, 3)) if world.dice.chance(0.7) else None
    operation = Operation(OperationId(world.number("OP")) if world.dice.chance(0.8) else None, day, tuple(victims))
    world.add(
        Intervention(
            id=world.event_id("I"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            victims=frozenset(victims),
            operation=operation.number,
            support=counted_support(world) if supported else world.dice.pick(NOT_COUNTED),
            exploitation=None if found is None else frozenset(found),
            control=None if control is None else frozenset(control),
            country=world.dice.pick(("BD", "BD", "IN", "IN", "IN", "GB", "RO", None)),
        )
    )
    return operation


def arrest(
    world: World, suspect: PersonId, day: date, support: Support, operation: OperationId | None = None
) -> Arrest:
    """Record one arrest."""
    made = Arrest(
        id=world.event_id("A"),
        occurred_on=day,
        recorded_at=world.recorded(day),
        suspect=suspect,
        operation=operation,
        support=support,
    )
    world.add(made)
    return made


def arrest_suspects(world: World, operations: list[Operation], count: int, *, supported: bool) -> list[Gang]:
    """Arrest so many people around operations, all with support that counts or all without; some of them twice."""
    gangs: list[Gang] = []
    for operation in cycle(world.dice.sample(operations, len(operations))):
        size = min(count, world.dice.between(1, 4))
        count -= size
        suspects = world.persons("S", operation.day, SUSPECT_AGES, size)
        gangs.append(Gang(operation, {suspect: _arrest_day(world, operation) for suspect in suspects}))
        for suspect, day in gangs[-1].arrested.items():
            support = counted_support(world) if supported else world.dice.pick(NOT_COUNTED)
            arrest(world, suspect, day, support, operation.number)
            _arrest_again(world, suspect, day, supported=supported)
        if not count:
            break
    return gangs


def _arrest_day(world: World, operation: Operation) -> date:
    on_the_day = world.dice.chance(0.7)
    return operation.day if on_the_day else min(world.after(operation.day, 1, 40), LAST)


def _arrest_again(world: World, suspect: PersonId, day: date, *, supported: bool) -> None:
    """Some are arrested again; of those arrested with support, some the second time without."""
    if supported and world.dice.chance(0.06):
        arrest(world, suspect, world.after(day, 30, 900), counted_support(world))
    if world.dice.chance(0.05):
        arrest(world, suspect, world.after(day, 30, 900), world.dice.pick(NOT_COUNTED))
