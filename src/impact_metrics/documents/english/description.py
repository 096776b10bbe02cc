"""What a metric says, for a reader who knows no programming: generated whole from the metric's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.documents.english.points import Point
from impact_metrics.documents.english.populations import Nouns, say_measure
from impact_metrics.documents.english.scales import say_scale
from impact_metrics.documents.english.words import event_noun, listed, sentence, value_words
from impact_metrics.expressions import FieldRef, OneOf, Overlaps, walk
from impact_metrics.expressions.operands import Constant
from impact_metrics.expressions.walk import operands
from impact_metrics.rules import Measure, Metric
from impact_metrics.rules.populations import distincts
from impact_metrics.rules.scales import Scale
from impact_metrics.values import CodeSet

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.frozen
class Word:
    """An event type or one of its fields, as the rule uses it, and what the model says it is."""

    name: str
    meaning: str


@attrs.frozen(kw_only=True)
class Description:
    """A metric in plain English.

    ``counted`` is the rule as a nested list; ``placed`` says on which date a figure takes something up, and whether it
    can lose it again; ``sets`` are the named sets of the rule, ``words`` the events and fields it reads, and ``scales``
    those that its scores are on.
    """

    metric: Metric
    counted: Point
    placed: tuple[str, ...]
    sets: tuple[CodeSet[Any], ...]
    words: tuple[Word, ...]
    scales: tuple[Scale, ...] = ()

    @property
    def paragraph(self) -> str:
        """The rule as one paragraph."""
        return " ".join([sentence(str(self.counted)), *self.placed])

    def __str__(self) -> str:
        """Lay the description out for a terminal: the rule as a list, then what a reader needs to follow it."""
        lines = [f"{self.metric.title} ({self.metric}), in {self.metric.unit.plural}", ""]
        if self.metric.definition is not None:
            lines += [f'Published definition: "{self.metric.definition}"', f"Source: {self.metric.source}", ""]
        lines += ["What the rule does", *self.counted.lines(), "", *self.placed]
        if self.sets:
            lines += ["", "Named sets", *(f"- {_members(among)}" for among in self.sets)]
        if self.scales:
            lines += ["", "Scale", *(f"- {say_scale(scale)}" for scale in self.scales)]
        if self.metric.assumptions:
            lines += ["", "Our readings", *(f"- {assumption}" for assumption in self.metric.assumptions)]
        lines += ["", "Words", *(f"- {word.name}: {word.meaning}" for word in self.words)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Give the description as plain data."""
        return {
            "metric": self.metric.id,
            "version": self.metric.version,
            "counted": self.counted.to_dict(),
            "paragraph": self.paragraph,
            "placed": list(self.placed),
            "sets": [{"name": item.name, "members": [*map(str, item)], "source": item.source} for item in self.sets],
            "scales": [{"id": scale.id, "title": scale.title, "text": say_scale(scale)} for scale in self.scales],
            "words": [{"name": word.name, "meaning": word.meaning} for word in self.words],
        }


def describe(metric: Metric) -> Description:
    """Say in plain English what a metric counts, once or how often, under which conditions, and on which date."""
    return Description(
        metric=metric,
        counted=say_measure(metric.measure, metric.unit),
        placed=tuple(metric.measure.placing(Nouns(metric.unit.singular, metric.unit.plural))),
        sets=tuple(named_sets(metric.measure)),
        words=tuple(_words(metric.measure)),
        scales=metric.measure.scales,
    )


def named_sets(measure: Measure) -> Iterator[CodeSet[Any]]:
    """Give the named sets of a rule, each once, in the order of the rule."""
    seen: set[str] = set()
    for condition in measure.conditions:
        for node in walk(condition):
            if isinstance(node, OneOf | Overlaps) and node.among.name and node.among.name not in seen:
                seen.add(node.among.name)
                yield node.among


def _members(among: CodeSet[Any]) -> str:
    source = f" (source: {among.source})" if among.source else ""
    return f'"{among.name}": {listed([value_words(member) for member in among])}{source}'


def _words(measure: Measure) -> Iterator[Word]:
    """Give the event types that a rule reads with their fields, as the model documents them."""
    read: dict[str, dict[str, FieldRef]] = {}
    for ref in refs_of(measure):
        read.setdefault(ref.row.record.name, {})[ref.name] = ref
    records = {row.record.name: row.record for row in measure.rows_read}
    for name in sorted(records):
        noun = event_noun(name)
        yield Word(noun, first_paragraph(records[name].doc))
        for field, ref in sorted(read.get(name, {}).items()):
            yield Word(f"{field.replace('_', ' ')} of {'an' if noun[0] in 'aeiou' else 'a'} {noun}", ref.spec.doc)


def first_paragraph(doc: str) -> str:
    """Give the first paragraph of a docstring in one line."""
    return " ".join(doc.strip().split("\n\n")[0].split())


def refs_of(measure: Measure) -> Iterator[FieldRef]:
    """Give every field that a measure reads, what it counts or adds up included."""
    yield from measure.fields
    for population in measure.every_population:
        for item in distincts(population):
            yield item.subject
            if item.on is not None:
                yield item.on
    for condition in measure.conditions:
        for node in walk(condition):
            for operand in operands(node):
                if not isinstance(operand, Constant):
                    yield operand if isinstance(operand, FieldRef) else operand.field
