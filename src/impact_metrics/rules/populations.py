"""Populations: sets of subjects, such as persons or cases, each counted once.

A subject is a member of ``distinct(R.role).where(c)`` at a date when some visible row of R has it in that role and c
holds.
``&``, ``|`` and ``-`` act subject by subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, assert_never, cast, overload

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Expr, FieldRef, Predicate, Row
from impact_metrics.expressions.conditions import check_threshold
from impact_metrics.expressions.language import as_condition, conjunction
from impact_metrics.model.constraints import check_rows
from impact_metrics.model.model import rows_read
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Iterator

K = TypeVar("K", bound=str)


class _SetOperators(Generic[K]):
    """``&``, ``|`` and ``-`` between populations of one kind of subject."""

    def __and__(self, other: Population[K]) -> Both[K]:
        """Members of both."""
        return Both((cast("Population[K]", self), _population(other)))

    def __or__(self, other: Population[K]) -> Either[K]:
        """Members of either."""
        return Either((cast("Population[K]", self), _population(other)))

    def __sub__(self, other: Population[K]) -> Without[K]:
        """Members of this one that are not members of the other."""
        return Without(cast("Population[K]", self), _population(other))


@attrs.frozen
class Distinct(_SetOperators[K]):
    """The different subjects in one role or link of an event type, over the rows for which the condition holds.

    ``minimum`` is how many such rows a subject needs; with ``on``, how many different values of that field among them.
    """

    subject: FieldRef
    condition: Condition = attrs.field(factory=lambda: AllOf(()))
    minimum: int = 1
    on: FieldRef | None = None

    def __attrs_post_init__(self) -> None:
        """The subject is an id, and every row that the condition reads is bound."""
        if not isinstance(self.subject.spec.kind, IdKind):
            raise RuleError(
                f"only things with an id can be counted as distinct, and this is {self.subject.spec}",
                where=f"distinct({self.subject})",
                hint="use a role or a link; to count rows use count(rows(...))",
            )
        check_rows(self.condition, frozenset({self.row}), f"distinct({self.subject})")
        check_threshold(self.minimum, self.on, self.row)

    @property
    def row(self) -> Row:
        """The index event: the row through which a subject enters."""
        return self.subject.row

    def where(self, *conditions: Predicate) -> Distinct[K]:
        """Keep the rows for which all the conditions hold, besides those asked before."""
        given = tuple(as_condition(condition) for condition in conditions)
        before = self.condition.items if isinstance(self.condition, AllOf) else (self.condition,)
        return attrs.evolve(self, condition=conjunction((*before, *given)))

    def at_least(self, n: int, *, on_distinct: Expr[Any] | None = None) -> Distinct[K]:
        """Keep subjects with at least ``n`` such rows, or ``n`` different values of a field among them."""
        on = None if on_distinct is None else on_distinct.node
        if on is not None and not isinstance(on, FieldRef):
            raise RuleError("on_distinct needs a field itself, not a date moved by days", where=str(on))
        return attrs.evolve(self, minimum=n, on=on)


@attrs.frozen
class Both(_SetOperators[K]):
    """Subjects that are members of every one of the populations."""

    items: tuple[Population[K], ...]

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared."""
        subject_kind(self)


@attrs.frozen
class Either(_SetOperators[K]):
    """Subjects that are members of at least one of the populations."""

    items: tuple[Population[K], ...]

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared."""
        subject_kind(self)


@attrs.frozen
class Without(_SetOperators[K]):
    """Subjects that are members of the first population and not of the second."""

    base: Population[K]
    removed: Population[K]

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared."""
        subject_kind(self)


Population: TypeAlias = Distinct[K] | Both[K] | Either[K] | Without[K]


def _population(value: Population[K]) -> Population[K]:
    if isinstance(value, _SetOperators):
        return value
    raise RuleError(f"{value!r} is no population", hint="a population is made with distinct(...)")


def parts(population: Population[Any]) -> tuple[Population[Any], ...]:
    """Give the populations directly inside this one."""
    match population:
        case Distinct():
            return ()
        case Both(items) | Either(items):
            return items
        case Without(base, removed):
            return (base, removed)
        case _:
            assert_never(population)


def distincts(population: Population[Any]) -> Iterator[Distinct[Any]]:
    """Give every ``distinct(...)`` inside a population, in the order written."""
    if isinstance(population, Distinct):
        yield population
    for part in parts(population):
        yield from distincts(part)


def entering(population: Population[Any]) -> Iterator[Distinct[Any]]:
    """Give every ``distinct(...)`` through which a subject can enter: not those that are taken away."""
    if isinstance(population, Distinct):
        yield population
    for part in (population.base,) if isinstance(population, Without) else parts(population):
        yield from entering(part)


def subject_kind(population: Population[Any]) -> IdKind:
    """Give the kind of id that the population's subjects have, or raise ``RuleError`` when there are several."""
    kinds = {distinct.subject.spec.kind for distinct in distincts(population)}
    if len(kinds) != 1:
        names = " with ".join(sorted(str(kind) for kind in kinds))
        raise RuleError(
            f"a set operation cannot mix {names or 'no subjects'}",
            where=" and ".join(f"distinct({distinct.subject})" for distinct in distincts(population)),
            hint="combine populations of one kind of subject",
        )
    return cast("IdKind", kinds.pop())


def population_rows(population: Population[Any]) -> frozenset[Row]:
    """Give every row that the population reads, at any depth."""
    return frozenset(
        row for distinct in distincts(population) for row in {distinct.row, *rows_read(distinct.condition)}
    )


@overload
def distinct(field: Expr[frozenset[K]]) -> Distinct[K]: ...


@overload
def distinct(field: Expr[K]) -> Distinct[K]: ...


def distinct(field: Expr[Any]) -> Distinct[Any]:
    """Start a population: the different subjects in a role or link. A set-valued field contributes each member."""
    if not isinstance(field, Expr) or not isinstance(field.node, FieldRef):
        raise RuleError(f"distinct() needs a role or a link, and got {field!r}", hint="write distinct(Trial.defendant)")
    return Distinct(field.node)
