"""Indicators: the figures of an edition by metric, period and cell, as results frameworks have them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.publication.observations import Observation
from impact_metrics.reports.books import ALL
from impact_metrics.reports.targets import Reading
from impact_metrics.rules import Metric
from impact_metrics.rules.measures import OverTime
from impact_metrics.rules.measures.parts import VALUE, Nature, PartUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.publication.edition import Edition

TO_DATE = "to date"
"""The name of the period of a figure to date, as targets call it."""

Span: TypeAlias = tuple[date, date]
Cell: TypeAlias = tuple[tuple[str, str], ...]
"""The dimensions of a cell, each with its label; none for the whole."""


@attrs.frozen
class Kind:
    """What an indicator shows of a metric: which parts, what its title adds, and which readings of targets mean it.

    ``main`` tells the first indicator of a metric from further ones, ``counts`` that its numbers are suppressed where
    they are small.
    """

    adds: str
    parts: tuple[str, ...]
    reads: tuple[Reading, ...]
    main: bool = True
    counts: bool = False
    percentage: bool = False

    def number(self, value: int | Decimal) -> str:
        """Write a number: shares in per cent, everything as plain decimals."""
        text = format(Decimal(value) * (100 if self.percentage else 1), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


def kinds(metric: Metric) -> Iterator[Kind]:
    """Give the indicators that a metric has, the first of them its main one."""
    measure = metric.measure
    if measure.over_time is OverTime.STOCK:
        yield Kind("at the end of the period", ("closing", VALUE), ("closing", "value"), counts=True)
        yield Kind("entered in the period", ("entered",), ("entered",), main=False, counts=True)
        return
    main, *others = measure.parts
    if main.nature is Nature.QUOTIENT:
        yield Kind("percentage", (VALUE,), ("value",), percentage=True)
    else:
        days = main.unit is PartUnit.DAYS
        yield Kind("median in days" if days else "", (VALUE,), ("value",), counts=not days)
    for part in others:
        if part.nature is Nature.MIDDLE and not part.internal:
            yield Kind(part.title.split()[0], (part.name,), (), main=False)


@attrs.frozen
class Indicator:
    """One figure of a metric: what is seen of it, by period and cell, and what the periods are called."""

    metric: Metric
    kind: Kind
    seen: dict[Span, dict[Cell, Observation]]
    spans: dict[str, Span]

    @property
    def title(self) -> str:
        """Name it as its metric, with what is shown of it."""
        return ", ".join(filter(None, (self.metric.title, self.kind.adds)))

    @property
    def unit(self) -> str:
        """Say what its numbers are in."""
        seen = next(iter(next(iter(self.seen.values())).values()))
        return "per cent" if self.kind.percentage else seen.unit

    @property
    def not_shown(self) -> Iterator[str]:
        """Say of each number that is not there which one it is, and why."""
        for label, span in self.spans.items():
            for cell, seen in self.seen[span].items():
                if seen.value is None:
                    yield f"{', '.join((label, *(' '.join(held) for held in cell)))} ({seen.told})"


def indicators(edition: Edition, metric: Metric, since: date) -> Iterator[Indicator]:
    """Give the indicators of a metric that the edition has any figure for; to date is from ``since``."""
    for kind in kinds(metric):
        seen: defaultdict[Span, dict[Cell, Observation]] = defaultdict(dict)
        spans: dict[str, Span] = {}
        for found in _of(edition.observations, metric, kind):
            span = (since, edition.as_at) if found.period is None else (found.period.start, found.period.end)
            spans[TO_DATE if found.period is None else found.period.label] = span
            held = zip(found.by, found.cell, strict=True)
            # What stands in several breakdowns is the same number in each.
            seen[span][tuple(sorted((name, label) for name, label in held if label != ALL))] = found
        if seen:
            yield Indicator(metric, kind, dict(seen), spans)


def _of(observations: Iterable[Observation], metric: Metric, kind: Kind) -> Iterator[Observation]:
    return (seen for seen in observations if seen.metric == metric and seen.part in kind.parts)
