"""Reports as a person reads them: a table in a terminal, a table in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from impact_metrics.reports.shares import behind, shown
from impact_metrics.reports.table import layout
from impact_metrics.reports.times import behind_times, in_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.reports.report import Report


def heading(report: Report) -> str:
    """Say what is reported, as at when and as known when."""
    known = "everything recorded" if report.known_at is None else f"what was known at {report.known_at.isoformat()}"
    return f"{report.catalogue.title}, as at {report.as_at.isoformat()}, from {known}"


def _rows(report: Report) -> Iterator[tuple[str, str, str, str]]:
    for result in report.results:
        metric = result.metric
        if result.parts is None and result.times is None:
            yield f"{result.value:,}", metric.unit.plural, metric.title, str(metric)


def _shares(report: Report) -> Iterator[tuple[str, str, str, str]]:
    for result in report.results:
        if result.parts is not None:
            metric = result.metric
            yield shown(result.parts), behind(result.parts, metric.unit), metric.title, str(metric)


def _times(report: Report) -> Iterator[tuple[str, str, str, str]]:
    for result in report.results:
        if result.times is not None:
            metric = result.metric
            yield in_days(result.times.median), behind_times(result.times, metric.unit), metric.title, str(metric)


def notes(report: Report) -> list[str]:
    """Say what a reader must know besides the figures, a line each."""
    lines = [f"{result.metric.title}: {result.note}" for result in report.results if result.note]
    return [*lines, *(f"invariant {finding}" for finding in report.invariants)]


def as_text(report: Report) -> str:
    """Lay out a report for a terminal."""
    sections = [heading(report)]
    if rows := [*_rows(report)]:
        sections += ["", layout([("figure", "unit", "title", "metric"), *rows], frozenset({0}))]
    if shares := [*_shares(report)]:
        sections += ["", "Outcomes", "", layout([("share", "of", "title", "metric"), *shares], frozenset({0}))]
    if times := [*_times(report)]:
        sections += ["", "Times", "", layout([("median", "behind it", "title", "metric"), *times], frozenset({0}))]
    return "\n".join([*sections, "", *notes(report)]).rstrip()


def as_html(report: Report) -> str:
    """Lay out a report for a notebook. Every text is escaped."""
    head = '<tr><th scope="col">Title</th><th scope="col">Figure</th><th scope="col">Unit</th></tr>'
    body = "".join(
        f'<tr title="{escape(metric)}"><th scope="row">{escape(title)}</th>'
        f'<td style="text-align: right">{escape(value)}</td><td>{escape(unit)}</td></tr>'
        for value, unit, title, metric in (
            *_rows(report),
            *((a, f"of {b}", c, d) for a, b, c, d in _shares(report)),
            *((f"median {a}", b, c, d) for a, b, c, d in _times(report)),
        )
    )
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes(report))
    below = f"<ul>{listed}</ul>" if listed else ""
    caption = f"<caption>{escape(heading(report))}</caption>"
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>{below}"
