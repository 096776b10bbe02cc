"""A metric's page: what is published, what the rule says, how it reads events, and how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from impact_metrics.documents import compare, describe
from impact_metrics.documents.diagram import boxes, to_svg
from impact_metrics.documents.english.relations import words_around
from impact_metrics.documents.english.scales import say_scale
from impact_metrics.documents.english.words import event_noun, value_words
from impact_metrics.exchange import yaml_text
from impact_metrics.exchange.measures import plain_measure
from impact_metrics.rules.invariants import metrics_of
from impact_metrics.sphinx.build import bullets, heading, link, paragraph, points, strong, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.rules import Catalogue, Invariant, Metric

CORRECTIONS = (
    "The figure is as at a date and as known at a moment. A record that is corrected or retracted later changes it "
    "from then on, for earlier dates too; two ids that turn out to be one person count once from then on. The figure "
    "as it was published stays reproducible: it is the one known at the moment of publication."
)


def metric_page(metric: Metric, catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Write all that a reader needs to know of a metric."""
    told = describe(metric)
    yield from _published(metric)
    yield heading("What the rule says")
    yield from points(told.counted)
    yield paragraph(*" ".join(told.placed).split("\n"))
    yield paragraph(CORRECTIONS)
    if metric.assumptions:
        yield heading("Our readings")
        yield texts(metric.assumptions)
    yield heading("Which events it reads")
    svg = to_svg(boxes(metric.measure), f"Events that {metric.title} reads")
    yield nodes.raw("", f'<figure class="metric-diagram">{svg}</figure>', format="html")
    records = sorted({row.record.name for row in metric.measure.rows_read})
    meaning = {word.name: word.meaning for word in told.words}
    yield table(
        ["Event", "Field", "What it is"],
        [row for name in records for row in _event_rows(name, meaning, page)],
    )
    if told.sets:
        yield heading("Named sets")
        yield bullets(
            [
                paragraph(
                    link("codeset", among.name, among.name, page),
                    f": {', '.join(value_words(member) for member in among)}. ",
                    *([f"Source: {among.source}"] if among.source else []),
                )
            ]
            for among in told.sets
        )
    if told.scales:
        yield heading("Scale")
        yield texts([say_scale(scale) for scale in told.scales])
    yield from _relations(metric, catalogue, page)
    yield paragraph(strong("Proofs: "), str(catalogue.exactness(metric.id)))
    yield from _versions(metric, catalogue)
    if metric.limits:
        yield heading("Known limits")
        yield texts(metric.limits)
    yield heading("The rule itself")
    rule = yaml_text.write(plain_measure(metric.measure))
    yield nodes.literal_block(rule, rule, language="yaml")


def _published(metric: Metric) -> Iterator[nodes.Node]:
    if metric.definition is None:
        yield paragraph("The source gives no definition.")
    else:
        quote = nodes.block_quote()
        quote += paragraph(metric.definition)
        yield quote
    yield paragraph(strong("Source: "), str(metric.source))
    yield paragraph(
        strong("Unit: "), metric.unit.plural, ". ", strong("Version: "), metric.version,
        *([f" (effective from {metric.effective_from.isoformat()})"] if metric.effective_from else []), ".",
    )  # fmt: skip


def _event_rows(name: str, meaning: dict[str, str], page: str) -> Iterator[list[list[nodes.Node]]]:
    noun = event_noun(name)
    yield [[link("event", name, noun, page)], [nodes.Text("")], [nodes.Text(meaning[noun])]]
    for word, text in meaning.items():
        if word.endswith((f" of a {noun}", f" of an {noun}")):
            yield [[nodes.Text("")], [nodes.Text(word.rsplit(" of a", 1)[0])], [nodes.Text(text)]]


def _relations(metric: Metric, catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    found = [invariant for invariant in catalogue.invariants if metric.id in metrics_of(invariant)]
    if found:
        yield heading("Relations to other metrics")
        yield bullets([paragraph(*relation(invariant, catalogue, page))] for invariant in found)


def relation(invariant: Invariant, catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Say an invariant in a sentence, with links to its metrics, and why it holds."""
    words = iter(words_around(invariant))
    for name in metrics_of(invariant):
        yield nodes.Text(next(words))
        yield link("metric", name, catalogue[name].title, page)
    yield nodes.Text(f"{next(words)}: {invariant.because}.")


def _versions(metric: Metric, catalogue: Catalogue) -> Iterator[nodes.Node]:
    others = [version for version in catalogue.versions(metric.id) if version.version != metric.version]
    if not others:
        return
    yield heading("Other versions")
    for version in others:
        since = f", effective from {version.effective_from.isoformat()}" if version.effective_from else ""
        yield paragraph(strong(version.version), f"{since}: {version.reason}. Compared with the version above:")
        yield bullets([paragraph(str(change))] for change in compare(metric, version).changes)
