"""Values of one subject: how many events it has, the sum of a number over them, a value of its first or last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, get_args

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import Expr, FieldRef
from impact_metrics.rules.measures.columns import (
    Column,
    EntryDate,
    FirstDate,
    LastDate,
    Member,
    Picked,
    Rows,
    Summed,
)
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.rules.scales import field_ref
from impact_metrics.values import NumberKind

if TYPE_CHECKING:
    from decimal import Decimal

    from impact_metrics.rules.measures.measure import Words

K = TypeVar("K", bound=str)
How: TypeAlias = Literal["number", "sum", "first", "latest", "first_date", "last_date", "entry_date", "member"]
"""What is taken of a subject's events: their number, a sum, or a value or the day of the first or last of them."""

_FIELDS = frozenset({"sum", "first", "latest"})


@attrs.frozen
class Pick:
    """One value of each subject, from the events of a population that fit as at the date of a figure.

    ``number`` is how many such events it has, ``sum`` that of ``field`` over them (missing where none of them has the
    number), ``first`` and ``latest`` the ``field`` of the first or last of them, by day and then by id. The days are
    those of its first and last such event, and of its entry into a population, and ``member`` is whether it is in one.
    """

    how: How
    of: Population[Any]
    field: FieldRef | None = None

    def __attrs_post_init__(self) -> None:
        """What is taken is there to be taken."""
        where = f"{self.how} of a subject"
        if self.how not in get_args(How):
            raise RuleError(f"{self.how!r} is nothing to take", where=where, hint=f"use {', '.join(get_args(How))}")
        if not isinstance(self.of, Distinct | Both | Either | Without):
            raise RuleError(f"{self.of!r} is no population", where=where, hint="make it with distinct(...)")
        if self.how not in {"entry_date", "member"} and not isinstance(self.of, Distinct):
            raise RuleError("events are those of one distinct(...)", where=where, hint="leave out & | -")
        if (self.field is None) is (self.how in _FIELDS):
            raise RuleError("a field is for sum, first and latest, which need one", where=where)
        if self.field is not None and isinstance(self.of, Distinct):
            self._check_field(self.field, self.of, where)

    def _check_field(self, field: FieldRef, of: Distinct[Any], where: str) -> None:
        if field.row != of.row:
            raise RuleError(f"{field} is no field of {of.row}", where=where, hint="take both from one event type")
        if field.spec.many:
            raise RuleError(f"one value is taken, and {field} holds several", where=where)
        if self.how == "sum" and not isinstance(field.spec.kind, NumberKind):
            raise RuleError(f"only a number can be summed, and this is {field.spec}", where=where)

    @property
    def column(self) -> Column:
        """The column that engines read."""
        if self.how == "member":
            return Member(self.of)
        if self.how == "entry_date":
            return EntryDate(self.of)
        assert isinstance(self.of, Distinct)  # noqa: S101 - checked when it was made
        if self.how == "number":
            return Rows(self.of)
        if self.how in {"first_date", "last_date"}:
            return FirstDate(self.of) if self.how == "first_date" else LastDate(self.of)
        assert self.field is not None  # noqa: S101 - the same
        return Summed(self.of, self.field) if self.how == "sum" else Picked(self.of, self.field, self.how == "latest")

    @property
    def is_number(self) -> bool:
        """Whether it is a number, of which there is an average."""
        return self.how == "number" or (self.field is not None and isinstance(self.field.spec.kind, NumberKind))

    def said(self, words: Words) -> str:
        """Say what it is, of a population whose members are said elsewhere."""
        if self.how == "member":
            return "whether it is one of those"
        if self.how == "entry_date":
            return "the day on which it became one of those"
        assert isinstance(self.of, Distinct)  # noqa: S101 - checked when it was made
        event = words.event(self.of.row)
        if self.how == "number":
            return f"the number of its {event} events"
        if self.how in {"first_date", "last_date"}:
            return f"the day of its {self.how.split('_')[0]} {event}"
        assert self.field is not None  # noqa: S101 - the same
        noun = words.field(self.field.spec)
        return (
            f'the sum of "{noun}" over its {event} events'
            if self.how == "sum"
            else f'"{noun}" of its {self.how} {event}'
        )


def number_of(events: Distinct[K]) -> Pick:
    """Take how many events each subject has: ``number_of(distinct(SupportSession.survivor))``."""
    return Pick("number", events)


def sum_of(field: Expr[int] | Expr[Decimal], events: Distinct[K]) -> Pick:
    """Take the sum of a number over the events of each subject."""
    return Pick("sum", events, field_ref(field, "sum_of"))


def latest_of(field: Expr[Any], events: Distinct[K]) -> Pick:
    """Take a field of the latest event of each subject; of several on one day, of that with the greatest id."""
    return Pick("latest", events, field_ref(field, "latest_of"))


def first_of(field: Expr[Any], events: Distinct[K]) -> Pick:
    """Take a field of the first event of each subject; of several on one day, of that with the least id."""
    return Pick("first", events, field_ref(field, "first_of"))


def first_date(events: Distinct[K]) -> Pick:
    """Take the day of the first event of each subject."""
    return Pick("first_date", events)


def last_date(events: Distinct[K]) -> Pick:
    """Take the day of the last event of each subject."""
    return Pick("last_date", events)


def entry_date(population: Population[K]) -> Pick:
    """Take the day on which each subject entered a population."""
    return Pick("entry_date", population)


def is_in(population: Population[K]) -> Pick:
    """Take whether each subject is a member of a population."""
    return Pick("member", population)
