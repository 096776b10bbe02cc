"""What happens to records afterwards: late entries, corrections, retractions and merges of persons.

Most of it becomes known between the spring of 2023 and the spring of 2024, about things that had happened by the end of
2022: so the figures for that day were published once, and are others now. None of it changes the figures to date beyond
the targets that the simulation was given.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from impact_metrics import PersonId, Retraction, SamePerson, revised
from impact_metrics.anti_trafficking import Arrest, OperationalSupport
from simulation.operations import arrest
from simulation.world import at

if TYPE_CHECKING:
    from impact_metrics import EventId
    from simulation.operations import Suspects
    from simulation.world import World

COUNTED = frozenset({OperationalSupport.INTELLIGENCE})
EQUIPMENT = frozenset({OperationalSupport.EQUIPMENT})
NEWS = date(2023, 5, 2)
"""From here on the news of the year comes in, a few days apart."""


def keep_books(world: World, suspects: Suspects) -> None:
    """Enter late arrests, correct, retract and merge."""
    _late(world, suspects)
    _corrections(world, suspects)
    _retractions(world)
    _merges(world, suspects)


def _replace(world: World, event_id: EventId, record: Arrest) -> None:
    position = next(number for number, found in enumerate(world.records) if found.id == event_id)
    world.records[position] = record


def _only_arrests(world: World, people: dict[PersonId, date], count: int) -> list[Arrest]:
    """Find people with exactly one record of arrest, of 2022 or before, and give that record."""
    records: dict[PersonId, list[Arrest]] = {}
    for record in world.records:
        if isinstance(record, Arrest):
            records.setdefault(record.suspect, []).append(record)
    found = [records[person][0] for person in people if len(records[person]) == 1]
    return [record for record in found if record.occurred_on < date(2023, 1, 1)][:count]


def _late(world: World, suspects: Suspects) -> None:
    """Ten arrests of the autumn of 2022 are recorded in 2023."""
    for number, record in enumerate(_only_arrests(world, suspects.supported, 10)):
        day = date(2022, 10, 3) + timedelta(days=number * 3)
        news = revised(record, occurred_on=max(day, record.occurred_on), recorded_at=at(NEWS + timedelta(days=number)))
        _replace(world, record.id, news)


def _corrections(world: World, suspects: Suspects) -> None:
    """Support is found out later, or turns out to have been equipment only."""
    for number, record in enumerate(_only_arrests(world, suspects.supported, 18)[10:]):
        assert record.recorded_at is not None  # noqa: S101 - the simulation records a moment everywhere
        early = min(record.recorded_at, at(date(2023, 1, 20)))
        _replace(world, record.id, revised(record, support=None, recorded_at=early))
        world.records.append(revised(record, recorded_at=at(NEWS + timedelta(days=20 + number))))
    for number, record in enumerate(_only_arrests(world, suspects.unsupported, 6)):
        assert record.recorded_at is not None  # noqa: S101 - see above
        early = min(record.recorded_at, at(date(2023, 1, 20)))
        _replace(world, record.id, revised(record, support=COUNTED, recorded_at=early))
        world.records.append(revised(record, support=EQUIPMENT, recorded_at=at(NEWS + timedelta(days=40 + number))))


def _retractions(world: World) -> None:
    """Seven arrests were entered in error, of people whom nobody arrested."""
    for number, person in enumerate(world.persons("S", 7)):
        made = arrest(world, person, date(2022, 3, 1) + timedelta(days=number * 9), COUNTED)
        _replace(world, made.id, revised(made, recorded_at=at(date(2022, 6, 1))))
        world.records.append(
            Retraction(
                id=world.event_id("W"),
                of=made.id,
                recorded_at=at(NEWS + timedelta(days=60 + number)),
                reason="entered for the wrong operation",
            )
        )


def _merges(world: World, suspects: Suspects) -> None:
    """Five suspects were known under two ids; one merge was a mistake, and is retracted."""
    people = [record.suspect for record in _only_arrests(world, suspects.supported, 40)[20:30]]
    for number, person in enumerate(people[:5]):
        (double,) = world.persons("S", 1)
        made = arrest(world, double, date(2022, 5, 2) + timedelta(days=number), COUNTED)
        _replace(world, made.id, revised(made, recorded_at=at(date(2022, 7, 1))))
        _same(world, double, person, NEWS + timedelta(days=80 + number))
    wrong = _same(world, people[5], people[6], NEWS + timedelta(days=90))
    world.records.append(
        Retraction(
            id=world.event_id("W"),
            of=wrong.id,
            recorded_at=at(date(2024, 6, 3)),
            reason="two people of one name",
        )
    )


def _same(world: World, person: PersonId, same_as: PersonId, day: date) -> SamePerson:
    made = SamePerson(id=world.event_id("M"), person=person, same_as=same_as, recorded_at=at(day))
    world.records.append(made)
    return made
