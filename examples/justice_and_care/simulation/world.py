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

    from impact_metrics.streams.versions import AnyRecord

T = TypeVar("T")

FIRST = date(2012, 1, 2)
LAST = date(2024, 12, 31)


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

    def persons(self, prefix: str, count: int) -> list[PersonId]:
        """Make people, with what is known of them; of one in eight nothing is."""
        people = [PersonId(self.number(prefix)) for _ in range(count)]
        for person in people:
            if self.dice.chance(0.12):
                continue
            sex = self.dice.pick((Sex.FEMALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE, Sex.MALE, None))
            born = date(1960, 1, 1) + timedelta(days=self.dice.below(52 * 365)) if self.dice.chance(0.7) else None
            group = None if born or self.dice.chance(0.3) else self.dice.pick((AgeGroup.CHILD, AgeGroup.ADULT))
            known = datetime(2012, 1, 1, tzinfo=UTC)
            self.records.append(KnownPerson(id=person, sex=sex, born_on=born, age_group=group, recorded_at=known))
        return people

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        """Give a day between two, later years being busier."""
        span = (last - first).days
        return first + timedelta(days=max(self.dice.below(span + 1), self.dice.below(span + 1)))

    def after(self, day: date, low: int, high: int) -> date:
        """Give a day so many days after another, at the latest the last day of all."""
        return min(day + timedelta(days=self.dice.between(low, high)), LAST)

    def recorded(self, day: date) -> datetime:
        """Say when a record of that day was made: mostly within three weeks, sometimes a year late."""
        delay = self.dice.between(200, 500) if self.dice.chance(0.02) else self.dice.below(21)
        return at(day + timedelta(days=delay), 9 + self.dice.below(8))


def at(day: date, hour: int = 12) -> datetime:
    """Give a moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
