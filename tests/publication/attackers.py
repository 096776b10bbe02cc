"""Attackers: readers of a publication who try to work out what was not shown, by other means than the audit uses."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from impact_metrics.publication.disclosure import Status

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from impact_metrics.publication.disclosure import Protected, Sum, Tabulation
    from impact_metrics.publication.disclosure.policy import Range

K = TypeVar("K", bound="Hashable")

SUPPRESSED = Status.SUPPRESSED, Status.SECONDARY


def by_integer_programs(tabulation: Tabulation[K], known: Mapping[K, Range], hidden: Iterable[K]) -> list[K]:
    """Find the least and the greatest number that each hidden count can have, by mixed-integer linear programs."""
    keys = list(tabulation.counts)
    place = {key: number for number, key in enumerate(keys)}
    sums = np.zeros((max(1, len(tabulation.sums)), len(keys)))
    for row, item in enumerate(tabulation.sums):
        for key, sign in item.signed:
            sums[row, place[key]] += sign
    bounds = Bounds([known[key].least for key in keys], [known[key].most for key in keys])
    recovered = []
    for key in hidden:
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(keys))
            aim[place[key]] = sign
            found = milp(aim, constraints=LinearConstraint(sums, 0, 0), bounds=bounds, integrality=np.ones(len(keys)))
            ends.append(None if found.x is None else round(found.x[place[key]]))
        if ends[0] is not None and ends[0] == ends[1]:
            recovered.append(key)
    return recovered


def printed(protected: Protected[K]) -> tuple[object, ...]:
    """Give all that a reader sees: what is printed of each count, in order, and whether a group is refused."""
    said: list[object] = []
    for key, status in protected.statuses.items():
        told = Status.SUPPRESSED if status in SUPPRESSED else status
        said.append((key, protected.shown(key), told))
    return tuple(said)


def by_knowing_the_method(published: Iterable[Protected[K]]) -> Iterator[tuple[Sequence[Protected[K]], list[K]]]:
    """Put together all tables that are published alike, and find hidden counts that are the same in all of them.

    That is the strongest of readers: one who knows the method as well, and runs it on every table that there could be.
    """
    alike: defaultdict[tuple[object, ...], list[Protected[K]]] = defaultdict(list)
    for one in published:
        alike[printed(one)].append(one)
    for group in alike.values():
        hidden = [key for key, status in group[0].statuses.items() if group[0].shown(key) is None and status]
        yield group, [key for key in hidden if len({one.tabulation.counts[key] for one in group}) == 1]


def tables(sums: Sequence[Sum[str]], free: Sequence[str], most: int) -> Iterator[dict[str, int]]:
    """Give every table whose free counts come to so much at most; the totals follow, innermost sums first."""
    for numbers in itertools.product(range(most + 1), repeat=len(free)):
        if sum(numbers) <= most:
            counts = dict(zip(free, numbers, strict=True))
            for item in sums:
                counts[item.total] = sum(counts[key] for key in item.parts)
            yield counts
