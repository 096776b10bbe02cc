"""Two streams side by side: the same events in rows, with what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.documents.english.words import event_noun
from impact_metrics.documents.timeline import details

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.model import Event

Phrase: TypeAlias = tuple[str, bool]
"""A few words, and whether they differ from the other side."""


@attrs.frozen
class Pair:
    """One event on both sides, each told as phrases; a side on which it does not happen is empty."""

    left: tuple[Phrase, ...]
    right: tuple[Phrase, ...]


def side_by_side(left: Sequence[Event], right: Sequence[Event]) -> Iterator[Pair]:
    """Pair the events of two streams by their ids, in the order of time."""
    one, other = ({event.id: event for event in events} for events in (left, right))
    names = sorted(one.keys() | other.keys(), key=lambda name: ((one.get(name) or other[name]).occurred_on, name))
    for name in names:
        yield Pair(_told(one.get(name), other.get(name)), _told(other.get(name), one.get(name)))


def _told(event: Event | None, beside: Event | None) -> tuple[Phrase, ...]:
    if event is None:
        return ()
    heads = (event.occurred_on.isoformat(), f"{event_noun(event.__record__.name)} {event.id}")
    if beside is None:
        return tuple((text, True) for text in (*heads, *details(event)))
    its = {beside.occurred_on.isoformat(), heads[1], *details(beside)}
    return tuple((text, text not in its) for text in (*heads, *details(event)))


def plain_lines(pairs: Sequence[Pair], left: str, right: str) -> Iterator[str]:
    """Lay two streams out for a terminal, one below the other; a star marks what differs from the other side."""
    for heading, side in ((left, [pair.left for pair in pairs]), (right, [pair.right for pair in pairs])):
        yield f"{heading}:"
        for phrases in side:
            if phrases:
                day, what, *known = (f"*{text}*" if changed else text for text, changed in phrases)
                yield f"  {day}  {what}{': ' if known else ''}{', '.join(known)}"
