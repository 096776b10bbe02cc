"""Editions: what is published of a report, every number protected, or marked as internal.

An edition is the one source of every output: pages, tables and files for other systems print its observations, and
nothing else of the stream.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import DisclosureError, RuleError, nearest
from impact_metrics.lazy import cached_property
from impact_metrics.publication.disclosure import HOSPITAL, Policy
from impact_metrics.publication.drawn import Asked, Refusal, drawn
from impact_metrics.publication.observations import Observation, to_date
from impact_metrics.publication.tables import check_names
from impact_metrics.reports.table import Column, Table, Tabular, exactly
from impact_metrics.rules import Catalogue, Listing, Metric
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from impact_metrics.reports import Report
    from impact_metrics.rules.periods import TimeUnit


class Audience(Enum):
    """For whom an output is: each says so itself."""

    INTERNAL = "internal"
    PUBLISHABLE = "publishable"


@attrs.frozen(kw_only=True, slots=False)
class Edition(Tabular):
    """The published numbers of a report: figures to date, over periods, and in the cells of breakdowns.

    Make one with ``Edition.of``. ``policy`` is ``None`` in an internal edition, whose numbers are exact. ``refusals``
    say what is left out. ``lists`` are the lists that are published whole. ``holding`` are the invariants, each with
    whether it holds in the report.
    """

    catalogue: Catalogue
    as_at: date
    known_at: datetime | None
    audience: Audience
    policy: Policy | None
    observations: tuple[Observation, ...]
    lists: Mapping[str, Table]
    refusals: tuple[Refusal, ...]
    holding: tuple[tuple[str, bool], ...]

    @classmethod
    def of(  # noqa: PLR0913 - what is published, for whom, and how it is protected
        cls,
        report: Report,
        *,
        audience: Audience = Audience.PUBLISHABLE,
        policy: Policy = HOSPITAL,
        by: Iterable[Sequence[str]] = (),
        period: TimeUnit | None = "year",
        year_starts: int = 1,
        lists: Iterable[str] = (),
    ) -> Edition:
        """Take from a report what is published.

        ``by`` are breakdowns, each by one or more names of dimensions (``["sex"]``, ``["age", "sex"]``): counts and
        totals that have them are broken down. ``period`` is the unit of the trends; ``None`` leaves them out.
        ``lists`` names the lists whose entries are published one by one, with every field that they show: that is for
        lists of things, such as changes of law, and refused for lists of persons. Raises ``RuleError`` for a name that
        means nothing, ``DisclosureError`` for what cannot be published, and ``MissingExtraError`` where protecting the
        tables needs the extra ``prove``.
        """
        internal = audience is Audience.INTERNAL
        breakdowns, whole = [tuple(names) for names in by], list(lists)
        check_names(report, breakdowns)
        published = dict(_lists(report, whole, internal=internal))
        asked = Asked(breakdowns, None if period is None else report.periods(period, year_starts=year_starts))
        rule = None if internal else policy
        # What is listed one by one has no numbers to hide; everything else is protected together.
        listed = [metric.id for metric in report.catalogue.metrics if metric.id in published and not internal]
        others = [metric.id for metric in report.catalogue.metrics if metric.id not in listed]
        parts = drawn(report, others, asked, rule), drawn(report, listed, asked, None)
        order = {metric.id: place for place, metric in enumerate(report.catalogue.metrics)}
        return cls(
            catalogue=report.catalogue,
            as_at=report.as_at,
            known_at=report.known_at,
            audience=audience,
            policy=rule,
            observations=tuple(sorted(chain(parts[0][0], parts[1][0]), key=lambda seen: order[seen.metric.id])),
            lists=published,
            refusals=(*parts[0][1], *parts[1][1]),
            holding=tuple((str(finding.invariant), finding.holds) for finding in report.invariants),
        )

    @cached_property
    def _headlines(self) -> Mapping[str, Mapping[str, Observation]]:
        return to_date(self.observations)

    def headline(self, metric_id: str) -> Mapping[str, Observation]:
        """Give the parts of a figure to date, by name. Raises ``RuleError`` for a metric that is not there."""
        return self._headlines[self.catalogue[metric_id].id]

    def trend(self, metric_id: str) -> tuple[Observation, ...]:
        """Give a figure over periods: of a count those who entered, left and were there, of a total its value."""
        name = self.catalogue[metric_id].id
        return tuple(seen for seen in self.observations if seen.metric.id == name and seen.period is not None)

    def breakdowns(self, metric_id: str) -> Mapping[tuple[str, ...], tuple[Observation, ...]]:
        """Give the cells of a figure, by the dimensions of each breakdown; what sums over one is labelled ``all``."""
        name = self.catalogue[metric_id].id
        found: defaultdict[tuple[str, ...], list[Observation]] = defaultdict(list)
        for seen in self.observations:
            if seen.by and seen.metric.id == name:
                found[seen.by].append(seen)
        return {by: tuple(cells) for by, cells in found.items()}

    @property
    def marking(self) -> str:
        """Say for whom the edition is, as every output of it has to."""
        if self.policy is None:
            return "INTERNAL: exact figures, not for publication"
        return f"Publishable: {self.policy.title}"

    @property
    def table(self) -> Table:
        """Every observation as a row, in tidy form."""
        values = [seen.value for seen in self.observations]
        columns = tuple(exactly(column, values) if column.name == "value" else column for column in COLUMNS)
        return Table(columns, tuple(self._row(seen) for seen in self.observations))

    def _row(self, seen: Observation) -> tuple[Any, ...]:
        metric, period = seen.metric, seen.period
        return (
            self.audience.value,
            metric.id,
            metric.version,
            metric.title,
            seen.unit,
            seen.part,
            seen.meaning,
            self.as_at,
            None if period is None else period.label,
            None if period is None else period.start,
            None if period is None else period.end,
            " x ".join(seen.by) or None,
            " | ".join(seen.cell) or None,
            seen.value,
            seen.told,
        )


COLUMNS = (
    Column("audience", "text", "internal, or publishable"),
    Column("metric", "text", "the id of the metric"),
    Column("version", "text", "the version of its definition"),
    Column("title", "text", "the title of the metric"),
    Column("unit", "text", "what the value is in: the unit of the metric, parts of 1 for shares, days for times"),
    Column("part", "text", "which part of the figure the value is"),
    Column("meaning", "text", "what this part means"),
    Column("as_at", "date", "the date by which things must have occurred to count"),
    Column("period", "text", "the name of the period; empty for the figure to date"),
    Column("start", "date", "the first day of the period"),
    Column("end", "date", "the last day of the period"),
    Column("dimensions", "text", "by what the figure is broken down; empty for the whole"),
    Column("cell", "text", "the categories, in the order of the dimensions; 'all' sums over one"),
    Column("value", "integer", "the number as it is shown; empty where none is"),
    Column("status", "text", "exact, rounded, suppressed, withheld, or none where there is no such number"),
)
"""The columns of the table of an edition, in order."""


def _lists(report: Report, names: Sequence[str], *, internal: bool) -> Iterator[tuple[str, Table]]:
    known = [metric for metric in report.catalogue.metrics if isinstance(metric.measure, Listing)]
    for name in names:
        if name not in {metric.id for metric in known}:
            raise RuleError(f"there is no list {name!r}", where="lists", hint=nearest(name, [m.id for m in known]))
    for metric in known:
        if internal or metric.id in names:
            if not internal:
                _check_list(metric)
            yield metric.id, report.listing(metric.id)


def _check_list(metric: Metric) -> None:
    """Let no person be listed, neither as the subject of a list nor in a field of it."""
    assert isinstance(metric.measure, Listing)  # noqa: S101 - asked by the caller
    for field in metric.measure.columns:
        if field.spec.kind == IdKind("PersonId"):
            raise DisclosureError(
                "a list that names persons is not published",
                where=f"{metric.id}.{field.name}",
                hint="keep the edition internal, or list things that are no persons",
            )
