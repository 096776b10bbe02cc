"""Interventions and arrests: supported by our teams, or not, or only with equipment or training."""

from __future__ import annotations

from datetime import date
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

if TYPE_CHECKING:
    from simulation.world import World

Support = frozenset[OperationalSupport] | None

COUNTED = (OperationalSupport.INTELLIGENCE, OperationalSupport.TACTICAL_ADVICE, OperationalSupport.DIRECT_ASSISTANCE)
NOT_COUNTED: tuple[Support, ...] = (
    None,
    frozenset(),
    frozenset({OperationalSupport.EQUIPMENT}),
    frozenset({OperationalSupport.TRAINING}),
)


def counted_support(world: World) -> Support:
    """Give help of a kind that the definitions name, sometimes with help of another kind beside it."""
    kinds = {world.dice.pick(COUNTED)}
    if world.dice.chance(0.3):
        kinds.add(world.dice.pick(COUNTED))
    if world.dice.chance(0.15):
        kinds.add(OperationalSupport.TRAINING)
    return frozenset(kinds)


@attrs.frozen
class Suspects:
    """The people arrested: with counted support, and without; each with the day of the first arrest."""

    supported: dict[PersonId, date]
    unsupported: dict[PersonId, date]


def rescue(world: World, people: list[PersonId], *, supported: bool) -> None:
    """Remove people from exploitation, one to fourteen at a time."""
    position = 0
    while position < len(people):
        victims = people[position : position + world.dice.between(1, 14)]
        position += len(victims)
        intervene(world, victims, supported=supported)


def intervene(world: World, victims: list[PersonId], *, supported: bool) -> None:
    """Record one intervention; what was found is not always known."""
    day = world.day()
    found = world.dice.sample(list(Exploitation), world.dice.between(1, 2)) if world.dice.chance(0.85) else None
    control = world.dice.sample(list(MeansOfControl), world.dice.between(1, 3)) if world.dice.chance(0.7) else None
    world.records.append(
        Intervention(
            id=world.event_id("I"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            victims=frozenset(victims),
            operation=OperationId(world.number("OP")) if world.dice.chance(0.8) else None,
            support=counted_support(world) if supported else world.dice.pick(NOT_COUNTED),
            exploitation=None if found is None else frozenset(found),
            control=None if control is None else frozenset(control),
            country=world.dice.pick(("BD", "IN", "GB", "RO", None)),
        )
    )


def arrest(world: World, suspect: PersonId, day: date, support: Support) -> Arrest:
    """Record one arrest."""
    made = Arrest(
        id=world.event_id("A"), occurred_on=day, recorded_at=world.recorded(day), suspect=suspect, support=support
    )
    world.records.append(made)
    return made


def arrest_suspects(world: World, supported: int, unsupported: int) -> Suspects:
    """Arrest so many people with support that counts, and so many without; some of each twice."""
    counted: dict[PersonId, date] = {}
    for suspect in world.persons("S", supported):
        counted[suspect] = day = world.day()
        arrest(world, suspect, day, counted_support(world))
        if world.dice.chance(0.06):
            arrest(world, suspect, world.after(day, 30, 900), counted_support(world))
        if world.dice.chance(0.04):
            arrest(world, suspect, world.after(day, 30, 900), world.dice.pick(NOT_COUNTED))
    others: dict[PersonId, date] = {}
    for suspect in world.persons("S", unsupported):
        others[suspect] = day = world.day()
        arrest(world, suspect, day, world.dice.pick(NOT_COUNTED))
        if world.dice.chance(0.1):
            arrest(world, suspect, world.after(day, 30, 900), world.dice.pick(NOT_COUNTED))
    return Suspects(counted, others)
