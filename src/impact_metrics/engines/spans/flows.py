"""Stock and flow: how step functions of the date become openings, entries, leavings and closings."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.engines.results import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from impact_metrics.engines.spans.intervals import Spans


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


Runs: TypeAlias = "tuple[tuple[int, int], ...]"


class RunsBySpans(dict["Spans", Runs]):
    """The runs of boundary dates on which spans hold, worked out once for the same spans."""

    def __init__(self, boundaries: Sequence[date]) -> None:
        """Keep the boundaries: the day before the first period, then the end of each."""
        super().__init__()
        self._boundaries = boundaries

    def __missing__(self, spans: Spans) -> Runs:
        """Work out what is asked for the first time."""
        self[spans] = runs = tuple(stays(spans, self._boundaries))
        return runs


class Ledger:
    """How many subjects came and went in each period, and how many the keeper of the ledger finds ``active`` there."""

    def __init__(self, periods: int) -> None:
        """Start with nobody."""
        self._came = [0] * (periods + 2)
        self._went = [0] * (periods + 2)
        self.active = [0] * periods

    def add(self, runs: Runs, subjects: int = 1) -> None:
        """Enter so many subjects, for the boundary dates on which they are there."""
        for start, end in runs:
            self._came[start] += subjects
            self._went[end] += subjects

    def flows(self) -> list[Flow]:
        """Balance the stock over the periods."""
        balanced: list[Flow] = []
        stock = self._came[0]
        for position in range(1, len(self.active) + 1):
            came, went = self._came[position], self._went[position]
            balanced.append(Flow(stock, came, went, stock + came - went))
            stock += came - went
        return balanced
