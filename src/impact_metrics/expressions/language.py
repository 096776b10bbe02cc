"""The surface of the language: what a metric developer writes.

Operators on :class:`Expr` are overloaded and build nodes; the nodes below have plain structural equality.
"""

from __future__ import annotations

from functools import wraps
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeAlias, TypeVar, cast

from impact_metrics.errors import RuleError
from impact_metrics.expressions.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    ConditionBase,
    Contains,
    Exists,
    IsMissing,
    Not,
    OneOf,
    Operator,
    Overlaps,
)
from impact_metrics.expressions.operands import Constant, FieldRef, Operand, Row, Shifted
from impact_metrics.expressions.walk import bound_rows
from impact_metrics.values import CodeSet, RecordBase

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, timedelta
    from decimal import Decimal

T = TypeVar("T")
V = TypeVar("V")
P = ParamSpec("P")
R = TypeVar("R", bound=RecordBase)
Ordered = TypeVar("Ordered", "date", int, "Decimal")


class Expr(Generic[T]):
    """A value of type ``T`` that a rule speaks of: a field of a row, or a date some days from one.

    Comparisons give conditions. ``==`` between unlike types is rejected by type checkers, and by a ``RuleError``.
    """

    __slots__ = ("node",)
    is_expression = True

    def __init__(self, node: FieldRef | Shifted) -> None:
        """Wrap a node. Rules get expressions from the fields of event types, and seldom make them."""
        self.node = node

    def __repr__(self) -> str:
        """Print the field as the author wrote it."""
        return f"Expr({self.node})"

    __hash__ = object.__hash__

    def _compare(self, operator: Operator, other: object) -> Compare:
        return Compare(self.node, operator, _operand(other, str(self.node)))

    def __eq__(self, other: Expr[T] | T) -> Compare:  # type: ignore[override]  # an expression builds a condition
        """Both values are known and equal."""
        return self._compare(Operator.EQ, other)

    def __ne__(self, other: Expr[T] | T) -> Compare:  # type: ignore[override]  # an expression builds a condition
        """Both values are known and different."""
        return self._compare(Operator.NE, other)

    def __lt__(self: Expr[Ordered], other: Expr[Ordered] | Ordered) -> Compare:
        """Both values are known, and this one is less or earlier."""
        return self._compare(Operator.LT, other)

    def __le__(self: Expr[Ordered], other: Expr[Ordered] | Ordered) -> Compare:
        """Both values are known, and this one is not greater or later."""
        return self._compare(Operator.LE, other)

    def __gt__(self: Expr[Ordered], other: Expr[Ordered] | Ordered) -> Compare:
        """Both values are known, and this one is greater or later."""
        return self._compare(Operator.GT, other)

    def __ge__(self: Expr[Ordered], other: Expr[Ordered] | Ordered) -> Compare:
        """Both values are known, and this one is not less or earlier."""
        return self._compare(Operator.GE, other)

    def __add__(self: Expr[date], delta: timedelta) -> Expr[date]:
        """The date, so many whole days later."""
        return Expr(_shift(self.node, delta, 1))

    def __sub__(self: Expr[date], delta: timedelta) -> Expr[date]:
        """The date, so many whole days earlier."""
        return Expr(_shift(self.node, delta, -1))

    def in_(self, values: Collection[T]) -> OneOf:
        """The value is known and is a member of the set."""
        return OneOf(_plain(self.node, "in_"), _code_set(values, f"{self.node}.in_(...)"))

    def not_in(self, values: Collection[T]) -> OneOf:
        """The value is known and is no member of the set."""
        return OneOf(_plain(self.node, "not_in"), _code_set(values, f"{self.node}.not_in(...)"), negated=True)

    def overlaps(self: Expr[frozenset[V]], values: Collection[V]) -> Overlaps:
        """The set-valued field shares at least one member with the set."""
        return Overlaps(_plain(self.node, "overlaps"), _code_set(values, f"{self.node}.overlaps(...)"))

    def contains(self: Expr[frozenset[V]], item: Expr[V] | V) -> Contains:
        """The set-valued field has the item as a member."""
        return Contains(_plain(self.node, "contains"), _operand(item, str(self.node)))

    def is_missing(self) -> IsMissing:
        """The value is not known."""
        return IsMissing(_plain(self.node, "is_missing"))

    def __bool__(self) -> bool:
        """Refuse ``and``, ``or``, ``not`` and ``if``, which would silently drop part of a rule."""
        raise RuleError(
            "an expression has no truth value while a rule is being written",
            where=str(self.node),
            hint="use all_of(...), any_of(...) and not_(...) instead of and, or and not",
        )


Predicate: TypeAlias = Condition | Expr[bool]
"""What may stand where a condition is expected: a condition, or a true-or-false field by itself."""


def _operand(value: object, where: str) -> Operand:
    if isinstance(value, Expr):
        return value.node
    if value is None:
        raise RuleError("a rule cannot compare with None", where=where, hint="use .is_missing()")
    if isinstance(value, ConditionBase):
        raise RuleError("a value cannot be compared with a condition", where=where)
    return Constant(cast("Any", value))


def _plain(node: FieldRef | Shifted, method: str) -> FieldRef:
    if isinstance(node, Shifted):
        raise RuleError(f".{method}() needs a field itself, not a date moved by days", where=str(node))
    return node


