"""The clauses of a rule: every place in it where a condition or a number decides, and the rule turned either way there.

A clause *helps* when it makes the rule count. ``easier`` is the rule with the clause granted (or the number one lower),
``harder`` the rule with it refused (or the number one higher). Under a negation it is the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs

from impact_metrics.documents.english.conditions import Scope, say
from impact_metrics.documents.english.populations import lead
from impact_metrics.documents.english.words import event_noun, with_article
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
)
from impact_metrics.rules.measures import Count, RowCount, Rows, Tally, Total
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from impact_metrics.expressions import Row
    from impact_metrics.rules import Unit

ALWAYS: Condition = AllOf(())
NEVER: Condition = AnyOf(())


Rule: TypeAlias = Tally | None
"""A rule that is turned: ``None`` where it is turned so far that it counts everybody, or nobody."""


@attrs.frozen
class Turn:
    """A place in a rule: what it says in words, and the rule turned towards counting there, and against it."""

    text: str
    easier: Rule
    harder: Rule


_Rebuild: TypeAlias = Callable[[Any], Rule]
"""Puts a part of the rule in its place and gives the whole; ``None`` for a population that has everybody."""


def turns(measure: Tally, unit: Unit) -> Iterator[Turn]:
    """Give every clause of what is counted, outer before inner, in the order in which they are written."""
    match measure:
        case Count(population):
            yield from population_turns(population, _count, unit)
        case RowCount(rows):
            yield from _rows(rows.row, rows.condition, lambda part: RowCount(Rows(rows.row, part)))
        case Total(field, condition):
            yield from _rows(field.row, condition, lambda part: Total(field, part))
        case _:
            assert_never(measure)


def _rows(row: Row, condition: Condition, put: _Rebuild) -> Iterator[Turn]:
    if condition == ALWAYS:
        yield Turn(f"there is {with_article(event_noun(row.record.name))}", None, put(NEVER))
    yield from _condition(condition, put, Scope.of(row), helps=True)


def _count(population: Population[Any] | None) -> Rule:
    return None if population is None else Count(population)


def population_turns(population: Population[Any], put: _Rebuild, unit: Unit) -> Iterator[Turn]:
    """Give every clause of a population that is part of a rule; ``put`` puts it in its place."""
    yield from _population(population, put, unit.singular, helps=True)


def _turn(text: str, granted: Rule, refused: Rule, *, helps: bool) -> Turn:
    return Turn(text, granted, refused) if helps else Turn(text, refused, granted)


def _population(population: Population[Any], put: _Rebuild, person: str, *, helps: bool) -> Iterator[Turn]:
    match population:
        case Distinct():
            if population.minimum > 1:
                fewer, more = (attrs.evolve(population, minimum=population.minimum + step) for step in (-1, 1))
                yield _turn(lead(population, f"the {person}"), put(fewer), put(more), helps=helps)
            elif population.condition == ALWAYS:
                never = attrs.evolve(population, condition=NEVER)
                text = lead(population, f"the {person}")
                text = text if helps else f"it is not so that {text}"
                yield _turn(text, put(None), put(never), helps=helps)
            scope = Scope.of(population.row, population.subject, person)
            whole = lambda condition: put(attrs.evolve(population, condition=condition))  # noqa: E731 - see _Rebuild
            yield from _condition(population.condition, whole, scope, helps=helps)
        case Both(items) | Either(items):
            for position, item in enumerate(items):
                yield from _population(item, _in_place(population, items, position, put), person, helps=helps)
        case Without(base, removed):
            kept = lambda part: put(part and Without(part, removed))  # noqa: E731 - see _Rebuild
            yield from _population(base, kept, person, helps=helps)
            rest = lambda part: part and put(Without(base, part))  # noqa: E731 - see _Rebuild
            yield from _population(removed, rest, person, helps=not helps)
        case _:
            assert_never(population)


def _in_place(whole: Any, items: tuple[Any, ...], position: int, put: _Rebuild) -> _Rebuild:  # noqa: ANN401 - a node with items
    def rebuilt(part: Any) -> Rule:  # noqa: ANN401 - a part of the node
        others = (*items[:position], *items[position + 1 :])
        if part is None:
            return put(attrs.evolve(whole, items=others) if isinstance(whole, Both) and others else None)
        return put(attrs.evolve(whole, items=(*items[:position], part, *items[position + 1 :])))

    return rebuilt


def _condition(condition: Condition, put: _Rebuild, scope: Scope, *, helps: bool) -> Iterator[Turn]:
    match condition:
        case AllOf(items):
            yield from _each(condition, items, put, scope, helps=helps)
        case AnyOf(items):
            yield _whole(condition, put, scope, helps=helps)
            yield from _each(condition, items, put, scope, helps=helps)
        case Clause(condition=inner):
            if isinstance(inner, AllOf | AnyOf):
                yield _whole(condition, put, scope, helps=helps)
                yield from _each(inner, inner.items, put, scope, helps=helps)
            else:
                yield from _condition(inner, put, scope, helps=helps)
        case Not(item):
            yield from _condition(item, lambda part: put(Not(part)), scope, helps=not helps)
        case Exists(row, inner):
            yield _whole(condition, put, scope, helps=helps)
            inside, _ = scope.bind(row)
            yield from _condition(inner, lambda part: put(Exists(row, part)), inside, helps=helps)
        case AtLeast(n, row, inner):
            fewer = attrs.evolve(condition, n=n - 1) if n > 1 else ALWAYS
            more = attrs.evolve(condition, n=n + 1)
            yield _turn(_said(condition, scope, helps=helps), put(fewer), put(more), helps=helps)
            inside, _ = scope.bind(row)
            whole = lambda part: put(attrs.evolve(condition, condition=part))  # noqa: E731 - see _Rebuild
            yield from _condition(inner, whole, inside, helps=helps)
        case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
            yield _whole(condition, put, scope, helps=helps)
        case _:
            assert_never(condition)


def _each(
    whole: AllOf | AnyOf, items: tuple[Condition, ...], put: _Rebuild, scope: Scope, *, helps: bool
) -> Iterator[Turn]:
    for position, item in enumerate(items):
        yield from _condition(item, _in_place(whole, items, position, put), scope, helps=helps)


def _whole(condition: Condition, put: _Rebuild, scope: Scope, *, helps: bool) -> Turn:
    return _turn(_said(condition, scope, helps=helps), put(ALWAYS), put(NEVER), helps=helps)


def _said(condition: Condition, scope: Scope, *, helps: bool) -> str:
    """Say the clause as what helps the rule to count."""
    if isinstance(condition, Clause):
        condition = attrs.evolve(condition, condition=ALWAYS)
        return say(condition, scope, negated=not helps).text
    said = str(say(condition, scope, negated=not helps))
    # Of an event that a clause only asks for, the reader has to be told which one is meant.
    return said if len(scope.names) == 1 else f"of {scope.names[scope.current]}: {said}"
