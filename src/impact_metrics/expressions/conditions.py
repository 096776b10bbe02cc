"""Conditions: the closed union of frozen nodes that every reader of a rule knows.

A node checks itself when it is made, so a wrong tree cannot be built. Equality and hash are structural. What a
condition *means* is one thing everywhere: at a date it is true or false for a binding of rows to events visible at that
date; a comparison with a missing value is false, in its negated form too; ``Not`` is plain negation of a truth value.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Never, TypeAlias

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import checks
from impact_metrics.expressions.operands import FieldRef, Operand, Row, Shifted
from impact_metrics.limits import MAX_CONDITIONS
from impact_metrics.values import CodeSet, TimestampKind


class Operator(Enum):
    """A comparison of two values."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class ConditionBase:
    """What all conditions share: a depth, and no truth value outside the evaluation of a rule."""

    depth: int

    def __bool__(self) -> Never:
        """Refuse ``and``, ``or``, ``not`` and ``if``, which would silently drop part of a rule."""
        raise RuleError(
            "a condition has no truth value while a rule is being written",
            where=type(self).__name__,
            hint="use all_of(...), any_of(...) and not_(...) instead of and, or and not; "
            "write a < b and b < c as two conditions",
        )


def _depth_above(*inner: ConditionBase) -> int:
    depth = 1 + max((condition.depth for condition in inner), default=0)
    if depth > MAX_CONDITIONS:
        raise RuleError(
            f"the rule is nested more than {MAX_CONDITIONS} conditions deep",
            hint="pass many conditions to one all_of(...) or any_of(...) instead of nesting them",
        )
    return depth


def _derived() -> Any:  # noqa: ANN401 - the type of an attrs field specifier
    return attrs.field(init=False, eq=False, repr=False)


class _Leaf(ConditionBase):
    """A condition that contains no other."""

    depth = 1


@attrs.frozen
class Compare(_Leaf):
    """``left`` compared with ``right``. False when either is missing, for ``!=`` too."""

    left: FieldRef | Shifted
    operator: Operator
    right: Operand

    def __attrs_post_init__(self) -> None:
        """Both sides are of one kind, and an order exists where one is asked for."""
        where = str(self)
        kind = checks.single_kind(self.left)
        checks.check_alike(kind, self.right, where)
        if self.operator not in {Operator.EQ, Operator.NE}:
            checks.check_ordered(kind, where)

    def __str__(self) -> str:
        """Print the comparison as written."""
        return f"{self.left} {self.operator.value} {self.right}"


@attrs.frozen
class OneOf(_Leaf):
    """The field's value is (or, ``negated``, is not) a member of the set. False when it is missing, negated or not."""

    field: FieldRef
    among: CodeSet[Any]
    negated: bool = False

    def __attrs_post_init__(self) -> None:
        """The members are of the field's kind."""
        checks.check_values(checks.single_kind(self.field), self.among, f"{self.field}.in_(...)")


def _set_field(field: FieldRef, method: str) -> None:
    if not field.spec.many:
        raise RuleError(
            f"the field holds one value ({field.spec}), not a set",
            where=f"{field}.{method}(...)",
            hint="use == or .in_(code_set)",
        )


@attrs.frozen
class Overlaps(_Leaf):
    """The set-valued field shares at least one member with the set. False when the field is missing or empty."""

    field: FieldRef
    among: CodeSet[Any]

    def __attrs_post_init__(self) -> None:
        """The field holds a set, of the kind of the members."""
        _set_field(self.field, "overlaps")
        kind = checks.comparable(self.field.spec.kind, self.field)
        checks.check_values(kind, self.among, f"{self.field}.overlaps(...)")


@attrs.frozen
class Contains(_Leaf):
    """The set-valued field has the item as a member. False when either is missing."""

    field: FieldRef
    item: Operand

    def __attrs_post_init__(self) -> None:
        """The field holds a set, of the kind of the item."""
        _set_field(self.field, "contains")
        kind = checks.comparable(self.field.spec.kind, self.field)
        checks.check_alike(kind, self.item, f"{self.field}.contains({self.item})")


@attrs.frozen
class IsMissing(_Leaf):
    """The field has no value. The only condition that a missing value makes true."""

    field: FieldRef

    def __attrs_post_init__(self) -> None:
        """Text may be asked whether it is missing, the moment of recording may not."""
        if isinstance(self.field.spec.kind, TimestampKind):
            checks.comparable(self.field.spec.kind, self.field)


@attrs.frozen
class AllOf(ConditionBase):
    """Every one of the conditions holds. With none, it always holds."""

    items: tuple[Condition, ...]
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """Keep the depth."""
        object.__setattr__(self, "depth", _depth_above(*self.items))


@attrs.frozen
class AnyOf(ConditionBase):
    """At least one of the conditions holds."""

    items: tuple[Condition, ...]
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """Keep the depth."""
        object.__setattr__(self, "depth", _depth_above(*self.items))


@attrs.frozen
class Not(ConditionBase):
    """The condition does not hold."""

    item: Condition
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """Keep the depth."""
        object.__setattr__(self, "depth", _depth_above(self.item))


@attrs.frozen
class Exists(ConditionBase):
    """Some visible event, bound to ``row``, makes the condition hold."""

    row: Row
    condition: Condition
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """Keep the depth."""
        object.__setattr__(self, "depth", _depth_above(self.condition))


@attrs.frozen
class AtLeast(ConditionBase):
    """At least ``n`` visible events, each bound to ``row``, make the condition hold.

    With ``on``, at least ``n`` *different values* of that field among such events; a missing value counts as none.
    """

    n: int
    row: Row
    condition: Condition
    on: FieldRef | None = None
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """The number makes sense, and what is told apart is a single value of the counted row."""
        object.__setattr__(self, "depth", _depth_above(self.condition))
        check_threshold(self.n, self.on, self.row)


def check_threshold(n: int, on: FieldRef | None, row: Row) -> None:
    """Raise ``RuleError`` unless 'at least n (different values of on)' can be counted over rows of ``row``."""
    where = f"at_least({n}, {row})"
    if type(n) is not int:
        raise RuleError(f"{n!r} is no number of events", where=where, hint="ask for a whole number, at least 1")
    if n < 1:
        raise RuleError(f"'at least {n}' always holds", where=where, hint="ask for at least 1")
    if on is None:
        return
    if on.row != row:
        raise RuleError(f"{on} is no field of the counted row {row}", where=where)
    checks.single_kind(on)


@attrs.frozen
class Clause(ConditionBase):
    """A condition with the name and text that its author gave it. It means exactly what the condition means."""

    name: str
    text: str
    condition: Condition
    depth: int = _derived()

    def __attrs_post_init__(self) -> None:
        """Keep the depth."""
        object.__setattr__(self, "depth", _depth_above(self.condition))


Condition: TypeAlias = (
    Compare | OneOf | Overlaps | Contains | IsMissing | AllOf | AnyOf | Not | Exists | AtLeast | Clause
)
