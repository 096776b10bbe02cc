"""The main job: a catalogue and a stream go in, a report comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.reports.check import checked_day
from impact_metrics.reports.report import Report
from impact_metrics.reports.results import InvariantFinding, Result
from impact_metrics.reports.sources import EngineName, Source, engine_over
from impact_metrics.rules import AtMost, Count, CoveredBy, Disjoint, Equivalent, Listing, Subset
from impact_metrics.streams.versions import as_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from impact_metrics.engines import Engine, Listed
    from impact_metrics.rules import Catalogue, Measure, Relation


def evaluate(
    catalogue: Catalogue,
    source: Source,
    *,
    as_at: date | None = None,
    known_at: datetime | None = None,
    engine: EngineName = "auto",
) -> Report:
    """Evaluate every metric of a catalogue over a stream, or over tables: a folder, frames, a database.

    ``as_at`` is the date by which things must have occurred to count; without it, the latest date on which anything
    in the stream occurred. ``known_at`` is the moment by which they must have been recorded; without it, everything
    recorded counts, and a moment without time zone is read as UTC. Raises ``StreamError`` when no date is given and
    the stream holds no event, and for a moment given as a date or a date given as a moment; and ``ContradictionError``
    when merges of persons, or retractions, go round in a circle.

    ``engine`` chooses who works it out: ``auto`` takes the reference engine for a stream and DuckDB for tables. All
    engines give the same report. Tables that need settings, or a mapping of columns, are opened as ``Tables`` first.
    """
    known_at = as_moment(known_at)
    over = engine_over(source, catalogue.model, known_at, engine)
    day = over.latest_day() if as_at is None else checked_day(as_at)
    figures = over.figures([metric.measure for metric in catalogue.metrics], day)
    results = [
        Result(metric, figure, _entries(over, metric.measure, day))
        for metric, figure in zip(catalogue.metrics, figures, strict=True)
    ]
    by_id = {result.metric.id: result for result in results}
    return Report(
        catalogue=catalogue,
        as_at=day,
        known_at=known_at,
        results=tuple(results),
        invariants=tuple(_check(invariant, by_id, over, day) for invariant in catalogue.relations),
        engine=over,
    )


def _entries(engine: Engine, measure: Measure, day: date) -> tuple[Listed, ...]:
    """Give the entries of a list: they are its figure. Other measures have none."""
    return tuple(engine.listed(measure.entries, day)) if isinstance(measure, Listing) else ()


def _check(invariant: Relation, results: Mapping[str, Result], engine: Engine, day: date) -> InvariantFinding:
    def subjects(metric_id: str) -> frozenset[str]:
        measure = results[metric_id].metric.measure
        assert isinstance(measure, Count)  # noqa: S101 - the invariant has checked it when it was declared
        return engine.members_at(measure.population, day)

    match invariant:
        case Subset(part, whole):
            exceptions = subjects(part) - subjects(whole)
        case Disjoint(one, other):
            exceptions = subjects(one) & subjects(other)
        case Equivalent(one, other):
            exceptions = subjects(one) ^ subjects(other)
        case CoveredBy(part, wholes):
            exceptions = subjects(part).difference(*map(subjects, wholes))
        case AtMost(lesser, greater):
            least, most = results[lesser].value, results[greater].value
            assert least is not None and most is not None  # noqa: S101, PT018 - only a share or time can have none
            return InvariantFinding(invariant, least <= most)
        case _:
            assert_never(invariant)
    return InvariantFinding(invariant, not exceptions, tuple(sorted(exceptions)))
