"""The section of headline figures: every metric to date, under the headings of its catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.publication.page.elements import Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.saying import legend, told
from impact_metrics.rules.measures import Heading
from impact_metrics.rules.sections import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Metric


def headlines(given: Given) -> Section:
    """Show each figure as a card, which links to its definition."""
    return Section("figures", "Headline figures", tuple(_inside(given)))


def _inside(given: Given) -> Iterator[Element]:
    catalogue = given.edition.catalogue
    yield tag("p", legend(given.edition.policy), class_="note")
    for title, metrics in catalogue.by_section:
        if not metrics:
            continue
        if catalogue.sections:
            yield tag("h3", title or OTHERS)
        level = "h4" if catalogue.sections else "h3"
        yield tag("div", [_card(given, metric, level) for metric in metrics], class_="cards")


def _card(given: Given, metric: Metric, level: str) -> Element:
    said = told(metric, given.edition.headline(metric.id), given.edition.policy)
    plain = metric.measure.heading is Heading.FIGURES
    return tag(
        "article",
        tag(level, metric.title, id=f"figure-{metric.id}-title"),
        tag(
            "p", tag("strong", said.large, class_="large"), " ", tag("span", said.unit, class_="unit"), class_="figure"
        ),
        tag("ul", [tag("li", line) for line in said.behind], class_="behind") if said.behind else None,
        tag(
            "p",
            tag("a", "How it is defined", tag("span", f": {metric.title}", class_="unseen"), href=_place(metric)),
            class_="more",
        ),
        id=f"figure-{metric.id}",
        class_="card tally" if plain else "card",
        aria_labelledby=f"figure-{metric.id}-title",
    )


def _place(metric: Metric) -> str:
    return f"#definition-{metric.id}"
