"""A figure on a page: what comes of a metric on a stream, with all that an auditor asks of it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from impact_metrics.documents import explain
from impact_metrics.errors import StreamError
from impact_metrics.reports import evaluate
from impact_metrics.reports.lists import entry_texts
from impact_metrics.reports.reckoning import reckoning
from impact_metrics.reports.render import heading as heading_of
from impact_metrics.reports.table import shown
from impact_metrics.rules import FollowUp, Funnel, Listing, Share
from impact_metrics.rules.measures import Standing
from impact_metrics.rules.measures.shares import percent
from impact_metrics.sphinx.build import heading, paragraph, strong, table, texts
from impact_metrics.streams import read_json_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from docutils import nodes

    from impact_metrics.model import Model
    from impact_metrics.reports import Report, Result
    from impact_metrics.reports.table import Table
    from impact_metrics.rules import Catalogue
    from impact_metrics.rules.periods import TimeUnit
    from impact_metrics.streams import Reading

_SAME_FOR_ALL = frozenset({"metric", "version", "unit", "start", "end"})
_RATES = frozenset({"rate", "value", "least", "most", "naive_rate", "lower", "upper", "conversion", "of_first"})
"""The columns that hold parts of 1, which a page shows in percent."""


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int, model: Model) -> Reading:  # noqa: ARG001 - a file that changed is another
    """Read a stream once for all the pages that show figures of it."""
    return read_json_lines(path, model)


def report_on(catalogue: Catalogue, metric_id: str, path: Path, as_at: date | None) -> tuple[Report, str]:
    """Evaluate one metric of a catalogue over a JSON Lines file; give the report, and what the file says of itself."""
    if not path.exists():
        raise StreamError("there is no such file", where=str(path), hint="name it as seen from the page")
    reading = _read(path, path.stat().st_mtime_ns, catalogue.model)
    alone = catalogue.only(metric_id)
    about = reading.about.get(str(path), {})
    return evaluate(alone, reading.stream, as_at=as_at), ": ".join(
        str(about[key]) for key in ("title", "note") if key in about
    )


def figure_page(report: Report, about: str, unit: TimeUnit | None) -> Iterator[nodes.Node]:
    """Write the figure with what it is made of, on request period by period, and of a share one case of each kind."""
    (result,) = report.results
    yield paragraph(strong(f"{result.metric.title}: "), f"{result}. ", f"{heading_of(report)}.")
    if about:
        yield paragraph(f"{about}.")
    yield from _made_of(report, result)
    if unit is not None:
        books = report.books(report.periods(unit)).table
        yield heading(f"By {unit}{_of_whom(result)}")
        yield from _laid_out(books.without(_SAME_FOR_ALL))
    if isinstance(result.metric.measure, Share | FollowUp):
        yield heading("One case of each kind")
        yield table(["Stands", "How many", "For example"], list(_cases(report, result)))


def _made_of(report: Report, result: Result) -> Iterator[nodes.Node]:
    measure, name = result.metric.measure, result.metric.id
    if isinstance(measure, Share | FollowUp):
        yield from _laid_out(reckoning(result))
    elif isinstance(measure, Funnel):
        yield from _laid_out(report.funnel(name))
    elif isinstance(measure, Listing):
        yield texts(map(str, result.tallied))
        yield texts(entry_texts(measure, result.entries))


def _of_whom(result: Result) -> str:
    """Say whom the line of a period is about."""
    return (
        "" if result.parts is None else " of entry, with what has become of those who entered by the date of the report"
    )


def _laid_out(found: Table) -> Iterator[nodes.Node]:
    """Write a table, its columns named in words; parts of 1 are in percent."""
    yield table(
        [name.replace("_", " ") for name in found.names],
        [[[_cell(name, value)] for name, value in zip(found.names, row, strict=True)] for row in found.rows],
    )


def _cell(name: str, value: object) -> str:
    if name in _RATES and isinstance(value, Decimal):
        return f"{percent(value)}\N{NO-BREAK SPACE}%"
    return shown(value)


def _cases(report: Report, result: Result) -> Iterator[list[list[str]]]:
    """Give for each place in which somebody stands how many do, and why the first of them does."""
    name = result.metric.id
    standings = report.standings(name)
    for standing in Standing:
        there = sorted(subject for subject, found in standings.items() if found is standing)
        if there:
            yield [[standing.value], [f"{len(there):,}"], [explain(report, name, there[0]).summary]]
