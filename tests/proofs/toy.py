"""A small model to make claims about: every kind of field that a rule can read, and no subject of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from impact_metrics import (
    CaseId,
    Catalogue,
    Code,
    Event,
    EventId,
    Field,
    Metric,
    PersonId,
    Source,
    Unit,
    alias,
    constraint,
    field,
    link,
    role,
)
from impact_metrics.model import Constraint, Model
from impact_metrics.rules import Measure
from impact_metrics.rules.measures import population_of
from impact_metrics.rules.populations import subject_kind


class Colour(Code):
    """Colours of games."""

    RED = "red", "The colour of fire."
    GREEN = "green"


class Game(Event):
    """A game is played."""

    player: Field[PersonId] = role("who played")
    table: Field[CaseId | None] = link("at which table", default=None)
    colour: Field[Colour | None] = field("with which colour", default=None)
    won: Field[bool | None] = field("whether it was won", default=None)
    points: Field[int | None] = field("how many points it brought", default=None)
    paid_on: Field[date | None] = field("when it was paid", default=None)


class Feast(Event):
    """A feast is held."""

    guests: Field[frozenset[PersonId]] = role("who came")
    tables: Field[frozenset[CaseId] | None] = link("at which tables", default=None)
    colours: Field[frozenset[Colour] | None] = field("in which colours", default=None)
    cost: Field[Decimal | None] = field("what it cost", default=None)


class Note(Event):
    """Somebody remarks on an event."""

    about: Field[EventId] = link("the event that is remarked on")
    author: Field[PersonId | None] = role("who wrote it", default=None)


one, other, third = alias(Game, "one"), alias(Game, "other"), alias(Game, "third")
feast, later_feast, note = alias(Feast, "feast"), alias(Feast, "later_feast"), alias(Note, "note")


def metric(name: str, measure: Measure) -> Metric:
    """A metric of a measure, with a unit that fits."""
    population = population_of(measure)
    counted = None if population is None else subject_kind(population).name
    return Metric(
        id=name,
        version="1",
        title=name,
        definition=None,
        source=Source("Nobody", "Nothing"),
        unit=Unit("one", "ones", counted),
        measure=measure,
    )


def catalogue(*constraints: Constraint, model: Model | None = None, **measures: Measure) -> Catalogue:
    """A catalogue of measures by name, over the games or another model."""
    games = Model(name="games", events=(Game, Feast, Note), constraints=constraints)
    metrics = tuple(metric(name, measure) for name, measure in measures.items())
    return Catalogue(id="c", version="1", title="C", model=model or games, metrics=metrics)


def rule(name: str, on: type[Event], *require: Any, when: Any = None) -> Constraint:
    """A constraint for which no reason is asked."""
    return constraint(name, on, *require, when=when, because="these are the rules of the game")
