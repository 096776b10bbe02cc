"""Values, fields and rows as plain data. The kind of the field that a value is compared with says how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.errors import nearest
from impact_metrics.expressions import FieldRef, Operand, Row, Shifted
from impact_metrics.expressions.operands import Constant
from impact_metrics.limits import MAX_CONDITIONS
from impact_metrics.rules.scales import Scale
from impact_metrics.values import (
    Code,
    CodeKind,
    CodeSet,
    DateKind,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    RecordType,
    written,
)
from impact_metrics.values.kinds import TextKind, TimestampKind, is_exact

if TYPE_CHECKING:
    from impact_metrics.exchange.at import At


@attrs.frozen
class Scope:
    """What names mean at a place of a file: record types, rows that are bound, named sets, and scales."""

    records: Mapping[str, RecordType]
    sets: Mapping[str, CodeSet[Any]]
    rows: Mapping[str, Row] = attrs.field(factory=dict)
    scales: Mapping[str, Scale] = attrs.field(factory=dict)
    depth: int = 0

    def deeper(self, at: At) -> Scope:
        """Go one condition or population down, to where the stack of any reader still holds them."""
        if self.depth >= MAX_CONDITIONS:
            at.fail(
                f"conditions and populations lie more than {MAX_CONDITIONS} deep in each other",
                "write many conditions as one list under all_of or any_of instead of nesting them",
            )
        return attrs.evolve(self, depth=self.depth + 1)

    def bind(self, row: Row) -> Scope:
        """Speak of one more row."""
        return attrs.evolve(self, rows={**self.rows, row.name: row})


def plain_value(value: Any) -> Any:  # noqa: ANN401 - the value of any field
    """Write a value: dates and decimals as text, numbers and flags as they are."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read_value(at: At, kind: Kind) -> Any:  # noqa: ANN401 - the value of any field
    """Read a value of a kind."""
    match kind:
        case IdKind():
            return at.text()
        case CodeKind(codes):
            text = at.text()
            members = {str(member): member for member in codes}
            if text not in members:
                at.fail(f"{text!r} is no code of {codes.__name__}", nearest(text, members))
            return members[text]
        case FlagKind():
            return at.flag()
        case DateKind():
            return read_date(at)
        case NumberKind(decimal=True):
            return _read_decimal(at)
        case NumberKind():
            return at.number()
        case TextKind() | TimestampKind():
            return at.fail(f"no rule compares {kind}")
        case _:
            assert_never(kind)


def _read_decimal(at: At) -> Decimal:
    try:
        number = Decimal(at.text())
    except InvalidOperation:
        number = Decimal("NaN")
    if not is_exact(number):
        at.fail(f"{at.value!r} is no decimal of at most 38 digits before the point, and 38 after", 'write it as "1.50"')
    return number


def read_date(at: At) -> date:
    """Read a day."""
    found = written.day(at.text())
    return at.fail(f"{at.value!r} is no date", 'write it as "2024-12-31"') if found is None else found


def plain_row(row: Row) -> Any:  # noqa: ANN401 - a text or a mapping
    """Write a row where it is bound: the name of its type, with the alias where it has one."""
    return {"type": row.record.name, "alias": row.alias} if row.alias else row.record.name


def read_row(at: At, scope: Scope) -> Row:
    """Read a row where it is bound."""
    if isinstance(at.value, str):
        return Row(_record(at, at.text(), scope))
    at.keys(["type", "alias"])
    return Row(_record(at["type"], at["type"].text(), scope), at["alias"].text())


def _record(at: At, name: str, scope: Scope) -> RecordType:
    if name not in scope.records:
        at.fail(f"there is no event type {name!r}", nearest(name, scope.records))
    return scope.records[name]


def read_field(at: At, scope: Scope) -> FieldRef:
    """Read a field of a row, as ``Trial.defendant``."""
    row, dot, name = at.text().partition(".")
    if not dot or row not in scope.rows:
        at.fail(f"{at.value!r} is no field of a row that is spoken of", f"rows are: {', '.join(sorted(scope.rows))}")
    with at.building():
        return FieldRef(scope.rows[row], name)


def plain_operand(operand: Operand) -> Any:  # noqa: ANN401 - a text or a mapping
    """Write what stands on one side of a comparison."""
    match operand:
        case Constant(value):
            return {"value": plain_value(value)}
        case FieldRef():
            return {"field": str(operand)}
        case Shifted(field, days):
            return {"field": str(field), "days": days}
        case _:
            assert_never(operand)


def read_operand(at: At, kind: Kind, scope: Scope) -> Operand:
    """Read one side of a comparison with a field of a kind."""
    if "value" in at:
        at.keys(["value"])
        return Constant(read_value(at["value"], kind))
    return read_place(at, scope)


def read_place(at: At, scope: Scope) -> FieldRef | Shifted:
    """Read a field, or a date some days from one."""
    at.keys(["field"], ["days"])
    field = read_field(at["field"], scope)
    if "days" not in at:
        return field
    with at.building():
        return Shifted(field, at["days"].number())


def plain_set(among: CodeSet[Any]) -> Any:  # noqa: ANN401 - a mapping or a list
    """Write a set: by its name where it has one, which the catalogue lists, or by its members."""
    return {"set": among.name} if among.name else [plain_value(member) for member in among]


def read_set(at: At, kind: Kind, scope: Scope) -> CodeSet[Any]:
    """Read a set of values of a kind."""
    if isinstance(at.value, list):
        with at.building():
            return CodeSet("", tuple(read_value(item, kind) for item in at.items()))
    at.keys(["set"])
    name = at["set"].text()
    if name not in scope.sets:
        at["set"].fail(f"there is no named set {name!r}", nearest(name, scope.sets))
    return scope.sets[name]
