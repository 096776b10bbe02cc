"""Catalogues as plain data: what a file of a catalogue holds, in the order in which a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import cattrs

from impact_metrics.errors import ExchangeError, nearest
from impact_metrics.exchange.at import At
from impact_metrics.exchange.measures import plain_measure, read_measure
from impact_metrics.exchange.models import plain_constraint, plain_model, read_constraint, read_model
from impact_metrics.exchange.scales import plain_scale, read_scale, scales_of
from impact_metrics.exchange.values import Scope, plain_value, read_date, read_value
from impact_metrics.expressions import OneOf, Overlaps, walk
from impact_metrics.rules import (
    AtMost,
    Catalogue,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Metric,
    Monotone,
    Satisfiable,
    Section,
    Source,
    Subset,
    Unit,
)
from impact_metrics.values import CodeSet, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.expressions import Condition
    from impact_metrics.model import Model

FORMAT = "impact_metrics.catalogue"
FORMAT_VERSION = 1
_INVARIANTS: dict[str, type[Any]] = {
    "subset": Subset,
    "at_most": AtMost,
    "disjoint": Disjoint,
    "equivalent": Equivalent,
    "covered_by": CoveredBy,
    "monotone": Monotone,
    "satisfiable": Satisfiable,
}
_KEYS = ("format", "format_version", "id", "version", "title", "model", "metrics")
_OPTIONAL = ("named_sets", "scales", "constraints", "other_versions", "invariants", "sections")


def to_plain(catalogue: Catalogue) -> dict[str, Any]:
    """Turn a catalogue into plain data. Raises ``ExchangeError`` for two different sets, or scales, of one name."""
    sets = [_plain_set(among, kind) for among, kind in _named_sets(catalogue)]
    constraints = [plain_constraint(constraint) for constraint in catalogue.model.constraints]
    others = [_plain_metric(metric) for metric in catalogue.other_versions]
    invariants = [_plain_invariant(invariant) for invariant in catalogue.invariants]
    sections = [{"title": section.title, "metrics": list(section.metrics)} for section in catalogue.sections]
    scales = [plain_scale(scale) for scale in scales_of((*catalogue.metrics, *catalogue.other_versions))]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "id": catalogue.id,
        "version": catalogue.version,
        "title": catalogue.title,
        "metrics": [_plain_metric(metric) for metric in catalogue.metrics],
        **({"other_versions": others} if others else {}),
        **({"sections": sections} if sections else {}),
        **({"invariants": invariants} if invariants else {}),
        **({"named_sets": sets} if sets else {}),
        **({"scales": scales} if scales else {}),
        **({"constraints": constraints} if constraints else {}),
        "model": plain_model(catalogue.model),
    }


def _conditions(catalogue: Catalogue) -> Iterator[Condition]:
    for metric in (*catalogue.metrics, *catalogue.other_versions):
        yield from metric.measure.conditions
    for constraint in catalogue.model.constraints:
        yield constraint.when
        yield constraint.require


def _named_sets(catalogue: Catalogue) -> list[tuple[CodeSet[Any], Kind]]:
    found: dict[str, tuple[CodeSet[Any], Kind]] = {}
    for condition in _conditions(catalogue):
        for node in walk(condition):
            if isinstance(node, OneOf | Overlaps) and node.among.name:
                known, _ = found.setdefault(node.among.name, (node.among, node.field.spec.kind))
                if known != node.among:
                    raise ExchangeError(
                        "two different sets have this name", where=node.among.name, hint="give one of them another"
                    )
    return sorted(found.values(), key=lambda item: item[0].name)


def _plain_set(among: CodeSet[Any], kind: Kind) -> dict[str, Any]:
    source = {"source": among.source} if among.source else {}
    return {"name": among.name, "of": str(kind), "members": [plain_value(member) for member in among], **source}


def _plain_metric(metric: Metric) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": metric.id, "version": metric.version, "title": metric.title}
    if metric.definition is not None:
        plain["definition"] = metric.definition
    plain["source"] = {key: text for key, text in cattrs.unstructure(metric.source).items() if text}
    plain["unit"] = {key: text for key, text in cattrs.unstructure(metric.unit).items() if text}
    plain["measure"] = plain_measure(metric.measure)
    for key in ("assumptions", "limits"):
        if getattr(metric, key):
            plain[key] = list(getattr(metric, key))
    if metric.effective_from is not None:
        plain["effective_from"] = metric.effective_from.isoformat()
    return {**plain, "reason": metric.reason} if metric.reason else plain


def _plain_invariant(invariant: Invariant) -> dict[str, Any]:
    name = next(name for name, made in _INVARIANTS.items() if isinstance(invariant, made))
    plain = cattrs.unstructure(invariant)
    return {name: {key: list(held) if isinstance(held, tuple) else held for key, held in plain.items()}}


def from_plain(plain: object, model: Model | None = None) -> Catalogue:
    """Build a catalogue from plain data, with event types and code lists of its own, or those of ``model``.

    Raises ``ExchangeError`` that names the place in the data for anything that is unknown, missing, of another type or
    newer than this library, for rules that are wrong in themselves, and where ``model`` is not the one of the data.
    """
    at = At(plain)
    at.keys(("format", "format_version"), at.value if isinstance(at.value, dict) else ())
    if at["format"].value != FORMAT:
        at["format"].fail(f"this is no catalogue: {at['format'].value!r}", f"the format is {FORMAT!r}")
    if at["format_version"].number() > FORMAT_VERSION:
        at["format_version"].fail(
            f"the file has version {at['format_version'].value} of the format, and this library knows {FORMAT_VERSION}",
            "install a newer impact-metrics",
        )
    at.keys(_KEYS, _OPTIONAL)
    own = read_model(at["model"]) if model is None else _checked(model, at)
    scope = Scope({event.__record__.name: event.__record__ for event in own.events}, {})
    scales = {scale.id: scale for scale in map(read_scale, at["scales"].items())} if "scales" in at else {}
    scope = attrs.evolve(scope, sets=_read_sets(at, own), scales=scales)
    if model is None and "constraints" in at:
        own = attrs.evolve(own, constraints=tuple(read_constraint(item, scope) for item in at["constraints"].items()))
    with at.building():
        return Catalogue(
            id=at["id"].text(),
            version=at["version"].text(),
            title=at["title"].text(),
            model=own,
            metrics=tuple(_read_metric(item, scope) for item in at["metrics"].items()),
            other_versions=tuple(_read_metric(item, scope) for item in at["other_versions"].items())
            if "other_versions" in at
            else (),
            invariants=tuple(map(_read_invariant, at["invariants"].items())) if "invariants" in at else (),
            sections=tuple(map(_read_section, at["sections"].items())) if "sections" in at else (),
        )


def _checked(model: Model, at: At) -> Model:
    """Refuse a model that is another than that of the file."""
    constraints = [plain_constraint(constraint) for constraint in model.constraints]
    for place, expected in (("model", plain_model(model)), ("constraints", constraints)):
        held = at[place].value if place in at else []
        difference = _difference(held, expected, place)
        if difference:
            raise ExchangeError(
                "the file has another model than the one given",
                where=difference,
                hint="leave out the model to use that of the file",
            )
    return model


def _difference(one: object, other: object, path: str) -> str:
    """Give the path of the first difference, or the empty text."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((found for key in one if (found := _difference(one[key], other[key], f"{path}.{key}"))), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((found for n, (a, b) in pairs if (found := _difference(a, b, f"{path}[{n}]"))), "")
    return "" if one == other else path


