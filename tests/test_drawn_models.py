"""Random models: every kind of field is drawn, constraints are of every shape, and acyclic ones are acyclic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_metrics import (
    Constraint,
    Event,
    EventId,
    Field,
    Model,
    Stream,
    all_of,
    at_least,
    constraint,
    exists,
    link,
    not_,
)
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.expressions import AtLeast, Compare, Condition, Exists, IsMissing, Not, Operator, alias, walk
from impact_metrics.expressions.operands import Row, Shifted
from impact_metrics.rules.decidability import asked_by_constraint, goes_round
from impact_metrics.testing import SMALL, conditions, measures, models, populations, streams
from impact_metrics.testing.values import values_of
from impact_metrics.values import CodeKind, DateKind, FlagKind, IdKind, NumberKind, Purpose
from tests import oracle
from tests.test_engine_properties import known_events, sampled
from tests.toys import STRICT_TOYS, TOYS, Broken, Made, Sold


def needs(asking: Constraint) -> set[tuple[str, str]]:
    """What a constraint asks for, of each event and on the day of each that it denies."""
    return set(asked_by_constraint(asking))


def is_acyclic(edges: Iterable[tuple[str, str]]) -> bool:
    return not goes_round(edges)


def own_fields(model: Model) -> list[Any]:
    inherited = set(Event.__record__.fields)
    return [spec for event in model.events for spec in event.__record__.fields if spec not in inherited]


def test_drawn_models_have_fields_of_every_kind() -> None:
    """Ids in roles and links, codes, flags, dates and both sorts of number occur; single, as sets, and optional."""
    drawn = sampled(models(), 200)
    specs = [spec for model in drawn for spec in own_fields(model)]
    seen = {(type(spec.kind), spec.many) for spec in specs}
    assert seen >= {(kind, False) for kind in (IdKind, CodeKind, FlagKind, DateKind, NumberKind)}
    assert seen >= {(kind, True) for kind in (IdKind, CodeKind, DateKind, NumberKind)}
    assert {(spec.purpose, spec.optional) for spec in specs} == {(p, o) for p in Purpose for o in (True, False)}
    assert {spec.kind.decimal for spec in specs if isinstance(spec.kind, NumberKind)} == {True, False}
    assert {len(model.events) for model in drawn} == {1, 2, 3}
    assert {len(model.constraints) for model in drawn} == {0, 1, 2, 3}
    for model in drawn:
        ids = {spec.kind for spec in own_fields(model) if isinstance(spec.kind, IdKind)}
        assert 1 <= len(ids) <= 2


def test_drawn_constraints_ask_for_presence_absence_and_values() -> None:
    """Constraints hold ``exists`` and ``at_least``, under ``not_`` and not, with and without ``when``."""
    drawn = [constraint for model in sampled(models(), 300) for constraint in model.constraints]
    required = [item.require for item in drawn]
    assert {type(item) for item in required} >= {Exists, AtLeast, Not, Compare, IsMissing}
    nodes: list[Condition] = [node for item in drawn for node in walk(item.condition)]
    assert {node.operator for node in nodes if isinstance(node, Compare)} == set(Operator)
    assert any(isinstance(node, Compare) and isinstance(node.left, Shifted) for node in nodes)
    assert {node.on is None for node in nodes if isinstance(node, AtLeast)} == {True, False}
    alone = [item for item in required if isinstance(item, Not) and isinstance(item.item, Exists)]
    assert any(
        "other1.id !=" in " ".join(str(node) for node in walk(item) if isinstance(node, Compare)) for item in alone
    )
    assert {bool(list(walk(item.when))[1:]) for item in drawn} == {True, False}


@settings(max_examples=60)
@given(models(acyclic=True))
def test_acyclic_models_are_acyclic(model: Model) -> None:
    """No event of a model drawn as acyclic can call for others for ever."""
    assert is_acyclic(edge for item in model.constraints for edge in needs(item))


def test_a_good_part_of_acyclic_models_need_something() -> None:
    """Acyclic models are not bought by asking for nothing: in every fifth and more an event needs another."""
    drawn = sampled(models(acyclic=True), 100)
    assert sum(any(map(needs, model.constraints)) for model in drawn) > 20
    assert any(
        not is_acyclic(edge for item in model.constraints for edge in needs(item)) for model in sampled(models(), 40)
    )


@settings(max_examples=60)
@given(st.data())
def test_rules_and_streams_are_drawn_for_every_model(data: st.DataObject) -> None:
    """Streams and rules of any drawn model are valid, and the engine agrees with brute force on them."""
    model = data.draw(models(pools=SMALL))
    stream = data.draw(streams(model, max_events=6, pools=SMALL))
    population = data.draw(populations(model, pools=SMALL))
    measure = data.draw(measures(model, pools=SMALL))
    row = Row(data.draw(st.sampled_from(model.events)).__record__)
    condition = data.draw(conditions(model, row, pools=SMALL))
    events, engine = known_events(stream), SpansEngine(stream.known())
    for day in oracle.days_of_interest(events):
        assert engine.members_at(population, day) == oracle.members(population, events, day)
        assert engine.figure(measure, day).value == oracle.figure(measure, events, day)[0]
        found = {event.id for event in engine.rows_at(row, condition, day)}
        assert found == {event.id for event in oracle.rows(row, condition, events, day)}


class Bare(Event):
    """Something happens, and nothing else is known of it."""


class Note(Event):
    """Somebody remarks on an event."""

    about: Field[EventId] = link("the event that is remarked on")


@given(streams(Model(name="bare", events=(Bare,))), populations(Model(name="bare", events=(Bare,))))
def test_a_model_without_ids_of_its_own_counts_events(stream: Stream, population: Any) -> None:
    """Where no event type has a role or link, populations are of the events themselves."""
    members = SpansEngine(stream.known()).members_at(population, max(oracle.days_of_interest(known_events(stream))))
    assert members <= {event.id for event in known_events(stream)}


def test_links_to_events_meet() -> None:
    """A field that names an event names one that is there, in a good part of streams, and rules follow the link."""
    model = Model(name="notes", events=(Bare, Note))
    drawn = sampled(streams(model), 100)
    ids = [{event.id for event in known_events(stream)} for stream in drawn]
    named = [{event.about for event in known_events(stream) if isinstance(event, Note)} for stream in drawn]
    assert sum(bool(one & other) for one, other in zip(ids, named, strict=True)) > 30
    rules = [node for item in sampled(populations(model), 300) for node in walk_population(item)]
    assert any(isinstance(node, Compare) and {"id", "about"} == names_read(node) for node in rules)


def walk_population(population: Any) -> list[Condition]:
    return [node for item in getattr(population, "items", [population]) for node in walk_items(item)]


def walk_items(item: Any) -> list[Condition]:
    return list(walk(item.condition)) if hasattr(item, "condition") else []


def names_read(node: Compare) -> set[str]:
    return {getattr(side, "name", "") for side in (node.left, node.right)}


def test_small_pools_are_small() -> None:
    """Two ids, two codes, two numbers and three days are all there is."""
    kinds = [spec.kind for event in TOYS.events for spec in event.__record__.fields]
    for kind in kinds:
        if isinstance(kind, IdKind | CodeKind | NumberKind):
            assert len(set(sampled(values_of(kind, SMALL), 50))) == 2
        if isinstance(kind, DateKind):
            assert len(set(sampled(values_of(kind, SMALL), 50))) == 3


second = alias(Sold, "second")


@pytest.mark.parametrize(
    ("require", "expected"),
    [
        (exists(Made, Made.case == Sold.case), {("Sold", "Made")}),
        (at_least(2, Made, Made.case == Sold.case), {("Sold", "Made")}),
        (not_(exists(Broken, Broken.case == Sold.case)), set()),
        (not_(exists(Broken, not_(exists(Made, Made.case == Broken.case)))), {("Sold", "Made"), ("Broken", "Made")}),
        (exists(second, second.case == Sold.case), {("Sold", "Sold")}),
        (not_(not_(all_of(Sold.gift, exists(Made, not_(exists(Broken)))))), {("Sold", "Made"), ("Broken", "Made")}),
    ],
)
def test_needs_follow_polarity(require: Condition, expected: set[tuple[str, str]]) -> None:
    """What must exist is needed by every type that stands for 'every', and on the days of what must not exist."""
    assert needs(constraint("c", Sold, require, because="drawn")) == expected


def test_what_when_says_is_negated() -> None:
    """A constraint that bites where no sale is found needs that sale, or what it requires."""
    found = constraint("c", Broken, exists(Made), when=not_(exists(Sold)), because="drawn")
    assert needs(found) == {("Broken", "Made"), ("Broken", "Sold")}
    assert needs(constraint("c", Broken, exists(Made), when=exists(Sold), because="drawn")) == {
        ("Broken", "Made"),
        ("Sold", "Made"),
    }


def test_a_circle_of_needs_is_seen() -> None:
    """Two types that need each other go round for ever, and so does one that needs itself."""
    assert is_acyclic(edge for item in STRICT_TOYS.constraints for edge in needs(item))
    assert not is_acyclic([("A", "B"), ("B", "A")])
    assert not is_acyclic([("A", "A")])
