"""Tidying: leaving out of a stream what does not matter for what it shows.

The solver fills in every optional field that a rule reads somewhere. Where no other value of the field would change
what the stream shows, the value only distracts the reader, and is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from impact_metrics.model import Event, revised
from impact_metrics.values import CodeKind, FieldSpec, FlagKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Streams: TypeAlias = "Sequence[tuple[Event, ...]]"


def tidied(streams: Streams, shows: Callable[[Streams], bool]) -> Streams:
    """Leave out the optional codes and flags that make no difference to what the streams show, together in all."""
    events = {event.id: event for stream in streams for event in stream}
    for event in events.values():
        for spec in event.__record__.fields:
            values = list(_others(spec)) if spec.optional else []
            if values and all(shows(_with(streams, event, spec, value)) for value in values):
                streams = _with(streams, event, spec, None)
    return streams


def _others(spec: FieldSpec) -> Iterator[Any]:
    """Give the values that an optional field may have; the missing one last."""
    match spec.kind:
        case CodeKind(codes):
            yield from (frozenset({code}) if spec.many else code for code in codes)
        case FlagKind() if not spec.many:
            yield from (True, False)
        case _:
            return
    yield None


def _with(streams: Streams, event: Event, spec: FieldSpec, value: object) -> Streams:
    """Give one field of one event a value, in every stream that holds the event."""
    return [
        tuple(revised(other, **{spec.name: value}) if other.id == event.id else other for other in stream)
        for stream in streams
    ]
