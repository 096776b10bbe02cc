"""Drawing up: every count of a publication under a name, and the sums between them that its readers know.

A count has one name wherever it stands: the denominator of a share is the same count as the headline that counts its
population, so that what a reader learns of the one is known of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.publication.disclosure import Sum, Tabulation
from impact_metrics.rules import Metric
from impact_metrics.rules.invariants import Subset
from impact_metrics.rules.measures import population_of
from impact_metrics.rules.periods import Period
from impact_metrics.rules.populations import Both, Population

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.reports import Report


@attrs.frozen
class Place:
    """The name of a count: of a population or metric, which part, in which period, and in which cell of a breakdown."""

    what: str
    part: str
    period: str = ""
    by: tuple[str, ...] = ()
    cell: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name the count as a person would."""
        cell = ", ".join(f"{name} {label}" for name, label in zip(self.by, self.cell, strict=True))
        return " ".join(filter(None, (f"{self.what}.{self.part}", self.period and f"in {self.period}", cell)))


@attrs.frozen
class Item:
    """One count that is to be printed: of which metric and part, in which period and cell, and its name."""

    metric: Metric
    part: str
    place: Place
    period: Period | None = None
    by: tuple[str, ...] = ()
    cell: tuple[str, ...] = ()


@attrs.define
class Drawing:
    """What is drawn up so far: items to print, counts by name, sums, and which counts are headlines."""

    same: dict[Population[Any], Population[Any]]
    items: list[Item] = attrs.field(factory=list)
    counts: dict[Place, int] = attrs.field(factory=dict)
    sums: list[Sum[Place]] = attrs.field(factory=list)
    headlines: set[Place] = attrs.field(factory=set)
    _members: dict[Population[Any], Place] = attrs.field(factory=dict)

    @classmethod
    def of(cls, report: Report) -> Drawing:
        """Start with nothing, but with what the invariants say of populations: the common members of both are the part.

        An invariant that the report breaks says nothing.
        """
        same: dict[Population[Any], Population[Any]] = {}
        for finding in report.invariants:
            if isinstance(finding.invariant, Subset) and finding.holds:
                whole, part = (
                    population_of(report.catalogue[name].measure)
                    for name in (finding.invariant.whole, finding.invariant.part)
                )
                assert whole is not None  # noqa: S101 - only counts are within each other
                assert part is not None  # noqa: S101 - the same
                same[Both((whole, part))] = part
        return cls(same)

    def members(self, population: Population[Any], metric: Metric, part: str) -> Place:
        """Give the name of the number of members of a population: that under which it was first met."""
        return self._members.setdefault(self.same.get(population, population), Place(metric.id, part))

    def note(self, place: Place, count: int) -> Place:
        """Keep a count under its name."""
        if self.counts.setdefault(place, count) != count:
            raise AssertionError(f"{place} is {count} here, and was {self.counts[place]} before")
        return place

    def add(self, total: Place, parts: Iterable[Place], *, less: Iterable[Place] = (), breakdown: bool = False) -> None:
        """Keep a sum, once."""
        new = Sum(total, tuple(parts), tuple(less), breakdown)
        if new not in self.sums:
            self.sums.append(new)

    @property
    def tabulation(self) -> Tabulation[Place]:
        """What is to be protected."""
        return Tabulation(self.counts, tuple(self.sums), frozenset(self.headlines))