def _shift(node: FieldRef | Shifted, delta: timedelta, sign: int) -> Shifted:
    if not hasattr(delta, "days"):
        raise RuleError(f"a date cannot be moved by {delta!r}", where=str(node), hint="add or subtract a timedelta")
    if delta.seconds or delta.microseconds:
        raise RuleError(f"{delta} is not a whole number of days", where=str(node), hint="dates are whole days")
    days = sign * delta.days
    if isinstance(node, Shifted):
        return Shifted(node.field, node.days + days)
    return Shifted(node, days)


def _code_set(values: Collection[Any], where: str) -> CodeSet[Any]:
    if isinstance(values, CodeSet):
        return values
    # A string is a collection of its letters, so that in_("P-1") would ask for the ids "P", "-" and "1".
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise RuleError(f"{values!r} is no set of values", where=where, hint="use == for one value, or {one, another}")
    return CodeSet("", tuple(values))


def as_condition(predicate: Predicate) -> Condition:
    """Turn a true-or-false field into the condition that it is true, and refuse what is no condition."""
    if isinstance(predicate, Expr):
        return predicate == True  # noqa: E712 - builds the node
    if isinstance(predicate, ConditionBase):
        return predicate  # every condition derives from ConditionBase, and only conditions do
    raise RuleError(
        f"{predicate!r} is no condition",
        hint="a condition is made by comparing a field of an event type, as in Trial.case == Arrest.case",
    )


def conjunction(predicates: Collection[Predicate]) -> Condition:
    """Join conditions by 'and'; one stays itself, none is always true."""
    conditions = tuple(as_condition(predicate) for predicate in predicates)
    return conditions[0] if len(conditions) == 1 else AllOf(conditions)


def all_of(*conditions: Predicate) -> Condition:
    """Every one of the conditions holds."""
    if not conditions:
        raise RuleError("all_of() needs at least one condition")
    return conjunction(conditions)


def any_of(*conditions: Predicate) -> Condition:
    """At least one of the conditions holds."""
    if not conditions:
        raise RuleError("any_of() needs at least one condition")
    if len(conditions) == 1:
        return as_condition(conditions[0])
    return AnyOf(tuple(as_condition(condition) for condition in conditions))


def not_(condition: Predicate) -> Not:
    """The condition does not hold. A comparison with a missing value is false, so its negation is true."""
    return Not(as_condition(condition))


def implies(condition: Predicate, consequence: Predicate) -> Condition:
    """Where the condition holds, so does the consequence."""
    return any_of(not_(condition), consequence)


def row_of(row: type[RecordBase]) -> Row:
    """Give the row that an event class or an alias stands for, or raise ``RuleError``."""
    found = getattr(row, "__row__", None)
    if isinstance(found, Row):
        return found
    raise RuleError(f"{row!r} is no event type", hint="pass an Event class, or an alias(...) of one")


def _inner(row: type[RecordBase], conditions: Collection[Predicate]) -> tuple[Row, Condition]:
    bound = row_of(row)
    condition = conjunction(conditions)
    if bound in bound_rows(condition):
        raise RuleError(
            f"{bound} is bound twice, one inside the other",
            where=f"exists({bound}, ...)",
            hint=f'name the inner one: other = alias({bound.record.name}, "other")',
        )
    return bound, condition


def exists(row: type[RecordBase], *conditions: Predicate) -> Exists:
    """Some visible event of the type makes all the conditions hold."""
    return Exists(*_inner(row, conditions))


def at_least(n: int, row: type[RecordBase], *conditions: Predicate, on_distinct: Expr[Any] | None = None) -> AtLeast:
    """At least ``n`` visible events of the type make all the conditions hold.

    With ``on_distinct``, at least ``n`` different values of that field among them.
    """
    bound, condition = _inner(row, conditions)
    return AtLeast(n, bound, condition, None if on_distinct is None else _plain(on_distinct.node, "on_distinct"))


class _Alias:
    """A second row of an event type. It looks like the class to the reader of a rule."""

    def __init__(self, row: Row) -> None:
        self.__row__ = row

    def __getattr__(self, name: str) -> Expr[Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return Expr(FieldRef(self.__row__, name))

    def __repr__(self) -> str:
        return f"alias({self.__row__.record.name}, {self.__row__.alias!r})"


def alias(event: type[R], name: str) -> type[R]:
    """Name a second row of an event type, to speak of two events of one type in one rule.

    ``name`` appears in documents ("a later assessment"), so choose a word that says which of the two it is.
    """
    if not name.isidentifier():
        raise RuleError(f"{name!r} cannot name a row", where="alias", hint="use one word of letters")
    return cast("type[R]", _Alias(Row(row_of(event).record, name)))


def clause(function: Callable[P, Predicate]) -> Callable[P, Clause]:
    """Label the condition that a function returns with the function's name and the first paragraph of its docstring.

    Documents and explanations print the label, so that a reader sees the author's words beside the logic.
    """
    name = getattr(function, "__name__", repr(function))
    paragraph = cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()
    if not paragraph:
        raise RuleError("a clause needs a docstring, which documents print", where=name)

    @wraps(function)
    def labelled(*args: P.args, **kwargs: P.kwargs) -> Clause:
        return Clause(name, paragraph, as_condition(function(*args, **kwargs)))

    return labelled
