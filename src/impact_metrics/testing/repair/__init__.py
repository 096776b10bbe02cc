"""Making a stream satisfy the constraints of its model, by mending what breaks them rather than by rejecting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.model import Event, Person
from impact_metrics.streams import Stream
from impact_metrics.streams.versions import moment
from impact_metrics.testing.repair.mending import mended
from impact_metrics.testing.repair.world import World, broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impact_metrics.model import Model
    from impact_metrics.streams import KnownView
    from impact_metrics.streams.versions import AnyRecord


def satisfying(model: Model, records: Iterable[AnyRecord]) -> list[AnyRecord]:
    """Give records that satisfy every constraint at every date, as known at every moment.

    Records are taken moment by moment, in the order in which they were made. Events and corrections that break a
    constraint, or make an event known before break one, are mended: the event that is asked for is added (recorded at
    the same moment), a value is changed, or, as the last resort, the event or correction is left out. A retraction or
    merge after which a constraint would be broken is left out. What was recorded before stays as it is.

    The result depends on nothing but the records. Raises what ``Stream`` raises for records that contradict each other.
    """
    taken = list(Stream(records))
    names = frozenset(record.id for record in taken)
    kept: list[AnyRecord] = []
    for when in sorted({moment(record) for record in taken}):
        made = [record for record in taken if moment(record) == when]
        for record in made:
            if isinstance(record, Person) or (not isinstance(record, Event) and _is_valid(model, [*kept, record])):
                kept.append(record)
        events = [record for record in made if isinstance(record, Event)]
        if events:
            kept.extend(_mended_events(model, kept, events, names))
    return kept


def _mended_events(
    model: Model, kept: Sequence[AnyRecord], events: Sequence[Event], names: frozenset[str]
) -> list[Event]:
    """Give what becomes of events that are made at one moment, with those that had to be added."""
    view = Stream([*kept, *events]).known()
    known = _by_id(view)
    # What is withdrawn at the same moment is not known, so that nothing can be wrong with it.
    unknown = [event for event in events if event.id not in known]
    fresh = frozenset(event.id for event in events) & known.keys()
    world = World(
        events=known,
        changeable=fresh,
        before={name: event for name, event in _by_id(Stream(kept).known()).items() if name in fresh},
        canonical=view.canonical,
        taken=names | {record.id for record in kept},
    )
    after = mended(world, model, events[0].recorded_at)
    return [*unknown, *(event for name, event in after.events.items() if name in after.changeable)]


def _by_id(view: KnownView) -> Mapping[str, Event]:
    """Give the events of a view in the order of their ids."""
    events = [event for found in view.rows.values() for event in found]
    return {event.id: event for event in sorted(events, key=lambda event: event.id)}


def _is_valid(model: Model, records: Iterable[AnyRecord]) -> bool:
    known = _by_id(Stream(records).known())
    return not broken(World(events=known, changeable=frozenset()), model.constraints)
