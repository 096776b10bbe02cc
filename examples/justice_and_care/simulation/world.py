"""What every part of the simulation shares: dice, dates, ids, and the growing list of records."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from impact_metrics import EventId, PersonId
from impact_metrics.anti_trafficking import AgeGroup, KnownPerson, Sex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics import Event
    from impact_metrics.streams.versions import AnyRecord

T = TypeVar("T")

FIRST = date(2012, 1, 2)
LAST = date(2024, 12, 31)
ADULT = 18 * 365 + 5
"""Days in eighteen years, about."""

SEXES = {
    "V": (Sex.FEMALE,) * 13 + (Sex.MALE,) * 5 + (Sex.OTHER, None),
    "S": (Sex.FEMALE,) * 4 + (Sex.MALE,) * 15 + (None,),
    "P": (Sex.FEMALE,) * 9 + (Sex.MALE,) * 9 + (Sex.OTHER, None),
    "Q": (Sex.FEMALE,) * 12 + (Sex.MALE,) * 7 + (None,),
}
"""How often each sex is recorded of victims, suspects, professionals and people at risk."""


class Dice:
    """Chance that falls alike everywhere: all of it is made from ``random()``, whose numbers Python keeps stable."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing here is secret

    def below(self, end: int) -> int:
        """Give a whole number from 0 up to, not including, ``end``."""
        return int(self._random.random() * end)

    def between(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self._random.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """Choose one."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Choose several, each at most once."""
        pool = list(items)
        for position in range(count):
            other = position + self.below(len(pool) - position)
            pool[position], pool[other] = pool[other], pool[position]
        return pool[:count]


class World:
    """The records so far, and the means to make more."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self.records: list[AnyRecord] = []
        self._numbers: Counter[str] = Counter()

    def number(self, prefix: str) -> str:
        """Give the next id of a kind: ``S-00001``."""
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:05}"

    def event_id(self, prefix: str) -> EventId:
        """Give the next id of an event."""
        return EventId(self.number(prefix))

    def person(self, prefix: str, day: date, ages: tuple[int, int]) -> PersonId:
        """Make a person of some age on a day, with what is known of it; of one in eight nothing is known."""
        person = PersonId(self.number(prefix))
        born = date(day.year - self.dice.between(*ages), 1, 1) + timedelta(days=self.dice.below(365))
        sex = self.dice.pick(SEXES[prefix])
        age_known = self.dice.chance(0.7)
        group = AgeGroup.CHILD if (day - born).days < ADULT else AgeGroup.ADULT
        if not self.dice.chance(0.12):
            self.records.append(
                KnownPerson(
                    id=person,
                    sex=sex,
                    born_on=born if age_known else None,
                    age_group=None if age_known or self.dice.chance(0.3) else group,
                    recorded_at=self.recorded(day, prompt=True),
                )
            )
        return person

    def persons(self, prefix: str, day: date, ages: tuple[int, int], count: int) -> list[PersonId]:
        """Make several people."""
        return [self.person(prefix, day, ages) for _ in range(count)]

    def add(self, event: Event) -> None:
        """Record an event, unless it lies after the last day: then it has not happened yet."""
        if event.occurred_on <= LAST:
            self.records.append(event)

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        """Give a day between two, later years being busier."""
        span = (last - first).days
        return first + timedelta(days=max(self.dice.below(span + 1), self.dice.below(span + 1)))

    def after(self, day: date, low: int, high: int) -> date:
        """Give a day so many days after another; it may lie after the last day."""
        return day + timedelta(days=self.dice.between(low, high))

    def recorded(self, day: date, *, prompt: bool = False) -> datetime:
        """Say when a record of that day was made: mostly within three weeks, sometimes (unless prompt) a year late."""
        late = self.dice.chance(0.02) and not prompt
        delay = self.dice.between(200, 500) if late else self.dice.below(21)
        return at(day + timedelta(days=delay), 9 + self.dice.below(8))


def at(day: date, hour: int = 12) -> datetime:
    """Give a moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
