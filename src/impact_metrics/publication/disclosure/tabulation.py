"""Tabulations: counts that are published together, and the sums between them that every reader knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from impact_metrics.errors import DisclosureError
from impact_metrics.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

K = TypeVar("K", bound="Hashable")
"""Names one count. Counts that a reader knows to be the same have the same key, wherever they stand."""


@attrs.frozen(slots=False)
class Sum(Generic[K]):
    """What a reader knows of some counts: the parts add up to the total and what is taken off it (``less``).

    ``breakdown`` tells that the parts are the categories of a group, of which none may hold everybody.
    """

    total: K
    parts: tuple[K, ...]
    less: tuple[K, ...] = ()
    breakdown: bool = False

    @property
    def signed(self) -> Iterator[tuple[K, int]]:
        """Every count with its sign, such that the whole comes to nothing."""
        yield self.total, -1
        for key in self.less:
            yield key, -1
        for key in self.parts:
            yield key, 1

    @cached_property
    def keys(self) -> tuple[K, ...]:
        """Every count that stands in it."""
        return tuple(key for key, _ in self.signed)


@attrs.frozen(slots=False)
class Tabulation(Generic[K]):
    """Counts by key, the sums between them, and which are headlines: published whole, because nothing breaks them down.

    Raises ``DisclosureError`` for a count below nothing, a sum of counts that are not there, one that is wrong, and a
    breakdown into one category.
    """

    counts: Mapping[K, int]
    sums: tuple[Sum[K], ...] = ()
    headlines: frozenset[K] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Only true tables are protected."""
        for key, count in self.counts.items():
            if count < 0:
                raise DisclosureError(
                    f"{count} is no count", where=str(key), hint="only whole numbers from 0 are protected"
                )
        for item in self.sums:
            for key in item.keys:
                if key not in self.counts:
                    raise DisclosureError("a sum speaks of a count that is not there", where=str(key))
            if item.breakdown and len(item.parts) < 2:  # noqa: PLR2004 - one category is no breakdown
                raise DisclosureError(
                    "a breakdown has two categories at least",
                    where=str(item.total),
                    hint="name those with nobody too",
                )
            if sum(sign * self.counts[key] for key, sign in item.signed):
                raise DisclosureError("the parts do not add up to the total", where=str(item.total))

    @cached_property
    def sums_of(self) -> Mapping[K, tuple[Sum[K], ...]]:
        """The sums in which each count stands."""
        found: defaultdict[K, list[Sum[K]]] = defaultdict(list)
        for item in self.sums:
            for key in dict.fromkeys(item.keys):
                found[key].append(item)
        return {key: tuple(found[key]) for key in self.counts}

    @cached_property
    def components(self) -> tuple[Tabulation[K], ...]:
        """The tabulation in pieces that no sum ties together, so that nothing follows from one for another."""
        seen: set[K] = set()
        pieces: list[Tabulation[K]] = []
        for start in self.counts:
            if start in seen:
                continue
            keys, sums, waiting = {start: None}, dict[int, Sum[K]](), [start]
            while waiting:
                for item in self.sums_of[waiting.pop()]:
                    sums.setdefault(id(item), item)
                    new = [key for key in item.keys if key not in keys]
                    keys.update(dict.fromkeys(new))
                    waiting.extend(new)
            seen |= keys.keys()
            counts = {key: self.counts[key] for key in keys}
            pieces.append(Tabulation(counts, tuple(sums.values()), self.headlines & keys.keys()))
        return tuple(pieces)

    @property
    def is_tree(self) -> bool:
        """Whether one piece has no circle: no two counts are tied by sums in two ways, as row and column totals tie."""
        return sum(len(item.keys) for item in self.sums) == len(self.counts) + len(self.sums) - 1
