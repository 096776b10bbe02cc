"""Stock and flow: how step functions of the date become openings, entries, leavings and closings."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from impact_metrics.engines.spans.intervals import Spans


@attrs.frozen
class Flow:
    """What one period did to a stock."""

    opening: int
    entered: int
    left: int
    closing: int


def stays(spans: Spans, boundaries: Sequence[date]) -> Iterator[tuple[int, int]]:
    """Give the runs of boundary dates on which the spans hold, as half-open ranges of positions.

    Two stays between which no boundary falls are one: a subject that left and came back inside a period did neither.
    """
    run: tuple[int, int] | None = None
    for position in range(0, len(spans), 2):
        start = bisect_left(boundaries, spans[position])
        end = bisect_left(boundaries, spans[position + 1]) if position + 1 < len(spans) else len(boundaries)
        if start == end:
            continue
        if run is not None and run[1] == start:
            run = run[0], end
            continue
        if run is not None:
            yield run
        run = start, end
    if run is not None:
        yield run


def flows(memberships: Iterable[Spans], boundaries: Sequence[date]) -> list[Flow]:
    """Balance a stock over the periods between boundaries: the day before the first, then the end of each period."""
    came = [0] * (len(boundaries) + 1)
    went = [0] * (len(boundaries) + 1)
    for spans in memberships:
        for start, end in stays(spans, boundaries):
            came[start] += 1
            went[end] += 1
    balanced: list[Flow] = []
    stock = came[0]
    for position in range(1, len(boundaries)):
        closing = stock + came[position] - went[position]
        balanced.append(Flow(stock, came[position], went[position], closing))
        stock = closing
    return balanced
