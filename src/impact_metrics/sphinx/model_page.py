"""Pages of the model: event types with their fields, code lists and code sets."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from impact_metrics.documents.english.description import named_sets
from impact_metrics.expressions import OneOf, Overlaps, walk
from impact_metrics.sphinx.build import Inline, code, link, paragraph, table
from impact_metrics.values import CodeKind, CodeSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docutils import nodes

    from impact_metrics.model import Record
    from impact_metrics.rules import Catalogue
    from impact_metrics.values import Code, FieldSpec


def event_page(event: type[Record], catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Say what an event is, and which fields it has."""
    yield from _doc(event.__record__.doc)
    yield table(
        ["Field", "Type", "What it is"],
        [[[code(spec.name)], _type(spec, page), [spec.doc]] for spec in event.__record__.fields],
    )
    named = [constraint.id for constraint in catalogue.model.constraints if constraint.row.record == event.__record__]
    if named:
        yield paragraph("Constraints: ", ", ".join(named), ".")


def _type(spec: FieldSpec, page: str) -> list[Any]:
    kind = spec.kind
    name: Any = link("codes", kind.codes.__name__, str(kind), page) if isinstance(kind, CodeKind) else code(str(kind))
    return [*(["set of "] if spec.many else []), name, *([", may be missing"] if spec.optional else [])]


def codes_page(codes: type[Code], catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """List the codes of a list with their meanings."""
    yield from _doc(codes.__doc__ or "")
    rows: list[list[list[Inline]]] = [[[code(str(member))], [member.meaning or "as the code says"]] for member in codes]
    yield table(["Code", "Meaning"], rows)
    for among in code_sets(catalogue).values():
        if isinstance(next(iter(among)), codes):
            yield paragraph("Named set: ", link("codeset", among.name, among.name, page), ".")


def code_set_page(among: CodeSet[Any], catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """List the members of a set, and say who drew the line."""
    name = type(next(iter(among))).__name__
    yield paragraph("Of ", link("codes", name, name, page), ": ", ", ".join(str(member) for member in among), ".")
    if among.source:
        yield paragraph(f"Source: {among.source}.")
    users = [metric for metric in catalogue.metrics if among in named_sets(metric.measure)]
    if users:
        yield paragraph("Used by ", *_listed([link("metric", item.id, item.title, page) for item in users]), ".")


def _listed(links: list[nodes.Node]) -> list[Any]:
    return [item for position, one in enumerate(links) for item in ([", ", one] if position else [one])]


def _doc(text: str) -> Iterator[nodes.Node]:
    for block in cleandoc(text).split("\n\n"):
        yield paragraph(" ".join(block.split()))


def event_names(catalogue: Catalogue) -> Iterator[str]:
    """Name the event types of a model, and its person type."""
    model = catalogue.model
    return (record.__name__ for record in (*model.events, *([model.person] if model.person else [])))


def code_lists(catalogue: Catalogue) -> Mapping[str, type[Code]]:
    """Find the code lists of a model by their names."""
    kinds = [spec.kind for record in catalogue.model.record_types for spec in record.__record__.fields]
    return {kind.codes.__name__: kind.codes for kind in kinds if isinstance(kind, CodeKind)}


def code_sets(catalogue: Catalogue) -> Mapping[str, CodeSet[Any]]:
    """Find the named sets that the rules and constraints of a catalogue use, by their names."""
    metrics = (*catalogue.metrics, *catalogue.other_versions)
    found = {among.name: among for metric in metrics for among in named_sets(metric.measure)}
    for constraint in catalogue.model.constraints:
        for node in walk(constraint.condition):
            if isinstance(node, OneOf | Overlaps) and node.among.name:
                found.setdefault(node.among.name, node.among)
    return found
