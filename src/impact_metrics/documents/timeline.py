"""Timelines: a handful of events, told one a line in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.documents.english.words import event_noun, field_words, listed, value_words
from impact_metrics.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = {"id", "occurred_on", "recorded_at"}


@attrs.frozen
class Timeline:
    """Events to be told."""

    events: tuple[Event, ...]

    def lines(self) -> Iterator[str]:
        """Give one line an event: its day, what it is, its id, and what is known of it."""
        for event in sorted(self.events, key=lambda item: (item.occurred_on, item.id)):
            said = ", ".join(details(event))
            yield f"{event.occurred_on.isoformat()}  {event_noun(event.__record__.name)} {event.id}" + (
                f": {said}" if said else ""
            )


def details(event: Event) -> list[str]:
    """Give what is known of an event: each field in words, with its value."""
    told: list[str] = []
    for spec in event.__record__.fields:
        value = getattr(event, spec.name)
        if spec.name in _OWN or value is None:
            continue
        values = sorted(map(value_words, value)) if spec.many else [value_words(value)]
        told.append(f"{field_words(spec)} {listed(values) if values else 'none'}")
    return told
