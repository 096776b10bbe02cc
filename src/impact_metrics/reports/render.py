"""Reports as a person reads them: a table in a terminal, a table in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.reports.report import Report


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Lay out rows in columns, the first row as headings; the columns named in ``right`` end flush."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def heading(report: Report) -> str:
    """Say what is reported, as at when and as known when."""
    known = "everything recorded" if report.known_at is None else f"what was known at {report.known_at.isoformat()}"
    return f"{report.catalogue.title}, as at {report.as_at.isoformat()}, from {known}"


def _rows(report: Report) -> Iterator[tuple[str, str, str, str]]:
    for result in report.results:
        metric = result.metric
        yield f"{result.value:,}", metric.unit.plural, metric.title, str(metric)


def notes(report: Report) -> list[str]:
    """Say what a reader must know besides the figures, a line each."""
    lines = [f"{result.metric.title}: {result.note}" for result in report.results if result.note]
    return [*lines, *(f"invariant {finding}" for finding in report.invariants)]


def as_text(report: Report) -> str:
    """Lay out a report for a terminal."""
    head = ("figure", "unit", "title", "metric")
    return "\n".join([heading(report), "", table([head, *_rows(report)], frozenset({0})), "", *notes(report)]).rstrip()


def as_html(report: Report) -> str:
    """Lay out a report for a notebook. Every text is escaped."""
    head = '<tr><th scope="col">Title</th><th scope="col">Figure</th><th scope="col">Unit</th></tr>'
    body = "".join(
        f'<tr title="{escape(metric)}"><th scope="row">{escape(title)}</th>'
        f'<td style="text-align: right">{escape(value)}</td><td>{escape(unit)}</td></tr>'
        for value, unit, title, metric in _rows(report)
    )
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes(report))
    below = f"<ul>{listed}</ul>" if listed else ""
    caption = f"<caption>{escape(heading(report))}</caption>"
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>{below}"