def _read_sets(at: At, model: Model) -> Mapping[str, CodeSet[Any]]:
    kinds: dict[str, Kind] = {
        str(spec.kind): spec.kind for record in model.record_types for spec in record.__record__.fields
    }
    sets: dict[str, CodeSet[Any]] = {}
    for item in at["named_sets"].items() if "named_sets" in at else ():
        item.keys(["name", "of", "members"], ["source"])
        of, name = item["of"].text(), item["name"].text()
        if of not in kinds:
            item["of"].fail(f"no field holds {of!r}", nearest(of, kinds))
        with item.building():
            members = tuple(read_value(member, kinds[of]) for member in item["members"].items())
            sets[name] = CodeSet(name, members, item.optional_text("source"))
    return sets


def _read_metric(at: At, scope: Scope) -> Metric:
    at.keys(
        ["id", "version", "title", "source", "unit", "measure"],
        ["definition", "assumptions", "limits", "effective_from", "reason"],
    )
    source, unit = at["source"], at["unit"]
    source.keys(["publisher", "title"], ["locator"])
    unit.keys(["singular", "plural"], ["identified_by"])
    with at.building():
        return Metric(
            id=at["id"].text(),
            version=at["version"].text(),
            title=at["title"].text(),
            definition=at["definition"].text() if "definition" in at else None,
            source=Source(source["publisher"].text(), source["title"].text(), source.optional_text("locator")),
            unit=Unit(unit["singular"].text(), unit["plural"].text(), unit.optional_text("identified_by") or None),
            measure=read_measure(at["measure"], scope),
            assumptions=at.texts("assumptions"),
            limits=at.texts("limits"),
            effective_from=read_date(at["effective_from"]) if "effective_from" in at else None,
            reason=at.optional_text("reason"),
        )


def _read_section(at: At) -> Section:
    at.keys(["title", "metrics"])
    with at.building():
        return Section(at["title"].text(), at.texts("metrics"))


def _read_invariant(at: At) -> Invariant:
    name, inside = at.only()
    if name not in _INVARIANTS:
        at.fail(f"there is no invariant {name!r}", nearest(name, _INVARIANTS))
    made = _INVARIANTS[name]
    fields = [item.name for item in attrs.fields(made)]
    inside.keys(fields)
    values = [inside.texts(field) if field == "wholes" else inside[field].text() for field in fields]
    invariant: Invariant = made(*values)
    return invariant
