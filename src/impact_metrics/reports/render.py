"""Reports as a person reads them: tables in a terminal, a table in a notebook, under the headings of their sections."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from impact_metrics.reports.lists import SHOWN, entry_texts
from impact_metrics.reports.table import layout
from impact_metrics.rules.measures import Heading, Listing
from impact_metrics.rules.measures.shares import percent
from impact_metrics.rules.sections import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.reports.report import Report
    from impact_metrics.reports.results import Result

WIDTH = 120
"""How long the lines of an entry are in a terminal."""

_TITLES = {Heading.FIGURES: "", Heading.SHARES: "Outcomes", Heading.TIMES: "Times"}
"""The headings in a report without sections."""
_COLUMNS = {
    Heading.FIGURES: ("figure", "unit", "title", "metric"),
    Heading.SHARES: ("share", "of", "title", "metric"),
    Heading.TIMES: ("median", "behind it", "title", "metric"),
}
_IN_HTML = {Heading.FIGURES: ("", ""), Heading.SHARES: ("", "of "), Heading.TIMES: ("median ", "")}
"""What stands before a figure, and before what is behind it, where they have no heading of their own."""


def heading(report: Report) -> str:
    """Say what is reported, as at when and as known when."""
    known = "everything recorded" if report.known_at is None else f"what was known at {report.known_at.isoformat()}"
    return f"{report.catalogue.title}, as at {report.as_at.isoformat()}, from {known}"


def _sections(report: Report) -> Iterator[tuple[str, list[Result]]]:
    """Give the results under their headings; without sections, shares come after what is none, and times last."""
    if report.catalogue.sections:
        for title, metrics in report.catalogue.by_section:
            yield title or OTHERS, [report[metric.id] for metric in metrics]
        return
    for heading, title in _TITLES.items():
        yield title, [result for result in report.results if result.metric.measure.heading is heading]


def _said(results: Sequence[Result], heading: Heading) -> Iterator[tuple[str, str, str, str]]:
    for result in results:
        if result.metric.measure.heading is heading:
            yield *result.said, result.metric.title, str(result.metric)


def _stages(result: Result) -> list[tuple[str, ...]]:
    """Lay out the stages of a funnel: number, share of the stage before, drop-off and title."""
    rows: list[tuple[str, ...]] = [(result.metric.unit.plural, "of the stage before", "dropped off", "stage")]
    for stage in result.stages:
        before = "" if stage.conversion is None else f"{percent(stage.conversion)} %"
        dropped = "" if stage.dropped is None else f"{stage.dropped:,}"
        rows.append((f"{stage.number:,}", before, dropped, stage.title))
    return rows


def _listed(result: Result) -> Iterator[str]:
    """Give the lines of a list: what is counted, then each entry, up to a number that a page holds."""
    yield from map(str, result.tallied)
    if isinstance(result.metric.measure, Listing):
        yield from (f"- {text}" for text in entry_texts(result.metric.measure, result.entries[:SHOWN]))
    if len(result.entries) > SHOWN:
        yield f"and {len(result.entries) - SHOWN:,} more, in report.listing({result.metric.id!r})"


def notes(report: Report) -> list[str]:
    """Say what a reader must know besides the figures, a line each."""
    lines = [f"{result.metric.title}: {result.note}" for result in report.results if result.note]
    return [*lines, *(f"invariant {finding}" for finding in report.invariants)]


def as_text(report: Report) -> str:
    """Lay out a report for a terminal."""
    blocks = [heading(report)]
    for title, results in _sections(report):
        inside = list(_section(results))
        blocks += [*([title] if title and inside else []), *inside]
    return "\n\n".join([*blocks, "\n".join(notes(report))]).rstrip()


def _wrapped(line: str) -> str:
    """Break a long entry into lines, the later ones set in."""
    return textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _section(results: Sequence[Result]) -> Iterator[str]:
    for heading, columns in _COLUMNS.items():
        if rows := [*_said(results, heading)]:
            yield layout([columns, *rows], frozenset({0}))
    for result in results:
        if result.stages:
            yield f"{result.metric.title}\n\n{layout(_stages(result), frozenset({0, 1, 2}))}"
        if lines := [*_listed(result)]:
            yield "\n".join([f"{result.metric.title}: {result}", "", *map(_wrapped, lines)])


def as_html(report: Report) -> str:
    """Lay out a report for a notebook. Every text is escaped."""
    head = '<tr><th scope="col">Title</th><th scope="col">Figure</th><th scope="col">Unit</th></tr>'
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes(report))
    below = f"<ul>{listed}</ul>" if listed else ""
    caption = f"<caption>{escape(heading(report))}</caption>"
    bodies = "".join(_html_section(title, results, report) for title, results in _sections(report))
    return f"<table>{caption}<thead>{head}</thead><tbody>{bodies}</tbody></table>{below}"


def _html_section(title: str, results: Sequence[Result], report: Report) -> str:
    headed = bool(report.catalogue.sections)
    above = f'<tr><th scope="rowgroup" colspan="3">{escape(title)}</th></tr>' if headed else ""
    rows = (
        (f"{before}{shown}", f"{of}{behind}", name, metric)
        for heading, (before, of) in _IN_HTML.items()
        for shown, behind, name, metric in _said(results, heading)
    )
    body = "".join(
        f'<tr title="{escape(metric)}"><th scope="row">{escape(name)}</th>'
        f'<td style="text-align: right">{escape(value)}</td><td>{escape(unit)}</td></tr>'
        for value, unit, name, metric in rows
    )
    return f"{above}{body}{''.join(map(_html_behind, results))}"


def _html_behind(result: Result) -> str:
    """Lay out the stages of a funnel and the entries of a list, in a row of their own."""
    lines = [f"{title}: {number}" for number, _, _, title in _stages(result)[1:]] if result.stages else []
    lines += [line.removeprefix("- ") for line in _listed(result)]
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<tr><td colspan="3">{escape(result.metric.title)}<ul>{items}</ul></td></tr>'
