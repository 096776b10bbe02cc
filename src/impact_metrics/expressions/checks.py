"""Whether two operands can be compared: asked once, when a node is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError
from impact_metrics.expressions.operands import Constant, FieldRef, Operand, Shifted
from impact_metrics.values import (
    CodeKind,
    CodeSet,
    DateKind,
    IdKind,
    Kind,
    NumberKind,
    TextKind,
    TimestampKind,
)
from impact_metrics.values.kinds import fits

if TYPE_CHECKING:
    from impact_metrics.expressions.operands import ConstantValue


def field_of(operand: FieldRef | Shifted) -> FieldRef:
    """Give the field that an operand reads."""
    return operand.field if isinstance(operand, Shifted) else operand


def single_kind(operand: FieldRef | Shifted) -> Kind:
    """Give the kind of a field that holds one comparable value, or raise ``RuleError``."""
    spec = field_of(operand).spec
    if spec.many:
        raise RuleError(
            f"the field holds a set ({spec}) and cannot be compared as one value",
            where=str(operand),
            hint="use .contains(value) or .overlaps(code_set)",
        )
    return comparable(spec.kind, operand)


def comparable(kind: Kind, operand: FieldRef | Shifted) -> Kind:
    """Refuse text and timestamps, which rules do not read."""
    if isinstance(kind, TextKind):
        raise RuleError(
            "free text cannot be compared in a rule",
            where=str(operand),
            hint="make it a Code list, or compute a code when the stream is read; is_missing() works on text",
        )
    if isinstance(kind, TimestampKind):
        raise RuleError(
            "a rule does not read when something was recorded",
            where=str(operand),
            hint="pass known_at=... to evaluate instead",
        )
    return kind


def check_alike(kind: Kind, other: Operand, where: str) -> None:
    """Raise ``RuleError`` unless ``other`` can be compared with a value of ``kind``."""
    if isinstance(other, Constant):
        check_value(kind, other.value, where)
        return
    other_kind = single_kind(other)
    if kind != other_kind:
        raise RuleError(f"{kind} cannot be compared with {other_kind}", where=where, hint="compare like with like")


def check_value(kind: Kind, value: ConstantValue, where: str) -> None:
    """Raise ``RuleError`` unless the constant is of the kind."""
    if fits(kind, value):
        return
    hint = "compare like with like"
    if isinstance(kind, CodeKind):
        hint = f"use a member of {kind}: " + ", ".join(member.name for member in kind.codes)
    raise RuleError(f"{kind} cannot be compared with {value!r} of type {type(value).__name__}", where=where, hint=hint)


def check_values(kind: Kind, values: CodeSet[object], where: str) -> None:
    """Raise ``RuleError`` unless every member of the set is of the kind, and membership makes sense for it."""
    if not isinstance(kind, IdKind | CodeKind | NumberKind):
        raise RuleError(f"membership in a set is for ids, codes and numbers, not for {kind}", where=where)
    for value in values:
        check_value(kind, value, where)  # type: ignore[arg-type]  # the check itself is what narrows the value


def check_ordered(kind: Kind, where: str) -> None:
    """Raise ``RuleError`` unless values of the kind have an order."""
    if not isinstance(kind, DateKind | NumberKind):
        raise RuleError(f"{kind} has no order", where=where, hint="only dates and numbers can be compared by order")
