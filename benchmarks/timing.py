"""Timing: what is compared runs in turns in one process, in CPU seconds, and the medians are compared.

CPU seconds are those of all threads; the seconds on the clock are kept beside them.
"""

from __future__ import annotations

import gc
import math
import time
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")


class Stopwatch:
    """Collects CPU seconds by name. The garbage collector is on, as for users, and starts each time from a sweep."""

    def __init__(self) -> None:
        """Start with nothing timed."""
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._clock: defaultdict[str, list[float]] = defaultdict(list)

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do the work and keep how long it took."""
        gc.collect()
        clock, start = time.perf_counter(), time.process_time()
        result = work()
        self._seconds[name].append(time.process_time() - start)
        self._clock[name].append(time.perf_counter() - clock)
        return result

    def medians(self) -> dict[str, float]:
        """Give the median of each, in CPU seconds."""
        return {name: median(seconds) for name, seconds in self._seconds.items()}

    def on_the_clock(self) -> dict[str, float]:
        """Give the median of each, in seconds on the clock."""
        return {name: median(seconds) for name, seconds in self._clock.items()}


def exponent(seconds: Mapping[int, float]) -> float:
    """Fit seconds = c * size ** exponent by least squares on the logarithms; sizes must differ."""
    points = [(math.log(size), math.log(spent)) for size, spent in seconds.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    together = math.fsum((x - middle_x) * (y - middle_y) for x, y in points)
    return together / math.fsum((x - middle_x) * (x - middle_x) for x, _ in points)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows in columns, the first column flush left and the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(cells))
        for cells in ([*zip(row, widths, strict=True)] for row in rows)
    )
