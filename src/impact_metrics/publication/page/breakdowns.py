"""The section of breakdowns: counts by the categories of one or more dimensions, and what is refused of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.documents.english.words import listed
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import Align, bullets, table, to_definition
from impact_metrics.publication.page.saying import legend, shown
from impact_metrics.reports.books import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from impact_metrics.publication.observations import Observation
    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Metric

NOTHING = "\N{EN DASH}"
"""What stands where a table has no number: nobody is there, or the group is not broken down."""


def breakdowns(given: Given) -> Section | None:
    """Lay out each breakdown as a table, and say what is not broken down, and why."""
    edition = given.edition
    metrics = [metric for _, found in edition.catalogue.by_section for metric in found]
    broken = [metric for metric in metrics if edition.breakdowns(metric.id)]
    if not broken and not edition.refusals:
        return None
    inside: list[Element] = [tag("p", _intro(given), class_="note")] if broken else []
    inside += [_metric(given, metric) for metric in broken]
    return Section("breakdowns", "Breakdowns", (*inside, *_refused(given)))


def _intro(given: Given) -> str:
    return (
        f"Figures to date. {legend(given.edition.policy)} {NOTHING} stands where there is nothing to count, or to show."
    )


def _metric(given: Given, metric: Metric) -> Element:
    found = given.edition.breakdowns(metric.id)
    return tag(
        "section",
        tag("h3", to_definition(metric), id=f"breakdown-{metric.id}-title"),
        tag("div", [_table(metric, by, found) for by in found], class_="tables"),
        id=f"breakdown-{metric.id}",
        class_="part",
        aria_labelledby=f"breakdown-{metric.id}-title",
    )


def words(name: str) -> str:
    """Print the name of a dimension or category as a reader would write it."""
    return name.replace("_", " ")


def _table(metric: Metric, by: tuple[str, ...], found: Mapping[tuple[str, ...], Sequence[Observation]]) -> Element:
    caption = f"{metric.title}, {metric.unit.plural} by {listed([words(name) for name in by])}"
    numbers = {cell.cell: shown(cell) for cell in found[by]}
    if len(by) != 2:  # noqa: PLR2004 - rows and columns
        rows: list[list[Content]] = [[*map(words, labels), number] for labels, number in numbers.items()]
        head: list[tuple[str, Align]] = [(words(name).capitalize(), "text") for name in by]
        return table(caption, [*head, (metric.unit.plural.capitalize(), "number")], rows, total=_is_total(numbers))
    # What sums over the rows stands in the breakdown by the columns alone, where that was asked for.
    numbers = {(ALL, *cell.cell): shown(cell) for cell in found.get(by[1:], ())} | numbers
    down, across = (_all_last(labels) for labels in zip(*numbers, strict=True))
    return table(
        caption,
        [(words(by[0]).capitalize(), "text"), *((words(label), "number") for label in across)],
        [[words(row), *(numbers.get((row, column), NOTHING) for column in across)] for row in down],
        total=down[-1] == ALL,
    )


def _is_total(numbers: Mapping[tuple[str, ...], str]) -> bool:
    return set(list(numbers)[-1]) == {ALL}


def _all_last(labels: Iterable[str]) -> list[str]:
    """Put the total behind what it is the total of."""
    return sorted(dict.fromkeys(labels), key=lambda label: label == ALL)


def _refused(given: Given) -> Iterator[Element]:
    refusals = given.edition.refusals
    if refusals:
        yield tag("h3", "What is not broken down, and why")
        yield bullets(
            f"{given.edition.catalogue[refusal.metric].title}, {refusal.what}: {refusal.reason}."
            for refusal in refusals
        )
