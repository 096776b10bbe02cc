"""How the figures of a publication are broken down: by period and by dimensions, all given by name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.exchange.values import read_date
from impact_metrics.publication.read_values import optional, read_choice
from impact_metrics.rules.dimensions import named, names
from impact_metrics.rules.periods import MONTHS, TimeUnit, periods_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.exchange.at import At
    from impact_metrics.model import Model
    from impact_metrics.reports import Report
    from impact_metrics.reports.books import Books
    from impact_metrics.rules import Metric
    from impact_metrics.rules.periods import Period

_KEYS = ("period", "year_starts", "boundaries", "by", "further", "every", "lists")


@attrs.frozen(kw_only=True)
class Layout:
    """Which periods and dimensions figures are broken down by; without any, there are figures to date alone.

    ``period`` is a unit, whose years start in the month ``year_starts``; or ``boundaries`` are the first days of
    periods, with the day after the last. ``by`` are names of dimensions: a field, an attribute of the person, ``age``,
    ``year``, ``quarter`` or ``month``; ``further`` are more breakdowns, each by itself. ``every`` counts a subject in
    each cell that it touches. ``lists`` are the lists that an edition publishes whole. Raises ``RuleError`` for periods
    that cannot be.
    """

    period: TimeUnit | None = None
    year_starts: int = 1
    boundaries: tuple[date, ...] = ()
    by: tuple[str, ...] = ()
    further: tuple[tuple[str, ...], ...] = ()
    every: bool = False
    lists: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Periods are either of a unit or between boundaries."""
        if self.period and self.boundaries:
            raise RuleError(
                "periods are either of a unit or between boundaries", where="layout", hint="leave out one of them"
            )
        if self.period is not None and self.period not in MONTHS:
            raise RuleError(f"there is no period {self.period!r}", where="layout", hint="use year, quarter or month")
        if self.boundaries:
            periods_between(self.boundaries)

    @property
    def breakdowns(self) -> tuple[tuple[str, ...], ...]:
        """Every breakdown, each by one dimension or several."""
        return ((self.by,) if self.by else ()) + self.further

    def each(self) -> Iterator[Layout]:
        """Give a layout for each breakdown; without any, the layout as it is."""
        for dimensions in self.breakdowns or ((),):
            yield attrs.evolve(self, by=dimensions, further=())

    def __bool__(self) -> bool:
        """Tell whether anything is broken down."""
        return bool(self.period or self.boundaries or self.by)

    def __str__(self) -> str:
        """Say in words what figures are broken down by."""
        parts = [f"by {self.period}"] if self.period else []
        if self.year_starts != 1:
            parts.append(f"years starting in month {self.year_starts}")
        if self.boundaries:
            parts.append(f"between {', '.join(map(str, self.boundaries))}")
        parts += [f"by {', '.join(names)}" for names in self.breakdowns]
        if self.every:
            parts.append("every cell that is touched")
        if self.lists:
            parts.append(f"listed whole: {', '.join(self.lists)}")
        return "; ".join(parts) or "to date"

    def periods(self, report: Report) -> tuple[Period, ...] | None:
        """Give the periods of a report; ``None`` where it has but one, to date."""
        if self.boundaries:
            return periods_between(self.boundaries)
        return report.periods(self.period, year_starts=self.year_starts) if self.period else None

    def books(self, report: Report) -> Iterator[tuple[Metric, Books | None]]:
        """Break down each metric; ``None`` where it lacks a dimension. Raises ``RuleError`` for one that all lack."""
        catalogue = report.catalogue
        known = {name for metric in catalogue.metrics for name in names(metric.measure, catalogue.model)}
        for name in self.by:
            if name not in known:
                raise RuleError(f"no metric can be broken down by {name!r}", where="by", hint=nearest(name, known))
        over = self.periods(report)
        for metric in catalogue.metrics:
            found = [named(name, metric.measure, catalogue.model) for name in self.by]
            dimensions = [dimension for dimension in found if dimension is not None]
            whole = len(dimensions) == len(found)
            yield metric, report.books(over, by=dimensions, metrics=[metric.id], every=self.every) if whole else None

    def lacking(self, metric: Metric, model: Model) -> tuple[str, ...]:
        """Name the dimensions that a metric does not have."""
        return tuple(name for name in self.by if named(name, metric.measure, model) is None)

    def to_plain(self) -> dict[str, Any]:
        """Give the layout as plain data."""
        return {
            "period": self.period,
            "year_starts": self.year_starts,
            "boundaries": [day.isoformat() for day in self.boundaries],
            "by": list(self.by),
            "further": [list(names) for names in self.further],
            "every": self.every,
            "lists": list(self.lists),
        }

    @classmethod
    def from_plain(cls, at: At) -> Layout:
        """Read a layout from plain data. Raises ``ExchangeError`` that names the place of a fault."""
        at.keys(_KEYS)
        period = optional(at["period"], lambda unit: read_choice(unit, MONTHS))
        year_starts = at["year_starts"].number()
        if not 1 <= year_starts <= 12:  # noqa: PLR2004 - the months of a year
            at["year_starts"].fail(f"a year cannot start in month {year_starts}", "give 1 to 12")
        with at.building():
            return cls(
                period=cast("TimeUnit | None", period),
                year_starts=year_starts,
                boundaries=tuple(map(read_date, at["boundaries"].items())),
                by=at.texts("by"),
                further=tuple(tuple(name.text() for name in names.items()) for names in at["further"].items()),
                every=at["every"].flag(),
                lists=at.texts("lists"),
            )
