"""Populations and measures in words: what is counted, and through which events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.documents.english.conditions import Scope, parts, say
from impact_metrics.documents.english.points import Joiner, Point
from impact_metrics.documents.english.words import (
    event_noun,
    field_noun,
    listed,
    number_word,
    plural,
    subject_words,
    with_article,
)
from impact_metrics.rules.measures import Form
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, entering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.expressions import Condition, Row
    from impact_metrics.rules import Measure, Unit
    from impact_metrics.values import FieldSpec


@attrs.frozen
class Nouns:
    """How a kind of figure names things when it says what it does."""

    singular: str
    plural: str

    def event(self, row: Row) -> str:
        """Name an event type as a noun."""
        return event_noun(row.record.name)

    def field(self, spec: FieldSpec) -> str:
        """Name a field as the model documents it."""
        return field_noun(spec)

    def number(self, number: int) -> str:
        """Spell out a small number."""
        return number_word(number)

    def listed(self, items: Iterable[str]) -> str:
        """Join things as in a sentence."""
        return listed(list(items))

    def entry(self, population: Population[Any]) -> str:
        """Say which event is the entry event of a member."""
        entries = list(dict.fromkeys(event_noun(item.row.record.name) for item in entering(population)))
        simple = isinstance(population, Distinct) and population.minimum == 1
        return f"the earliest such {entries[0]}" if simple else f"the {listed(entries, 'or')} that completes the rule"


def say_measure(measure: Measure, unit: Unit) -> Point:
    """Put into words what a measure counts or adds up, from the verb on."""
    nouns = Nouns(unit.singular, unit.plural)
    opening = measure.opening(nouns)
    if measure.inner:
        names = (slot.called for slot in measure.slots if slot.form is Form.MEASURE)
        inside = (say_measure(inner, unit) for inner in measure.inner)
        each = (attrs.evolve(point, text=f"{name} {point.text}") for name, point in zip(names, inside, strict=True))
        return Point(opening, Joiner.AS_FOLLOWS, tuple(each))
    if measure.lines is not None:
        return _asked(opening, measure.lines.condition, Scope.of(measure.lines.row))
    said = tuple(_each(population, does, unit.singular) for does, population in measure.clauses(nouns))
    return Point(opening, Joiner.AS_FOLLOWS, said) if opening else said[0]


def _each(population: Population[Any], does: str, person: str) -> Point:
    """Say what is done with each member of a population."""
    if isinstance(population, Distinct):
        pronoun = "who" if subject_words(population.subject) == "person" else "that"
        return _member(population, f"{does} each {person} {pronoun}", person)
    return attrs.evolve(say_population(population, person), text=f"{does} each {person} such that")


def say_population(population: Population[Any], person: str) -> Point:
    """Put into words who belongs to a population."""
    match population:
        case Distinct():
            return _member(population, f"the {person}", person)
        case Both(items):
            return Point("", Joiner.ALL, tuple(say_population(item, person) for item in items))
        case Either(items):
            return Point("", Joiner.ANY, tuple(say_population(item, person) for item in items))
        case Without(base, removed):
            denied = Point("it is not so", Joiner.THAT, (say_population(removed, person),))
            return Point("", Joiner.ALL, (say_population(base, person), denied))
        case _:
            assert_never(population)


def lead(population: Distinct[Any], who: str) -> str:
    """Say in which role of how many events somebody is, without the conditions on these."""
    event = event_noun(population.row.record.name)
    role = field_noun(population.subject.spec)
    being = f"is among {role}" if population.subject.spec.many else f"is {role}"
    return f"{who} {being} in {_how_often(population, event)}"


def _member(population: Distinct[Any], who: str, person: str) -> Point:
    return _asked(lead(population, who), population.condition, Scope.of(population.row, population.subject, person))


def _how_often(population: Distinct[Any], event: str) -> str:
    n = population.minimum
    if population.on is None:
        return with_article(event) if n == 1 else f"at least {number_word(n)} {plural(event)}"
    if population.on.name == "occurred_on":
        return f"{plural(event)} on at least {number_word(n)} different days"
    noun = field_noun(population.on.spec)
    return f'{plural(event)} with at least {number_word(n)} different values of "{noun}"'


def _asked(text: str, condition: Condition, scope: Scope) -> Point:
    asked = parts(condition)
    if not asked:
        return Point(text)
    points = tuple(say(part, scope) for part in asked)
    if len(points) == 1 and not points[0].points:
        return Point(f"{text} where {points[0].text}")
    if len(points) == 1 and not points[0].text:
        return Point(f"{text} where", points[0].joiner, points[0].points)
    return Point(f"{text} where", Joiner.ALL, points)
