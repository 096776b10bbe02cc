"""Measures: how a population or a set of rows becomes a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, assert_never

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Expr, FieldRef, Predicate, Row
from impact_metrics.expressions.language import as_condition, conjunction, row_of
from impact_metrics.model.constraints import check_rows
from impact_metrics.model.model import rows_read
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.populations import (
    Both,
    Distinct,
    Either,
    Population,
    Without,
    population_rows,
    subject_kind,
)
from impact_metrics.rules.time_between import TimeBetween
from impact_metrics.values import NumberKind, RecordBase

if TYPE_CHECKING:
    from decimal import Decimal

K = TypeVar("K", bound=str)


@attrs.frozen
class Rows:
    """The events of one type for which a condition holds, each counted by itself."""

    row: Row
    condition: Condition = attrs.field(factory=lambda: AllOf(()))

    def __attrs_post_init__(self) -> None:
        """Every row that the condition reads is bound."""
        check_rows(self.condition, frozenset({self.row}), f"rows({self.row})")

    def where(self, *conditions: Predicate) -> Rows:
        """Keep the rows for which all the conditions hold, besides those asked before."""
        return attrs.evolve(self, condition=_joined(self.condition, conditions))


def _joined(before: Condition, conditions: tuple[Predicate, ...]) -> Condition:
    kept = before.items if isinstance(before, AllOf) else (before,)
    return conjunction((*kept, *(as_condition(condition) for condition in conditions)))


@attrs.frozen
class Count:
    """The number of members of a population."""

    population: Population[Any]


@attrs.frozen
class RowCount:
    """The number of rows."""

    rows: Rows


@attrs.frozen
class Total:
    """The sum of a number over rows. Rows without the number add nothing, and a report tells how many they are."""

    field: FieldRef
    condition: Condition = attrs.field(factory=lambda: AllOf(()))

    def __attrs_post_init__(self) -> None:
        """The field is a number, and every row that the condition reads is bound."""
        spec = self.field.spec
        if not isinstance(spec.kind, NumberKind) or spec.many:
            raise RuleError(f"only a number can be summed, and this is {spec}", where=f"total({self.field})")
        check_rows(self.condition, frozenset({self.field.row}), f"total({self.field})")

    def where(self, *conditions: Predicate) -> Total:
        """Keep the rows for which all the conditions hold, besides those asked before."""
        return attrs.evolve(self, condition=_joined(self.condition, conditions))


@attrs.frozen
class Share:
    """The number of members of the denominator that are in the numerator too, over the number of its members.

    Whoever is in the numerator and not in the denominator counts nowhere, so that a share is never above 1. Those in
    ``unknown`` are subjects of whom it is not known whether they belong in the numerator; they stay in the denominator,
    and a report tells how many they are.
    """

    numerator: Population[Any]
    denominator: Population[Any]
    unknown: Population[Any] | None = None

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared."""
        subject_kind(Both(self.populations))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The populations as they are written: denominator, numerator, and whose outcome is not known."""
        written = (self.denominator, self.numerator)
        return written if self.unknown is None else (*written, self.unknown)

    @property
    def inside(self) -> Population[Any]:
        """Whom the numerator counts: those of it who are in the denominator."""
        return Both((self.denominator, self.numerator))

    @property
    def undecided(self) -> Population[Any] | None:
        """Those in the denominator of whom it is not known whether they belong in the numerator, and who are not."""
        if self.unknown is None:
            return None
        return Without(Both((self.denominator, self.unknown)), self.numerator)


Tally: TypeAlias = Count | RowCount | Total
"""What is one number by itself: subjects or rows that are counted, or a sum over rows."""

Proportion: TypeAlias = Share | FollowUp | Funnel | PairedChange
"""What is one number of subjects over another, and tells both."""

HasEntries: TypeAlias = Tally | Share | Funnel | Listing
"""What counts subjects or rows through events of their own: every measure but a follow-up rate and a time."""

Measure: TypeAlias = Tally | Proportion | TimeBetween | Listing


def rows(event: type[RecordBase]) -> Rows:
    """Start from all events of a type, to count rows instead of subjects: ``count(rows(Verdict).where(...))``."""
    return Rows(row_of(event))


def count(counted: Population[K] | Rows) -> Count | RowCount:
    """Count the members of a population, or rows."""
    if isinstance(counted, Rows):
        return RowCount(counted)
    if isinstance(counted, Distinct | Both | Either | Without):
        return Count(counted)
    raise RuleError(f"{counted!r} cannot be counted", hint="count(distinct(Trial.defendant)) or count(rows(Trial))")


def total(field: Expr[int] | Expr[Decimal]) -> Total:
    """Sum a number field over all events of its type; narrow them with ``.where(...)``."""
    if not isinstance(field, Expr) or not isinstance(field.node, FieldRef):
        raise RuleError(f"total() needs a number field, and got {field!r}")
    return Total(field.node)


def share(numerator: Population[K], *, of: Population[K], unknown: Population[K] | None = None) -> Share:
    """Divide the members of a population that are in the numerator by all of its members.

    ``of`` is the denominator. ``unknown`` are those of whom the outcome is not known: they stay in the denominator, so
    that a record that is lacking never raises the share. To leave them out, write ``of=denominator - unknown``.
    """
    for population in (numerator, of, *([] if unknown is None else [unknown])):
        if not isinstance(population, Distinct | Both | Either | Without):
            raise RuleError(
                f"a share is made of populations, and got {population!r}",
                hint="share(CONVICTED, of=distinct(Trial.defendant))",
            )
    return Share(numerator, of, unknown)


def population_of(measure: Measure) -> Population[Any] | None:
    """Give the population that a measure is about; ``None`` where it counts or sums rows.

    That is the one it counts or lists, of a share the denominator, of a follow-up rate or a time the cohort, of a
    funnel the first stage, and of a paired change everybody with a row for either end.
    """
    match measure:
        case Count(population):
            return population
        case Share(denominator=denominator) | Funnel(denominator=denominator):
            return denominator
        case Listing(entries):
            return entries
        case FollowUp(cohort=cohort) | TimeBetween(cohort=cohort) | PairedChange(cohort=cohort):
            return cohort
        case RowCount() | Total():
            return None
        case _:
            assert_never(measure)


def measure_rows(measure: Measure) -> frozenset[Row]:
    """Give every row that a measure reads, at any depth."""
    match measure:
        case Count(population):
            return population_rows(population)
        case RowCount(Rows(row, condition)):
            return frozenset({row, *rows_read(condition)})
        case Total(field, condition):
            return frozenset({field.row, *rows_read(condition)})
        case Listing(entries):
            return population_rows(entries)
        case Share() | FollowUp() | Funnel() | TimeBetween() | PairedChange():
            return frozenset(row for population in measure.populations for row in population_rows(population))
        case _:
            assert_never(measure)
