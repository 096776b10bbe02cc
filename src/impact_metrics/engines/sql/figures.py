"""The values of many measures at one date: the statement that gives them all, and what its row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.results import Figure
from impact_metrics.engines.shares import Parts
from impact_metrics.engines.sql.cohorts import COUNTED, CohortWriter, columns
from impact_metrics.engines.sql.dates import OneDate
from impact_metrics.engines.sql.measures import Measures
from impact_metrics.engines.sql.pairs import TOLD, PairWriter
from impact_metrics.engines.sql.reading import sum_of
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.measures import Share, Total
from impact_metrics.rules.paired_change import PairedChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from impact_metrics.engines.sql.query import Query, Statement
    from impact_metrics.rules.measures import HasEntries


def figures_statement(
    query: Query,
    relation: Callable[[str], str],
    day: date,
    measures: Sequence[tuple[str, HasEntries | FollowUp | PairedChange]],
) -> Statement:
    """Write the one statement for the values of measures at a date, but times; each is called by its name."""
    writer = Measures(query, OneDate(query, relation, day))
    written: list[str] = []
    what: tuple[str, ...]
    for name, measure in measures:
        if isinstance(measure, FollowUp):
            values, what = CohortWriter(query, relation, day).numbers(measure, name), COUNTED
        elif isinstance(measure, PairedChange):
            values, what = PairWriter(query, relation, day).told(measure, name), TOLD
        else:
            values = writer.figure(measure, name)
            what = columns(measure) if isinstance(measure, Share | Funnel) else ("", "rows", "missing")
        names = [f"{name} {word}".rstrip() for word in what[: len(values)]]
        written += [f"  {value} AS {query.dialect.quoted(label)}" for value, label in zip(values, names, strict=True)]
    return query.statement("SELECT\n" + ",\n".join(written))


def figure_in(measure: HasEntries | FollowUp, values: Iterator[Any]) -> Figure:
    """Take the values of a measure from the row of the statement, which are as many as its columns."""
    if isinstance(measure, Total):
        return Figure(sum_of(measure, next(values)), next(values), next(values))
    if isinstance(measure, FollowUp):
        return Figure.of(Parts.told(measure, *(next(values) for _ in COUNTED)))
    if isinstance(measure, Funnel):
        return Figure.of(Parts.staged([next(values) for _ in measure.stages]))
    if isinstance(measure, Share):
        unknown = measure.unknown is not None
        return Figure.of(Parts(next(values), next(values), next(values) if unknown else None))
    return Figure(next(values))
