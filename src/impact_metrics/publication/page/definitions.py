"""The section of definitions: what each figure means, word for word and as the rule reads events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.documents import describe
from impact_metrics.documents.english.scales import say_scale
from impact_metrics.documents.english.words import sentence
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import address, bullets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.documents import Point
    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Catalogue, Metric


def definitions(given: Given) -> Section:
    """Give for each metric the published words, the rule in plain English, and what a reader has to know."""
    catalogue = given.edition.catalogue
    intro = tag(
        "p",
        "Each figure is worked out by a rule that a machine runs. Below, the words of its source are followed by what "
        "the rule itself does, put into English by the same machine.",
    )
    made = [_definition(metric, catalogue) for _, metrics in catalogue.by_section for metric in metrics]
    return Section("definitions", "Definitions", (intro, *made))


def _definition(metric: Metric, catalogue: Catalogue) -> Element:
    return tag(
        "section",
        tag("h3", metric.title, id=f"definition-{metric.id}-title"),
        *_inside(metric, catalogue),
        id=f"definition-{metric.id}",
        class_="definition",
        aria_labelledby=f"definition-{metric.id}-title",
    )


def _inside(metric: Metric, catalogue: Catalogue) -> Iterator[Content]:
    said = describe(metric)
    if metric.definition is None:
        yield tag("p", "The source gives the figure without a definition.")
    else:
        yield tag("blockquote", tag("p", metric.definition))
    yield _facts(metric, catalogue)
    yield tag("h4", "What the rule does")
    yield tag("p", sentence(said.counted.heading))
    if said.counted.below:
        yield bullets(map(_point, said.counted.below))
    yield from (tag("p", text) for text in said.placed)
    for title, texts in (
        ("Named sets", [f"{among.name}: {', '.join(map(str, among))}" for among in said.sets]),
        ("Scale", [say_scale(scale) for scale in said.scales]),
        ("Our readings", metric.assumptions),
        ("What must not be concluded", metric.limits),
    ):
        if texts:
            yield tag("h4", title)
            yield bullets(texts)


def _point(point: Point) -> Content:
    return [point.heading, bullets(map(_point, point.below)) if point.below else None]


def _facts(metric: Metric, catalogue: Catalogue) -> Element:
    since = f", in force from {metric.effective_from.isoformat()}" if metric.effective_from else ""
    source = metric.source
    place = [" (", address(source.locator), ")"] if source.locator else None
    rows: list[tuple[str, Content]] = [
        ("Source", [f"{source.publisher}, “{source.title}”", place]),
        ("Unit", metric.unit.plural),
        ("Version", [f"{metric.version}{since}; id ", tag("code", metric.id)]),
        ("Proofs", sentence(str(catalogue.exactness(metric.id)))),
    ]
    return tag("dl", [tag("div", tag("dt", term), tag("dd", text)) for term, text in rows], class_="facts")
