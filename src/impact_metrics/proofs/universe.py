"""The universe: places for all the events that a question and its constraints can ask for.

Every 'there is an event' that does not stand under a 'for every event' asks for one event. One that does asks for
another for each event that the 'for every' may mean: its witness belongs to the place in the rule, the stream, the
moment and *all the events bound around it*. Witnesses that merely share a name would turn two events into one, and
prove what is not so.

Where asking goes round in a circle of event types (every trial needs a later trial), the universe has no end. It is
then cut at a level, and ``cut`` says so.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import attrs
import z3

from impact_metrics.proofs.logic import Term
from impact_metrics.proofs.terms import Slot, Terms, event_sort
from impact_metrics.rules.decidability import Asking, goes_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.expressions import Row
    from impact_metrics.values import RecordType

MAX_SLOTS = 60
"""How many places there may be before asking is taken to go on for ever."""


@attrs.frozen
class World:
    """One stream that a question speaks of. Streams of one ``family`` agree on the events that they share."""

    name: str = "stream"
    family: str = "stream"

    def has(self, slot: Slot) -> Term:
        """The event is in the stream."""
        return _being_in(self.name, slot.record)(slot.term)


@cache
def _being_in(world: str, record: RecordType) -> Term:
    return z3.Function(f"in {world}: {record.name}", event_sort(record), z3.BoolSort())


@attrs.frozen
class Moment:
    """A date at which something is asked, with a name that tells it from others."""

    name: str
    day: Term


Bound: TypeAlias = "tuple[tuple[Row, Slot], ...]"


@attrs.frozen
class Scope:
    """Where in a question one stands: the stream, the moment, the events bound so far, and the way here.

    ``level`` is that of the witnesses asked for here, and ``under`` are the event types over which something is said of
    every event around here.
    """

    world: World
    moment: Moment
    bound: Bound = ()
    path: tuple[Hashable, ...] = ()
    level: int = 0
    under: frozenset[str] = frozenset()

    def at(self, *steps: Hashable) -> Scope:
        """Go on to a part of the question."""
        return attrs.evolve(self, path=(*self.path, *steps))

    def with_witness(self, row: Row, slot: Slot) -> Scope:
        """Bind a row to an event that was asked for."""
        return attrs.evolve(self, bound=(*self.bound, (row, slot)))

    def with_any(self, row: Row, slot: Slot) -> Scope:
        """Bind a row to an event about which something is said of every event of its type."""
        return self.under_any(slot).with_witness(row, slot)

    def under_any(self, slot: Slot) -> Scope:
        """Stand under a 'for every event', here the one in the slot."""
        under = self.under | {slot.record.name}
        return attrs.evolve(self, level=max(self.level, slot.level + 1), under=under)

    def slot_of(self, row: Row) -> Slot:
        """Give the event to which a row is bound."""
        return next(slot for bound, slot in self.bound if bound == row)

    def key(self, number: int) -> Hashable:
        """Give what a witness belongs to."""
        return (*self.path, self.world.name, self.moment.name, tuple(slot.name for _, slot in self.bound), number)


class Universe:
    """The places, by what they were asked for by."""

    def __init__(self, limit: int | None = None) -> None:
        """Start empty. With a limit, witnesses of a higher level are refused."""
        self.terms = Terms()
        self.cut = False
        self.written: dict[Hashable, tuple[object, Term]] = {}
        """What was written of comparisons, with the comparison itself, so that it stays the one of its identity."""
        self._limit = limit
        self._by_key: dict[Hashable, Slot] = {}
        self._by_type: dict[str, list[Slot]] = {}
        self._asked: set[Asking] = set()

    def slots(self, record: RecordType) -> Sequence[Slot]:
        """Give the places for events of a type."""
        return tuple(self._by_type.get(record.name, ()))

    @property
    def all_slots(self) -> list[Slot]:
        """Every place."""
        return [slot for slots in self._by_type.values() for slot in slots]

    def witness(self, record: RecordType, scope: Scope, number: int = 0) -> Slot | None:
        """Give the place for the event that is asked for here, or ``None`` where the universe is cut."""
        key = (record.name, scope.key(number))
        if key not in self._by_key:
            if not self._may_grow(record, scope):
                self.cut = True
                return None
            found = self._by_type.setdefault(record.name, [])
            self._by_key[key] = Slot(record, len(found), scope.level)
            found.append(self._by_key[key])
        return self._by_key[key]

    def _may_grow(self, record: RecordType, scope: Scope) -> bool:
        if self._limit is not None:
            return scope.level <= self._limit and len(self._by_key) < MAX_SLOTS
        self._asked.update((outer, record.name) for outer in scope.under)
        return not goes_round(self._asked) and len(self._by_key) < MAX_SLOTS

    @property
    def size(self) -> tuple[int, int]:
        """What tells whether the universe has grown."""
        return len(self._by_key), len(self.terms.all_ids())
