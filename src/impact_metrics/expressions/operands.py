"""What a comparison compares: a field of a row, a date some days from it, or a constant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.values import Code, DateKind, FieldSpec, RecordType

ConstantValue: TypeAlias = str | Code | bool | date | int | Decimal


@attrs.frozen
class Row:
    """One row of an event type that a rule speaks of; ``alias`` tells two rows of one type apart."""

    record: RecordType
    alias: str = ""

    @property
    def name(self) -> str:
        """The alias, or the name of the event type."""
        return self.alias or self.record.name

    def __str__(self) -> str:
        """Print the name a rule uses for the row."""
        return self.name


@attrs.frozen
class FieldRef:
    """A field of a row."""

    row: Row
    name: str

    def __attrs_post_init__(self) -> None:
        """Refuse a field that the event type does not have."""
        self.row.record.field(self.name)

    @property
    def spec(self) -> FieldSpec:
        """What the model says of the field."""
        return self.row.record.field(self.name)

    def __str__(self) -> str:
        """Print the field as the author wrote it."""
        return f"{self.row}.{self.name}"


@attrs.frozen
class Shifted:
    """A date field moved by a number of whole days, forwards or (negative) backwards."""

    field: FieldRef
    days: int

    def __attrs_post_init__(self) -> None:
        """Only a date can be moved by days."""
        spec = self.field.spec
        if not isinstance(spec.kind, DateKind) or spec.many:
            raise RuleError(f"only a date can be moved by days, and this is {spec}", where=str(self.field))
        if abs(self.days) > timedelta.max.days:
            raise RuleError(f"no calendar has {abs(self.days):,} days", where=str(self.field))

    def __str__(self) -> str:
        """Print the field and the days."""
        return f"{self.field} {'+' if self.days >= 0 else '-'} {abs(self.days)} days"


def _type_and_value(value: ConstantValue) -> tuple[type, ConstantValue]:
    # Without the type, 1, True and 1.0 would make three different rules equal.
    return type(value), value


@attrs.frozen
class Constant:
    """A fixed value. Two constants are equal when both type and value are."""

    value: ConstantValue = attrs.field(eq=_type_and_value)

    def __attrs_post_init__(self) -> None:
        """Refuse a value that no field can hold."""
        if not isinstance(self.value, str | bool | date | int | Decimal) or isinstance(self.value, datetime):
            raise RuleError(
                f"a rule cannot compare with {self.value!r} of type {type(self.value).__name__}",
                hint="compare with an id, a code, True or False, a date, an int or a Decimal",
            )

    def __str__(self) -> str:
        """Print the value as the author would write it."""
        if isinstance(self.value, Code):
            return f"{type(self.value).__name__}.{self.value.name}"
        return repr(self.value)


Operand: TypeAlias = FieldRef | Shifted | Constant
