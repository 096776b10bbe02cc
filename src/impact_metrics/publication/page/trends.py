"""The section of trends: counts and totals over periods, as pictures with the numbers in a table below them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import fold, table, to_definition
from impact_metrics.publication.page.pictures import Mark, bars, line
from impact_metrics.publication.page.saying import HIDDEN, day, legend, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from impact_metrics.publication.observations import Observation
    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Metric
    from impact_metrics.rules.periods import Period

_HEADS = {
    "value": "In the period",
    "entered": "New in the period",
    "left": "No longer counted",
    "closing": "To date, at its end",
}


def trends(given: Given) -> Section | None:
    """Draw each count over periods: how many to date at the end of each, and how many were new in it."""
    edition = given.edition
    metrics = [metric for _, found in edition.catalogue.by_section for metric in found if edition.trend(metric.id)]
    if not metrics:
        return None
    first, last = edition.trend(metrics[0].id)[0], edition.trend(metrics[0].id)[-1]
    assert first.period is not None  # noqa: S101 - trends are over periods
    assert last.period is not None  # noqa: S101 - the same
    intro = tag(
        "p",
        f"From {first.period.label} to {last.period.label}, which is reported up to {day(edition.as_at)}. "
        f"{legend(edition.policy)}",
        class_="note",
    )
    return Section("trends", "Trends", (intro, *(_trend(given, metric) for metric in metrics)))


def _trend(given: Given, metric: Metric) -> Element:
    seen: defaultdict[Period, dict[str, Observation]] = defaultdict(dict)
    for found in given.edition.trend(metric.id):
        assert found.period is not None  # noqa: S101 - trends are over periods
        seen[found.period][found.part] = found
    return tag(
        "section",
        tag("h3", to_definition(metric), id=f"trend-{metric.id}-title"),
        tag("div", list(_pictures(metric, seen)), class_="pair"),
        fold("The numbers as a table", _numbers(metric, seen)),
        id=f"trend-{metric.id}",
        class_="trend",
        aria_labelledby=f"trend-{metric.id}-title",
    )


def _pictures(metric: Metric, seen: Mapping[Period, Mapping[str, Observation]]) -> Iterator[Element]:
    first = next(iter(seen.values()))
    unit = metric.unit.plural
    for part, draw, words in (
        ("closing", line, f"To date: {unit} counted at the end of each period"),
        ("entered", bars, f"New: {unit} who or that came in, in each period"),
        ("value", bars, f"{unit[:1].upper()}{unit[1:]} in each period"),
    ):
        if part in first:
            marks = [Mark(period.label, parts[part].value) for period, parts in seen.items()]
            name = f"picture-{metric.id}-{part}"
            yield tag(
                "figure",
                tag("figcaption", words),
                draw(name, f"{metric.title}. {words}.", _in_words(seen, part), marks),
            )


def _in_words(seen: Mapping[Period, Mapping[str, Observation]], part: str) -> str:
    """Say what a picture shows: where it starts, where it ends, and which numbers are not shown."""
    labelled = [(period.label, parts[part]) for period, parts in seen.items()]
    hidden = [label for label, found in labelled if shown(found) == HIDDEN]
    ends = [f"{label}: {shown(found)}" for label, found in (labelled[0], labelled[-1])]
    gaps = f" Not shown: {', '.join(hidden)}." if hidden else ""
    return f"{'; '.join(dict.fromkeys(ends))}.{gaps} All numbers are in the table below."


def _numbers(metric: Metric, seen: Mapping[Period, Mapping[str, Observation]]) -> Element:
    parts = _told_parts(list(seen.values()))
    rows: list[list[Content]] = [
        [period.label, *(shown(found[part]) for part in parts)] for period, found in seen.items()
    ]
    return table(
        f"{metric.title}, {metric.unit.plural} by period",
        [("Period", "text"), *((_HEADS[part], "number") for part in parts)],
        rows,
    )


def _told_parts(rows: Sequence[Mapping[str, Observation]]) -> list[str]:
    """Leave out who left where nobody ever did."""
    return [part for part in rows[0] if part != "left" or any(row[part].value != 0 for row in rows)]
