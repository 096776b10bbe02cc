"""Lists of a whole catalogue: its metrics, its constraints and its invariants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.documents.english.conditions import Scope, say
from impact_metrics.documents.english.words import event_noun, sentence
from impact_metrics.expressions import AllOf
from impact_metrics.rules.sections import OTHERS
from impact_metrics.sphinx.build import bullets, code, heading, link, paragraph, points_below, table
from impact_metrics.sphinx.metric_page import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes

    from impact_metrics.model import Constraint
    from impact_metrics.rules import Catalogue


def catalogue_list(catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """List the metrics with their units and sources, under the headings of their sections."""
    yield paragraph(catalogue.title, f" ({catalogue.id} {catalogue.version})")
    for title, metrics in catalogue.by_section:
        if catalogue.sections:
            yield heading(title or OTHERS)
        yield table(
            ["Metric", "Id and version", "Unit", "Source"],
            [
                [
                    [link("metric", metric.id, metric.title, page)],
                    [code(str(metric))],
                    [metric.unit.plural],
                    [str(metric.source)],
                ]
                for metric in metrics
            ],
        )


def constraints_list(catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Say each constraint in words, and why it must hold."""
    yield bullets(_constraint(constraint, page) for constraint in catalogue.model.constraints)


def _constraint(constraint: Constraint, page: str) -> list[nodes.Node]:
    name = constraint.row.record.name
    scope = Scope.of(constraint.row)
    asked = say(constraint.require, scope)
    when = "" if constraint.when == AllOf(()) else f" where {say(constraint.when, scope)},"
    event = link("event", name, event_noun(name), page)
    blocks: list[nodes.Node] = [
        paragraph(code(constraint.id), ": of every ", event, f"{when} it must be so that {asked.heading}")
    ]
    if asked.below:
        blocks.append(bullets(points_below(point) for point in asked.below))
    return [*blocks, paragraph(sentence(f"Because {constraint.because}"))]


def invariants_list(catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Say each invariant in a sentence, and why it holds."""
    yield bullets([paragraph(*relation(invariant, catalogue, page))] for invariant in catalogue.invariants)
